"""Rows of people: accounts, sessions and the API's tokens. Plain tables, for names must be erasable.

In: rows that desk/people.py made, with passwords and tokens already hashed. Out: rows. Never: a decision; who may do
what, and until when a session lasts, is decided on the desk. Times are microseconds UTC, hashes hex.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from depesche.journal.errors import JournalError
from depesche.journal.prepared import Prepared
from depesche.journal.tables import account as _account
from depesche.journal.tables import session as _session
from depesche.journal.tables import token as _token


class LoginTaken(JournalError):
    """Somebody else has this login name."""

    sentence = "Somebody has this login name already. Choose another one."


class Account(Struct, frozen=True):
    """Somebody at the desk; `id` is random and all that the journal knows of them."""

    id: str
    login: str
    name: str
    role: str
    byline: str
    password: str
    disabled: bool
    created_at: int
    changed_at: int


class Session(Struct, frozen=True):
    """A browser that is signed in; `hash` is the SHA-256 of what its cookie holds."""

    hash: str
    account: str
    created_at: int
    seen_at: int
    expires_at: int
    agent: str


class Token(Struct, frozen=True):
    """A program that speaks for an account; `hash` is the SHA-256 of its token."""

    id: str
    account: str
    label: str
    hash: str
    created_at: int
    used_at: int | None = None


def accounts(c: Connection) -> list[Account]:
    """Everybody."""
    return [Account(*row) for row in c.execute(select(_account))]


def account(c: Connection, account_id: str) -> Account | None:
    """The account with this id."""
    return _one(c, select(_account).where(_account.c.id == account_id))


def account_by_login(c: Connection, login: str) -> Account | None:
    """The account with this login name (lower case)."""
    return _one(c, select(_account).where(_account.c.login == login))


def put_account(c: Connection, row: Account) -> None:
    """Add an account, or change the one with this id. Raises LoginTaken."""
    values = asdict(row)
    try:
        changed = c.execute(update(_account).where(_account.c.id == row.id).values(**values))
        if not changed.rowcount:
            c.execute(insert(_account).values(**values))
    except IntegrityError as error:
        raise LoginTaken from error


def add_session(c: Connection, row: Session) -> None:
    """Keep a new session."""
    c.execute(insert(_session).values(**asdict(row)))


def session(c: Connection, hashed: str) -> tuple[Session, Account] | None:
    """The session with this hash and whose it is, whether it has ended or not."""
    query = select(_session, _account).join(_account, _account.c.id == _session.c.account)
    row = c.execute(query.where(_session.c.hash == hashed)).first()
    return None if row is None else (Session(*row[:6]), Account(*row[6:]))


def touch_session(c: Connection, hashed: str, now: int, until: int) -> None:
    """Note a session's latest use and when it ends now."""
    c.execute(update(_session).where(_session.c.hash == hashed).values(seen_at=now, expires_at=until))


def drop_session(c: Connection, hashed: str) -> None:
    """End a session."""
    c.execute(delete(_session).where(_session.c.hash == hashed))


def drop_sessions(c: Connection, account_id: str, keep: str = "") -> None:
    """End all sessions of an account but the one with the hash `keep`."""
    c.execute(delete(_session).where(_session.c.account == account_id, _session.c.hash != keep))


def drop_expired(c: Connection, now: int) -> None:
    """Forget sessions that have ended."""
    c.execute(delete(_session).where(_session.c.expires_at <= now))


def add_token(c: Connection, row: Token) -> None:
    """Keep a new token."""
    c.execute(insert(_token).values(**asdict(row)))


def tokens(c: Connection, account_id: str | None = None) -> list[Token]:
    """The tokens of an account, or all, oldest first."""
    query = select(_token).order_by(_token.c.created_at, _token.c.id)
    query = query if account_id is None else query.where(_token.c.account == account_id)
    return [Token(*row) for row in c.execute(query)]


def token(c: Connection, hashed: str) -> tuple[Token, Account] | None:
    """The token with this hash and whose it is."""
    row = _BY_HASH.first(c, {"hash": hashed})
    return None if row is None else (Token(*row[:6]), Account(*row[6:]))


_BY_HASH = Prepared(
    select(_token, _account).join(_account, _account.c.id == _token.c.account).where(_token.c.hash == bindparam("hash"))
)


def touch_token(c: Connection, token_id: str, now: int) -> None:
    """Note a token's latest use."""
    c.execute(update(_token).where(_token.c.id == token_id).values(used_at=now))


def drop_token(c: Connection, token_id: str) -> bool:
    """End a token; False when there was none."""
    return bool(c.execute(delete(_token).where(_token.c.id == token_id)).rowcount)


def _one(c: Connection, query: Select[*tuple[Any, ...]]) -> Account | None:
    row = c.execute(query).first()
    return None if row is None else Account(*row)
