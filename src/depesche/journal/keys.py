"""The keys of an installation: the secret one that signs, in a file that only its owner reads, and all public ones.

In: the data folder. Out: keys. `checkpoint.key` has the secret key of today and nothing else; `checkpoint.pub` has
every public key that ever signed, the newest first, so that old checkpoints can be verified after a rotation. Never: a
file with the secret key that others may read, not for a moment, or that key in a message.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from depesche.journal import notes
from depesche.journal.errors import JournalError
from depesche.journal.notes import KeyRefused, PublicKey, SecretKey

SECRET, PUBLIC = "checkpoint.key", "checkpoint.pub"


class KeyUnusable(JournalError):
    """The key can't be read or written; the sentence says what to do."""


class Keys:
    """The keys in this folder."""

    def __init__(self, folder: Path) -> None:
        self._secret, self._public = folder / SECRET, folder / PUBLIC

    @property
    def file(self) -> Path:
        """Where the secret key lies."""
        return self._secret

    def secret(self) -> SecretKey | None:
        """The key that signs, None before the first one was made. Raises KeyUnusable or KeyRefused."""
        try:
            text = self._secret.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnusable(f"{self._secret} can't be read: {type(error).__name__}. Look at its owner.") from error
        return notes.secret_key(text)

    def public(self) -> list[PublicKey]:
        """Every public key, the newest first. Raises KeyUnusable or KeyRefused."""
        try:
            lines = self._public.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnusable(f"{self._public} can't be read: {type(error).__name__}. Look at its owner.") from error
        return [notes.public_key(line) for line in lines if line.strip()]

    def make(self, name: str) -> SecretKey:
        """A new key that signs from now on; the one before it is gone, its public half stays listed."""
        key = SecretKey(notes.named(name), secrets.token_bytes(32))
        listed = [key.public, *self.public()]
        try:
            self._secret.parent.mkdir(parents=True, exist_ok=True)
            # first the public list: a key that signs without being listed couldn't be verified by anybody
            _replace(self._public, "".join(f"{each}\n" for each in listed), 0o644)
            _replace(self._secret, key.line, 0o600)
        except OSError as error:
            raise KeyUnusable(f"{self._secret} can't be written: {type(error).__name__}. Look at its owner.") from error
        return key

    def ready(self, name: str) -> SecretKey:
        """The key that signs, made now if there was none."""
        return self.secret() or self.make(name)

    def exposed(self) -> bool:
        """Whether others than its owner may read or write the secret key."""
        try:
            return bool(self._secret.stat().st_mode & 0o077)
        except OSError:
            return False


def _replace(file: Path, text: str, mode: int) -> None:
    """Write the file anew, on the disk before its name shows it."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


__all__ = ["PUBLIC", "SECRET", "KeyRefused", "KeyUnusable", "Keys"]
