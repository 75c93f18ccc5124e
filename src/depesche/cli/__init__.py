"""The command line: `depesche`, whose commands are imported only when they are run.

In: arguments and the environment. Out: exit code 0, or 1 with one line that says what is wrong and what to do, or 2 for
arguments that make no sense. Never: a trace for what a person can put right.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from depesche import __version__

COMMANDS = {
    "serve": "serving",
    "demo": "serving",
    "user": "people",
    "token": "people",
    "story": "stories",
    "wire": "stories",
    "export": "stories",
    "import": "stories",
    "expunge": "stories",
    "move": "move",
    "read": "read",
    "checkpoint": "checkpoint",
    "verify": "checks",
    "rebuild": "checks",
    "doctor": "doctor",
}
"""The module of each command; it has a function of that name (import_ for import)."""


class Late(click.Group):
    """A group that imports a command when it is asked for: `depesche read` must not wait for the web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, as the help shows them."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"depesche.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, "import_" if cmd_name == "import" else cmd_name)
        return command


@click.group(cls=Late, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="DEPESCHE_CONFIG",
    help="A TOML file with settings; the environment (DEPESCHE_*) wins over it.",
)
@click.pass_context
def group(ctx: click.Context, config: Path | None) -> None:
    """A desk for live coverage in which every statement has a source."""
    ctx.obj = config


@group.command()
def version() -> None:
    """Print the version."""
    click.echo(f"depesche {__version__}")


def main() -> None:
    """Run the command line; the entry point of the package."""
    try:
        code = group.main(prog_name="depesche", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:  # `depesche export … | head`
        sys.stderr.close()
        code = 141
    sys.exit(code if isinstance(code, int) else 0)
