"""`depesche user` and `depesche token`: who may work at the desk, and which programs.

In: names; passwords from a prompt or a pipe, never from an argument, where other users of the machine could see them.
Out: a line for each change. A token is shown once.
"""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, TypeVar, cast, get_args

import click

from depesche.cli.console import opened
from depesche.desk.access import Role
from depesche.desk.passwords import SHORTEST, Denied

if TYPE_CHECKING:
    from depesche.desk.people import People
    from depesche.journal.people import Account

_T = TypeVar("_T")

ROLE = click.Choice(get_args(Role))


@click.group()
def user() -> None:
    """People of the desk."""


@user.command("add")
@click.argument("login")
@click.option("--name", help="As colleagues see it; without it, the login.")
@click.option("--role", type=ROLE, default="editor", show_default=True)
@click.option("--byline", default="", help="As readers see it, where a post has one.")
@click.option("--generate", is_flag=True, help="Make a password and show it.")
@click.pass_context
def add_user(ctx: click.Context, login: str, name: str | None, role: str, byline: str, generate: bool) -> None:
    """Add somebody. The password is asked for, or read from a pipe."""
    with opened(ctx) as house:
        password = secrets.token_urlsafe(12) if generate else _password()
        account = _done(house.people.add(login, name or login, cast(Role, role), password, byline))
    click.echo(f"added {account.login} ({account.role})" + (f", password {password}" if generate else ""))


@user.command("list")
@click.pass_context
def list_users(ctx: click.Context) -> None:
    """List everybody."""
    with opened(ctx) as house:
        for account in house.people.accounts():
            state = "  disabled" if account.disabled else ""
            click.echo(f"{account.login:24} {account.role:9} {account.name}{state}")


@user.command("password")
@click.argument("login")
@click.option("--generate", is_flag=True, help="Make a password and show it.")
@click.pass_context
def set_password(ctx: click.Context, login: str, generate: bool) -> None:
    """Give somebody a new password; their sessions end."""
    with opened(ctx) as house:
        _find(house.people, login)
        password = secrets.token_urlsafe(12) if generate else _password()
        account = _done(house.people.set_password(login, password))
    click.echo(f"new password for {account.login}" + (f": {password}" if generate else ""))


@user.command("role")
@click.argument("login")
@click.argument("role", type=ROLE)
@click.pass_context
def set_role(ctx: click.Context, login: str, role: str) -> None:
    """Give somebody another role; their sessions end."""
    with opened(ctx) as house:
        account = _find(house.people, login)
        _done(
            house.people.change(
                account.id, name=account.name, role=cast(Role, role), byline=account.byline, disabled=account.disabled
            )
        )
    click.echo(f"{login} is {role} now")


@user.command("disable")
@click.argument("login")
@click.option("--undo", is_flag=True, help="Let them in again.")
@click.pass_context
def disable(ctx: click.Context, login: str, undo: bool) -> None:
    """Lock somebody out; sessions and tokens stop working at once."""
    with opened(ctx) as house:
        account = _find(house.people, login)
        role = cast(Role, account.role)
        _done(house.people.change(account.id, name=account.name, role=role, byline=account.byline, disabled=not undo))
    click.echo(f"{login} is {'let in again' if undo else 'locked out'}")


@click.group()
def token() -> None:
    """Tokens of programs that use the API."""


@token.command("make")
@click.argument("login")
@click.option("--label", default="", help="What it is for, to know it again.")
@click.pass_context
def make_token(ctx: click.Context, login: str, label: str) -> None:
    """Make a token with the rights of somebody. It is shown this once."""
    with opened(ctx) as house:
        click.echo(house.people.make_token(_find(house.people, login).id, label))


@token.command("list")
@click.argument("login", required=False)
@click.pass_context
def list_tokens(ctx: click.Context, login: str | None) -> None:
    """List tokens, never the secret itself."""
    with opened(ctx) as house:
        names = {account.id: account.login for account in house.people.accounts()}
        for each in house.people.tokens(_find(house.people, login).id if login else None):
            click.echo(f"{each.id}  {names.get(each.account, '?'):24} {each.label}")


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@click.pass_context
def revoke(ctx: click.Context, token_id: str) -> None:
    """End a token, by the id that `token list` shows."""
    with opened(ctx) as house:
        if not house.people.drop_token(token_id):
            raise click.ClickException(f"There is no token {token_id}. `depesche token list` lists them.")
    click.echo("revoked")


def _password() -> str:
    if sys.stdin.isatty():
        prompt = f"Password (at least {SHORTEST} characters)"
        entered: str = click.prompt(prompt, hide_input=True, confirmation_prompt=True)
        return entered
    return sys.stdin.readline().rstrip("\r\n")


def _find(people: People, login: str) -> Account:
    wanted = login.strip().casefold()
    found = next((account for account in people.accounts() if account.login == wanted), None)
    if found is None:
        raise click.ClickException(f"There is nobody with the login {login}. `depesche user list` lists them.")
    return found


def _done(outcome: _T | Denied) -> _T:
    if isinstance(outcome, Denied):
        raise click.ClickException(outcome.reason)
    return outcome
