"""Signed notes (https://c2sp.org/signed-note, Ed25519 of RFC 8032) that say where a story's public chain stood.

In: a chain's head and a secret key; or text from anywhere, which is bounded and taken apart here. Out: notes; what a
note says once a key that somebody trusts has signed it. The lines are an origin, the edition, the public digest in
base64 and the time; the form is that of https://c2sp.org/tlog-checkpoint, but the digest is the end of a chain (ADR
0001) and no Merkle root (ADR 0097). Never: a word of an unsigned note taken for true.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from depesche.journal.errors import JournalError

ED25519 = b"\x01"
"""The signature type, as the specification numbers them."""
MOST_NOTE = 16_384
"""Characters of one note: 16 signatures of 100 each are a tenth of it."""
MOST_TEXT = 4_000_000
"""Characters of a file of notes: a year of them, one an hour."""

_NAME = r"[^\s+\x00-\x1f]{1,200}"
_SIGNED = re.compile(rf"(?:\u2014 {_NAME} [A-Za-z0-9+/=]{{8,200}}\n)+")
_SIGNATURE = re.compile(rf"\u2014 ({_NAME}) ([A-Za-z0-9+/=]+)\n")
_TEXT = re.compile(
    r"(\S{1,300})/([^/\s]{1,100})\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n"
)
_PUBLIC = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]{{44,60}})")
_SECRET = re.compile(rf"PRIVATE\+KEY\+({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]{{44,60}})")


class KeyRefused(JournalError):
    """This is no key, or no name for one."""


class PublicKey(Struct, frozen=True):
    """What verifies: a name ("live.example.org/depesche") and the 32 bytes of the Ed25519 key."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key: what a signature line begins with."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        """As it is published and handed to verify: name+id+key, as golang.org/x/mod/sumdb/note writes it."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made this signature (without its four bytes of id) over this text."""
        from nacl.exceptions import CryptoError
        from nacl.signing import VerifyKey

        try:
            VerifyKey(self.raw).verify(text.encode(), signature)
        except (CryptoError, ValueError, TypeError):
            return False
        return True


class SecretKey(Struct, frozen=True):
    """What signs: the name and the 32 bytes of the seed. It never shows itself."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        """The name alone."""
        return f"SecretKey({self.name!r})"

    __str__ = __repr__

    @property
    def public(self) -> PublicKey:
        """The other half."""
        from nacl.signing import SigningKey

        return PublicKey(self.name, bytes(SigningKey(self.seed).verify_key))

    @property
    def line(self) -> str:
        """As the file has it, and nothing else ever may."""
        encoded = base64.b64encode(ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{encoded}\n"

    def sign(self, text: str) -> str:
        """The signature line over this text."""
        from nacl.signing import SigningKey

        signature = SigningKey(self.seed).sign(text.encode()).signature
        return f"\u2014 {self.name} {base64.b64encode(self.public.id + signature).decode()}\n"


class Signature(Struct, frozen=True):
    """A signature line: name and id of the key, and the bytes."""

    name: str
    id: bytes
    raw: bytes


class Note(Struct, frozen=True):
    """What a note says, to be believed only once `signer` has found a key; `text` is what was signed."""

    origin: str
    stream: str
    edition: int
    digest: bytes
    at: str
    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        lines = (f"\u2014 {each.name} {base64.b64encode(each.id + each.raw).decode()}\n" for each in self.signatures)
        return f"{self.text}\n{''.join(lines)}"


def named(name: str) -> str:
    """This name, if a key may have it. Raises KeyRefused."""
    if not re.fullmatch(_NAME, name):
        raise KeyRefused("The name of a key has no spaces and no plus sign, such as live.example.org/depesche.")
    return name


def public_key(text: str) -> PublicKey:
    """The key in this line. Raises KeyRefused for anything else, a secret key among it."""
    match = _PUBLIC.fullmatch(text.strip())
    raw = _decoded(match[3]) if match else b""
    if not match or len(raw) != 33 or raw[:1] != ED25519:
        raise KeyRefused("This is no public key: name+id+key, as /.well-known/depesche-checkpoints/keys has it.")
    key = PublicKey(match[1], raw[1:])
    if key.id.hex() != match[2]:
        raise KeyRefused("This public key has a typing error: its id doesn't fit the key.")
    return key


def secret_key(text: str) -> SecretKey:
    """The key in this line. Raises KeyRefused, which never quotes it."""
    match = _SECRET.fullmatch(text.strip())
    raw = _decoded(match[3]) if match else b""
    if not match or len(raw) != 33 or raw[:1] != ED25519:
        raise KeyRefused("The file of the secret key is damaged: restore it, or make another one (--new-key).")
    key = SecretKey(match[1], raw[1:])
    if key.public.id.hex() != match[2]:
        raise KeyRefused("The file of the secret key is damaged: restore it, or make another one (--new-key).")
    return key


def write(key: SecretKey, stream: str, edition: int, digest: bytes, at: int) -> Note:
    """A note that this stream's public chain ends in this digest at this edition; `at` is microseconds UTC."""
    moment = dt.datetime.fromtimestamp(at // 1_000_000, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"{key.name}/{stream}\n{edition}\n{base64.b64encode(digest).decode()}\n{moment}\n"
    return countersign(Note(key.name, stream, edition, digest, moment, text, ()), key)


def countersign(note: Note, key: SecretKey) -> Note:
    """The note with a signature of this key, too: after a rotation the new key signs what the old one had signed."""
    match = _SIGNATURE.fullmatch(key.sign(note.text))
    raw = _decoded(match[2]) if match else b""
    made = Signature(key.name, raw[:4], raw[4:])
    return Note(note.origin, note.stream, note.edition, note.digest, note.at, note.text, (*note.signatures, made))


def read(text: str) -> list[Note]:
    """The notes in this text, one after the other; whatever is none is passed over. Linear, and never raises."""
    blocks = text[:MOST_TEXT].replace("\r\n", "\n").split("\n\n")
    return [note for said, signed in pairwise(blocks) if (note := _note(said.lstrip("\n") + "\n", signed)) is not None]


def _note(text: str, signed: str) -> Note | None:
    """The note of these two blocks, None where they are something else."""
    said = _TEXT.fullmatch(text) if len(text) + len(signed) <= MOST_NOTE else None
    if said is None or not _SIGNED.fullmatch(f"{signed.rstrip()}\n"):
        return None
    lines = [(name, _decoded(line)) for name, line in _SIGNATURE.findall(f"{signed.rstrip()}\n")]
    signatures = tuple(Signature(name, raw[:4], raw[4:]) for name, raw in lines)
    return Note(said[1], said[2], int(said[3]), _decoded(said[4]), said[5], text, signatures)


def signer(note: Note, keys: Iterable[PublicKey]) -> PublicKey | None:
    """The key among these that signed the note; None if none did."""
    known = {(key.name, key.id): key for key in keys}
    for each in note.signatures:
        key = known.get((each.name, each.id))
        if key is not None and key.signed(note.text, each.raw):
            return key
    return None


def claims_signer(note: Note, keys: Iterable[PublicKey]) -> bool:
    """Whether the note says that one of these keys signed it, which may be a lie."""
    known = {(key.name, key.id) for key in keys}
    return any((each.name, each.id) in known for each in note.signatures)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
