"""Form 1 of the journal: how a change becomes bytes, and how the bytes are chained. Pure; ADR 0001 gives the reasons.

In: changes, and the clear fields of their entries. Out: bytes and digests of 32 bytes. Never: anything else than what
ADR 0001 says, for these bytes are for ever; a new form gets a new number and stands beside this one.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import get_args

from msgspec import DecodeError, EncodeError
from msgspec.json import Decoder, Encoder

from depesche.journal.errors import FormError
from depesche.words.changes import AnyChange, Change

FORM = 1
GENESIS = bytes(32)
"""What the first entry of a chain has as its previous digest."""
SALT_SIZE = 16
"""128 random bits: an erased text can't be found again by guessing it."""
MOST_BODY = 8 * 1024 * 1024
"""Bytes. Copy of 2 MB may grow threefold when it is written as JSON; anything longer is a mistake."""

_PERSON = b"depesche1"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of NUL, and not a backslash that somebody wrote before "u0000"."""
_ENCODER = Encoder()
_KINDS: dict[str, type[Change]] = {kind.__name__: kind for kind in get_args(AnyChange)}
_DECODERS: dict[str, Decoder[AnyChange]] = {name: Decoder(kind) for name, kind in _KINDS.items()}


def encode(change: AnyChange) -> bytes:
    """The body of an entry: the exact bytes that are hashed and kept. Raises FormError."""
    try:
        body = _ENCODER.encode(change)
    except (EncodeError, UnicodeEncodeError, OverflowError) as error:
        raise FormError("The text has characters that can't be stored (half of a surrogate pair).") from error
    if has_nul(body):
        raise FormError("The text has characters that can't be stored (NUL).")
    if len(body) > MOST_BODY:
        raise FormError(f"This is too long to be stored: {len(body)} bytes, at most {MOST_BODY}.")
    return body


def has_nul(body: bytes) -> bool:
    """Whether a text in this JSON has a NUL: it would be the end of the text elsewhere, and PostgreSQL refuses it."""
    return b"\\u0000" in body and _NUL.search(body) is not None


def decode(kind: str, body: bytes) -> AnyChange:
    """The change of this kind in these bytes. Raises FormError for another kind, unknown kinds and damaged bytes."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise FormError(f"This release of Depesche doesn't know changes of the kind “{kind!s:.40}”.")
    try:
        return decoder.decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError, TypeError) as error:  # TypeError: a damaged row
        raise FormError(f"These bytes are not a change of the kind {kind}: {error}.") from error


def is_public(kind: str) -> bool:
    """Whether changes of this kind take an edition."""
    return kind in _KINDS and _KINDS[kind].public


def hashed(*parts: bytes) -> bytes:
    """H of form 1: BLAKE2b-256, person "depesche1", each part preceded by its length (8 bytes, big-endian)."""
    state = blake2b(digest_size=32, person=_PERSON)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """What stands for a body in the chains, so that they still hold when body and salt are erased."""
    return hashed(salt, body)


def digest(
    previous: bytes, stream: str, seq: int, at: int, actor: str, kind: str, thing: str, committed: bytes
) -> bytes:
    """The link of the desk's chain; `thing` is the object's id, `at` microseconds UTC, integers in decimal ASCII."""
    return hashed(
        _number(FORM),
        previous,
        stream.encode(),
        _number(seq),
        _number(at),
        actor.encode(),
        kind.encode(),
        thing.encode(),
        committed,
    )


def public_digest(
    previous: bytes, stream: str, edition: int, at: int, kind: str, thing: str, committed: bytes
) -> bytes:
    """The link of the public chain: the edition in place of the seq, and nobody as the actor."""
    return digest(previous, stream, edition, at, "", kind, thing, committed)


def seal(command: str, stream: str, first: int, last: int, fingerprint: bytes) -> bytes:
    """What makes a changed receipt visible: it is no part of the chains, because it tells nothing of the story."""
    return hashed(b"command", command.encode(), stream.encode(), _number(first), _number(last), fingerprint)


def _number(value: int) -> bytes:
    return b"%d" % value
