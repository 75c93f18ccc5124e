"""People of the desk: accounts, passwords, sessions and the API's tokens.

In: login names, passwords, tokens from cookies and headers. Out: an Actor, or None. A password is kept as argon2id, a
token only as its SHA-256: who reads the database can sign in nowhere. Never: an answer, or a time to answer, that tells
whether a login name exists.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeAlias

from argon2 import PasswordHasher
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.desk.access import ROLES, Actor, Role
from depesche.desk.desk import now_us
from depesche.desk.passwords import MOST_NAME, Denied, Passwords, check_login, check_password, check_person, made
from depesche.desk.throttle import Throttle
from depesche.journal import people
from depesche.journal.log import Journal
from depesche.journal.people import Account, LoginTaken, Session, Token

HOUR = 3_600_000_000
"""Microseconds."""
LONGEST_SESSION = 7 * 24 * HOUR
"""A session ends after a week even when it is used every day."""
TOUCH = 5 * 60_000_000
"""A session's last use is written down at most every five minutes, not at every click."""


class SignedIn(Struct, frozen=True):
    """Somebody with a running session; `token` is what the cookie holds, `until` when it ends (microseconds UTC)."""

    actor: Actor
    token: str
    until: int
    login: str = ""


Entered: TypeAlias = SignedIn | Denied


