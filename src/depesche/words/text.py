"""Text from outside, made fit to keep: bytes -> str, and str -> str without what breaks pages, offsets or journals.

In: bytes of unknown encoding, or text from a form. Out: text with "\\n" line ends and no NUL, control character, lone
surrogate or bidi override, and notes that say what had to be done. Pure and total, linear in the length.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TypeVar

import msgspec

_T = TypeVar("_T")

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# C0 and C1 controls but tab and newline, DEL, the noncharacters of the BMP's end, byte order marks
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
# embeddings, overrides and isolates (UAX #9) can make a quotation read backwards; marks (U+200E/F) stay
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNFIT = re.compile(
    "[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode's categories of controls, formats and separators."""
_SAMPLE = 4096
"""Bytes looked at to tell UTF-16 without a byte order mark and broken UTF-8 from Latin-1."""


def is_seen(text: str) -> bool:
    """True when there is something to see: zero-width characters and soft hyphens come along when people paste."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what must not be kept, and notes ("controls removed", "bidi controls removed", ...)."""
    if not _UNFIT.search(text):
        return text, ()
    notes = []
    for pattern, replacement, note in (
        (_NEWLINES, "\n", ""),
        (_CONTROLS, "", "controls removed"),
        (_BIDI, "", "bidi controls removed"),
        (_SURROGATES, "\ufffd", "lone surrogates replaced"),
    ):
        text, times = pattern.subn(replacement, text)
        if times and note:
            notes.append(note)
    return text, tuple(notes)


def clean_struct(value: _T) -> _T:
    """The same Struct with every text in it cleaned; the very same object when there was nothing to clean."""
    plain = msgspec.to_builtins(value)
    cleaned = _clean_any(plain)
    return value if cleaned == plain else msgspec.convert(cleaned, type=type(value))


def decode(data: bytes, charset: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of these bytes, cleaned, and notes. `charset` is what the sender said (may be wrong or unknown).

    Tried in this order: byte order mark, the sender's charset, UTF-8, UTF-16 by its zero bytes, UTF-8 with single
    broken bytes (replaced by U+FFFD), Windows-1252 (the superset of Latin-1 that senders mean, WHATWG Encoding).
    """
    text, notes = _decode(data, charset)
    text, more = clean(text)
    return text, (*notes, *more)


def _decode(data: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lossy(data, name)
    said = _known(charset)
    for name in dict.fromkeys((said, "utf-8")):
        if name and (text := _strict(data, name)) is not None and text.count("\0") * 8 <= len(text):
            return text, (() if name == "utf-8" else (name,))
    head = data[:_SAMPLE]
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros and zeros.count(0) * 10 >= len(zeros) * 7 and letters.count(0) * 10 <= len(letters):
            return _lossy(data, name)
    if _mostly_utf8(head):
        return _lossy(data, "utf-8")
    return data.decode("cp1252", "replace"), ("windows-1252",)


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _lossy(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(name, "replace")
    notes = () if name in ("utf-8", "utf-8-sig") else (name,)
    return text, ((*notes, "broken bytes replaced") if "\ufffd" in text else notes)


def _known(charset: str) -> str:
    """The codec's name for a text encoding that Python knows, else ""; never one of the bytes-to-bytes codecs."""
    try:
        found = codecs.lookup(charset.strip().strip("\"'")[:40])
    except (LookupError, ValueError, UnicodeError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True) and found.name not in ("idna", "punycode", "unicode_escape")
    if not is_text or found.name == "raw_unicode_escape":
        return ""
    return "cp1252" if found.name == "iso8859-1" else found.name


def _mostly_utf8(head: bytes) -> bool:
    """True when most bytes above 0x7f form valid UTF-8: a broken UTF-8 text, not a Latin-1 one."""
    high = sum(byte >= 0x80 for byte in head)
    good = sum(len(char.encode()) for char in head.decode("utf-8", "ignore") if char >= "\x80")
    return high > 0 and good * 2 >= high


def _clean_any(value: object) -> object:
    if isinstance(value, str):
        return clean(value)[0]
    if isinstance(value, list | tuple):
        return [_clean_any(each) for each in value]
    if isinstance(value, dict):
        return {key: _clean_any(each) for key, each in value.items()}
    return value
