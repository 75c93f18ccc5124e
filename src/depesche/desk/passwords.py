"""Passwords: what one must be like, how it is kept, and why something about people was not done.

In: passwords as they were typed, hashes as they are kept. Out: argon2id hashes (RFC 9106), yes or no, Denied. Never: a
quick no for a name that doesn't exist.
"""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from depesche.desk.access import ROLES

SHORTEST, LONGEST = 10, 1_000
"""Characters of a password: ten, as guessing is throttled and the hash slow; the upper end only bounds the work."""
MOST_NAME = 100
AT_ONCE = 2
"""Passwords checked at the same time: each takes 64 MB and 50 ms of all cores."""

REASONS: dict[str, str] = {
    "login_wrong": "Name or password is wrong.",
    "login_wait": "Too many failed attempts. Wait a little (minutes: {minutes}) and try again.",
    "login_invalid": "A login name has 1 to 100 characters and no spaces at its ends.",
    "login_taken": "There is somebody with the login name “{login}” already.",
    "name_missing": "A person needs a name.",
    "role_unknown": "There is no role “{role}”.",
    "password_short": "The password needs at least {least} characters.",
    "password_long": "The password may have at most {most} characters.",
    "password_is_login": "The password may not be the login name.",
    "password_wrong": "The present password is wrong.",
    "person_missing": "There is no such person.",
    "last_admin": "Somebody must remain who can manage people: this is the last admin.",
}
"""English text of each denial by its code; the interface translates it (gettext msgid)."""


class Denied(Struct, frozen=True):
    """Why something about people was not done; `wait` is seconds where trying again later helps."""

    code: str
    params: dict[str, str | int] = {}
    wait: int = 0

    @property
    def reason(self) -> str:
        """The English sentence for people."""
        return REASONS[self.code].format_map(self.params)


class Passwords:
    """Hashes and checks, a few at a time."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_urlsafe())
        self._gate = threading.BoundedSemaphore(AT_ONCE)

    def fits(self, known: str | None, password: str) -> bool:
        """True when this is the password of this hash; for None (nobody) it is False, after just as long."""
        with self._gate:
            try:
                return self._hasher.verify(known or self._nobody, password[:LONGEST]) and known is not None
            except (VerificationError, InvalidHashError):
                return False

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._gate:
            return self._hasher.hash(password)

    def is_outdated(self, known: str) -> bool:
        """True when a hash was made with less work than is usual now."""
        return self._hasher.check_needs_rehash(known)


def made() -> str:
    """A random password of 64 bits that can be read out on a telephone."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def check_login(login: str) -> Denied | None:
    """What is wrong with a login name."""
    fits = 0 < len(login) <= MOST_NAME and login.isprintable()
    return None if fits else Denied("login_invalid")


def check_person(name: str, role: str) -> Denied | None:
    """What is wrong with a name and a role."""
    if not name or len(name) > MOST_NAME:
        return Denied("name_missing")
    return None if role in ROLES else Denied("role_unknown", {"role": role[:40]})


def check_password(password: str, login: str) -> Denied | None:
    """What is wrong with a password for this login name."""
    if len(password) < SHORTEST:
        return Denied("password_short", {"least": SHORTEST})
    if len(password) > LONGEST:
        return Denied("password_long", {"most": LONGEST})
    return Denied("password_is_login") if password.casefold() == login else None