class People:
    """Accounts and sessions on the journal's plain tables. Everything blocks: call it in a thread."""

    def __init__(
        self,
        journal: Journal,
        *,
        hours: int = 12,
        clock: Callable[[], int] = now_us,
        steady: Callable[[], float] = time.monotonic,
        hasher: PasswordHasher | None = None,
        crew: int = 1,
    ) -> None:
        self._journal = journal
        self._idle = hours * HOUR
        self._clock = clock
        self._steady = steady
        self._passwords = Passwords(hasher or PasswordHasher())
        self._throttle = Throttle(crew)
        self._guessing = threading.Lock()

    # --- accounts

    def accounts(self) -> list[Account]:
        """Everybody, also those who were locked, by name."""
        with self._journal.reading() as connection:
            return sorted(people.accounts(connection), key=lambda account: account.name.casefold())

    def account(self, account_id: str) -> Account | None:
        """The account with this id."""
        with self._journal.reading() as connection:
            return people.account(connection, account_id)

    def add(self, login: str, name: str, role: Role, password: str, byline: str = "") -> Account | Denied:
        """Make an account."""
        login, name = _folded(login), name.strip()
        denied = check_login(login) or check_person(name, role) or check_password(password, login)
        if denied:
            return denied
        now = self._clock()
        account = Account(
            id=str(uuid.uuid4()),
            login=login,
            name=name,
            role=role,
            byline=byline.strip()[:MOST_NAME],
            password=self._passwords.hash(password),
            disabled=False,
            created_at=now,
            changed_at=now,
        )
        return self._put(account)

    def change(
        self, account_id: str, *, name: str, role: Role, byline: str = "", disabled: bool = False
    ) -> Account | Denied:
        """Change who somebody is and what they may do. Whoever is locked, or has a new role, is signed out."""
        denied = check_person(name.strip(), role)
        if denied:
            return denied
        before = self.account(account_id)
        if before is None:
            return Denied("person_missing")
        if before.role == "admin" and (disabled or role != "admin") and self._is_last_admin(before):
            return Denied("last_admin")
        after = replace(
            before,
            name=name.strip(),
            role=role,
            byline=byline.strip()[:MOST_NAME],
            disabled=disabled,
            changed_at=self._clock(),
        )
        changed = self._put(after)
        if isinstance(changed, Account) and (disabled or role != before.role):
            self.sign_out_everywhere(account_id)
        return changed

    def set_password(self, login: str, password: str) -> Account | Denied:
        """Give somebody a new password and end all their sessions."""
        with self._journal.reading() as connection:
            account = people.account_by_login(connection, _folded(login))
        if account is None:
            return Denied("person_missing")
        return self._renew(account, password)

    def change_password(self, token: str, present: str, password: str, *, address: str) -> SignedIn | Denied:
        """Change one's own password. All other sessions end, this one goes on under a new token."""
        running = self.session(token)
        if running is None:
            return Denied("login_wrong")
        account = self._check(running.login, present, address)
        if isinstance(account, Denied):
            return Denied("password_wrong") if account.code == "login_wrong" else account
        renewed = self._renew(account, password)
        return renewed if isinstance(renewed, Denied) else self._begin(renewed, agent="")

    def reset_password(self, account_id: str) -> str | Denied:
        """A new random password for somebody who lost theirs, to be told them by another way."""
        account = self.account(account_id)
        if account is None:
            return Denied("person_missing")
        password = made()
        renewed = self._renew(account, password)
        return renewed if isinstance(renewed, Denied) else password

    # --- sessions

    def sign_in(self, login: str, password: str, *, address: str, agent: str = "", instead_of: str = "") -> Entered:
        """Begin a session under a new token; the session `instead_of` of the same browser ends."""
        account = self._check(_folded(login), password, address)
        if isinstance(account, Denied):
            return account
        if instead_of:
            self.sign_out(instead_of)
        return self._begin(account, agent)

    def session(self, token: str) -> SignedIn | None:
        """Whose session this is; None when it ended, or the account was locked."""
        if not token:
            return None
        now = self._clock()
        with self._journal.reading() as connection:
            found = people.session(connection, _hashed(token))
        if found is None:
            return None
        session, account = found
        if session.expires_at <= now or account.disabled:
            return None
        until = self._until(session, now)
        if now - session.seen_at > TOUCH:
            with self._journal.shelving() as connection:
                people.touch_session(connection, session.hash, now, until)
        return SignedIn(_actor(account), token, until, account.login)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._journal.shelving() as connection:
            people.drop_session(connection, _hashed(token))

    def sign_out_everywhere(self, account_id: str) -> None:
        """End all sessions of an account."""
        with self._journal.shelving() as connection:
            people.drop_sessions(connection, account_id)

    # --- tokens of the API

    def make_token(self, account_id: str, label: str) -> str:
        """A token with the rights of this account; it is shown once. Raises LookupError when there is no account."""
        if self.account(account_id) is None:
            raise LookupError(account_id)
        token = f"depesche_{secrets.token_urlsafe(32)}"
        row = Token(
            id=str(uuid.uuid4()), account=account_id, label=label, hash=_hashed(token), created_at=self._clock()
        )
        with self._journal.shelving() as connection:
            people.add_token(connection, row)
        return token

    def tokens(self, account_id: str | None = None) -> list[Token]:
        """The tokens of one account or of all."""
        with self._journal.reading() as connection:
            return people.tokens(connection, account_id)

    def drop_token(self, token_id: str) -> bool:
        """End a token; False when there was none."""
        with self._journal.shelving() as connection:
            return people.drop_token(connection, token_id)

    def bearer(self, token: str, connection: Connection | None = None) -> Actor | None:
        """Who speaks with this token; None when it was never given, ended, or its account is locked."""
        with nullcontext(connection) if connection else self._journal.reading() as asked:
            found = people.token(asked, _hashed(token))
        if found is None or found[1].disabled:
            return None
        row, account = found
        now = self._clock()
        if now - (row.used_at or 0) > TOUCH:
            with self._journal.shelving() as shelf:
                people.touch_token(shelf, row.id, now)
        return _actor(account)

    # --- within

    def _check(self, login: str, password: str, address: str) -> Account | Denied:
        """The account if the password is right. Takes the same time whether there is an account or not."""
        with self._guessing:
            wait = self._throttle.wait(login, address, self._steady())
        if wait:
            return Denied("login_wait", {"minutes": -(-wait // 60)}, wait)
        with self._journal.reading() as connection:
            account = people.account_by_login(connection, login)
        right = self._passwords.fits(account.password if account else None, password)
        if account is None or account.disabled or not right:
            return Denied("login_wrong")
        with self._guessing:
            self._throttle.succeeded(login, address)
        if self._passwords.is_outdated(account.password):
            account = replace(account, password=self._passwords.hash(password))
            with self._journal.shelving() as connection:
                people.put_account(connection, account)
        return account

    def _begin(self, account: Account, agent: str) -> SignedIn:
        now = self._clock()
        token = secrets.token_urlsafe(32)
        session = Session(
            hash=_hashed(token),
            account=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + self._idle,
            agent=agent[:200],
        )
        with self._journal.shelving() as connection:
            people.drop_expired(connection, now)
            people.add_session(connection, session)
        return SignedIn(_actor(account), token, session.expires_at, account.login)

    def _until(self, session: Session, now: int) -> int:
        return min(now + self._idle, session.created_at + LONGEST_SESSION)

    def _renew(self, account: Account, password: str) -> Account | Denied:
        denied = check_password(password, account.login)
        if denied:
            return denied
        renewed = replace(account, password=self._passwords.hash(password), changed_at=self._clock())
        with self._journal.shelving() as connection:
            people.put_account(connection, renewed)
            people.drop_sessions(connection, account.id)
        return renewed

    def _put(self, account: Account) -> Account | Denied:
        try:
            with self._journal.shelving() as connection:
                people.put_account(connection, account)
        except LoginTaken:
            return Denied("login_taken", {"login": account.login})
        return account

    def _is_last_admin(self, account: Account) -> bool:
        return not any(each.role == "admin" and not each.disabled and each.id != account.id for each in self.accounts())


def _actor(account: Account) -> Actor:
    role = next((each for each in ROLES if each == account.role), ROLES[0])
    return Actor(id=account.id, name=account.name, role=role, byline=account.byline)


def _folded(login: str) -> str:
    return login.strip().casefold()


def _hashed(token: str) -> str:
    """SHA-256 is enough for what has 256 random bits: there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
