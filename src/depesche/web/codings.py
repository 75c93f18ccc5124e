"""Compressed forms of an answer: which one a request takes, and the bytes of it, made once for all who take it.

In: Accept-Encoding, bytes. Out: the same bytes as they are sent, and their ETag. Never: a form that the request
refuses, or one that is no smaller.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from typing import Literal, TypeAlias

import brotli
from msgspec import Struct

SMALLEST = 512
"""Bytes below which a compressed form saves less than a network packet."""
GZIP_LEVEL = 6
"""9 takes twice the time for one per cent."""
BROTLI_QUALITY = 5
"""As quick as gzip (half a millisecond for a page of 48 kB) and 13 % smaller; 11 takes 33 ms for another 8 %."""
PACKED, LARGEST = 256, 256 * 1024
"""Answers kept with their compressed form, and bytes of the largest that is: 80 MB at most, 15 MB of usual pages. Who
asks by ever new hosts or editions would fill the memory with large ones.
"""
HEADERS_KNOWN = 256
"""Different values of Accept-Encoding that are remembered; browsers have about five."""

Coding: TypeAlias = Literal["br", "gzip", ""]

_NONE = re.compile(r"q\s*=\s*0(?:\.0*)?")


class Packed(Struct, frozen=True):
    """Bytes as they are sent, and the ETag that names just these."""

    body: bytes
    etag: str
    encoding: str = ""


@lru_cache(maxsize=HEADERS_KNOWN)
def coding_of(accepted: str) -> Coding:
    """The best coding that this Accept-Encoding takes (RFC 9110, 12.5.3); "" for bytes as they are."""
    refused: dict[str, bool] = {}
    for part in accepted.lower().split(",")[:20]:
        coding, _, weight = part.partition(";")
        refused[coding.strip().removeprefix("x-")] = _NONE.fullmatch(weight.strip()) is not None
    if not refused.get("br", True):
        return "br"
    return "" if refused.get("gzip", refused.get("*", True)) else "gzip"


def pack(body: bytes, *, coding: Coding) -> Packed:
    """The bytes to send and their ETag; compressed only where that makes them smaller."""
    return kept(body, coding) if len(body) <= LARGEST else _packed(body, coding)


def _packed(body: bytes, coding: Coding) -> Packed:
    if coding and len(body) >= SMALLEST:
        smaller = _COMPRESS[coding](body)
        if len(smaller) < len(body):
            return Packed(smaller, _etag(smaller), coding)
    return Packed(body, _etag(body))


kept = lru_cache(maxsize=PACKED)(_packed)
"""What was packed lately."""


def _brotli(body: bytes) -> bytes:
    smaller: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return smaller


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


_COMPRESS = {"br": _brotli, "gzip": _gzip}


def _etag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
