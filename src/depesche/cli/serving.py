"""`depesche serve` and `depesche demo`: the server, and the server with a story that goes on by itself.

In: settings. Out: a server that runs until Ctrl+C or SIGTERM and then finishes what is under way. Never: a socket that
accepts requests before the journal is open.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from depesche.cli.console import settings, telling
from depesche.settings import Settings, unknown

if TYPE_CHECKING:
    from depesche.app import Beside
    from depesche.web.berth import Berth

DEMO_STREAMS = 500
"""Readers of the demonstration: within what any system allows, so that a newcomer isn't told of limits."""

_host = click.option("--host", help="The address to listen on; 0.0.0.0 for all.")
_port = click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 lets the system choose.")


@click.command()
@_host
@_port
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that share the port and the work.")
@click.option("--berth", hidden=True, help="A worker's place in a crew.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None, berth: str | None) -> None:
    """Serve readers, desk and API."""
    chosen = _chosen(ctx, host, port)
    if berth is not None:
        _work(chosen, berth)
        return
    if (workers or chosen.workers) > 1:
        _lead(ctx, chosen, workers or chosen.workers)
        return
    with _bound(chosen) as bound:
        from depesche.web.server import address

        for name in unknown(os.environ):
            click.echo(f"Warning: {name} is no setting; `depesche doctor` lists them.", err=True)
        click.echo(f"Depesche serves on {address(bound)}{chosen.base_path}/ (stop with Ctrl+C)", err=True)
        _run(chosen, bound)


@click.command()
@_host
@_port
@click.pass_context
def demo(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve a story that is under way, and play dispatches into it through the desk."""
    chosen = _chosen(ctx, host, port)
    with _bound(chosen) as bound:
        from depesche.cli.showing import prepare, show
        from depesche.web.server import address

        with telling():
            prepared = prepare(chosen)
        root = f"{address(bound)}{chosen.base_path}"
        click.echo(f"\n  Readers see   {root}/{prepared.slug}")
        click.echo(f"  Editors work  {root}/desk/")
        click.echo(f"  Log in with   {prepared.login}")
        click.echo(f"\n  Data is in {chosen.folder}. Every few seconds a dispatch goes out. Stop with Ctrl+C.\n")
        few = min(chosen.max_streams, DEMO_STREAMS)
        _run(replace(chosen, log="text", max_streams=few), bound, [show(prepared.story)], quiet=True)


def _lead(ctx: click.Context, chosen: Settings, workers: int) -> None:
    """Keep a crew running."""
    from depesche.cli.crew import Crew, NoCrew, listeners, program
    from depesche.journal.log import Journal
    from depesche.web import logs
    from depesche.web.server import AddressTaken, address

    if sys.platform == "win32":
        raise click.ClickException("Several workers need Linux or macOS. Use one.")
    try:
        bound = listeners(chosen.host, chosen.port, workers)
    except AddressTaken as error:
        raise click.ClickException(str(error)) from error
    with telling():
        Journal.open(chosen.journal_url).close()  # migrated once, and what is wrong with it is said once
    logs.configure(chosen.log)
    for name in unknown(os.environ):
        click.echo(f"Warning: {name} is no setting; `depesche doctor` lists them.", err=True)
    click.echo(f"Depesche serves on {address(bound[0])}{chosen.base_path}/ with {workers} workers", err=True)
    config = ctx.find_root().obj
    command = [*program(), *(["--config", str(config)] if config else []), "serve", "--host", chosen.host]
    try:
        Crew(bound, command).run()
    except NoCrew as error:
        raise click.ClickException("The workers don't start.") from error


def _work(chosen: Settings, place: str) -> None:
    """Be one worker of a crew."""
    import msgspec

    from depesche.web.berth import Berth

    berth = msgspec.json.decode(place, type=Berth)
    berth.watch()
    _run(replace(chosen, max_streams=berth.share(chosen.max_streams)), berth.socket(), berth=berth)


def _chosen(ctx: click.Context, host: str | None, port: int | None) -> Settings:
    chosen = settings(ctx)
    return replace(chosen, host=host or chosen.host, port=chosen.port if port is None else port)


def _bound(chosen: Settings) -> socket.socket:
    from depesche.web.server import AddressTaken, bind

    try:
        return bind(chosen.host, chosen.port)
    except AddressTaken as error:
        raise click.ClickException(str(error)) from error


def _run(
    chosen: Settings,
    bound: socket.socket,
    beside: Sequence[Beside] = (),
    *,
    quiet: bool = False,
    berth: Berth | None = None,
) -> None:
    from depesche import app
    from depesche.web import logs
    from depesche.web.server import Server

    logs.configure(chosen.log, quiet=quiet)
    with telling():
        application = app.create(chosen, beside=beside, aside=True, berth=berth)
        if (berth is None or berth.number == 0) and not application.state.house.people.accounts():
            click.echo("Nobody can sign in yet: depesche user add NAME --role admin", err=True)
    Server(application, chosen).run([bound])
