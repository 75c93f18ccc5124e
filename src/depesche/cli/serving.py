"""`depesche serve` and `depesche demo`: the server, and the server with a story that goes on by itself.

In: settings. Out: a server that runs until Ctrl+C or SIGTERM and then finishes what is under way. Never: a socket that
accepts requests before the journal is open.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from depesche.cli.console import settings, telling
from depesche.settings import Settings, unknown

if TYPE_CHECKING:
    from depesche.app import Beside

DEMO_STREAMS = 500
"""Readers of the demonstration: within what any system allows, so that a newcomer isn't told of limits."""

_host = click.option("--host", help="The address to listen on; 0.0.0.0 for all.")
_port = click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 lets the system choose.")


@click.command()
@_host
@_port
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve readers, desk and API."""
    chosen = _chosen(ctx, host, port)
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


def _chosen(ctx: click.Context, host: str | None, port: int | None) -> Settings:
    chosen = settings(ctx)
    return replace(chosen, host=host or chosen.host, port=chosen.port if port is None else port)


def _bound(chosen: Settings) -> socket.socket:
    from depesche.web.server import AddressTaken, bind

    try:
        return bind(chosen.host, chosen.port)
    except AddressTaken as error:
        raise click.ClickException(str(error)) from error


def _run(chosen: Settings, bound: socket.socket, beside: Sequence[Beside] = (), *, quiet: bool = False) -> None:
    from depesche import app
    from depesche.web import logs
    from depesche.web.server import Server

    logs.configure(chosen.log, quiet=quiet)
    with telling():
        application = app.create(chosen, beside=beside, aside=True)
        if not application.state.house.people.accounts():
            click.echo("Nobody can sign in yet: depesche user add NAME --role admin", err=True)
    Server(application, chosen).run([bound])
