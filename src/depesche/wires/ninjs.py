"""News in JSON (IPTC ninjs) 1.x, 2.x and 3.x: one item, a list of items, or an object with "items".

In: JSON. Out: a copy for each item that has words; pictures and events have none. Field names differ between the
versions in case and number only ("versioncreated", "versionCreated"), so they are looked up without case. Never: an
item that loses the items beside it.
"""

from __future__ import annotations

import json
from typing import Any

from depesche.plugins import Received, WireError
from depesche.wires.markup import plain_text
from depesche.wires.times import microseconds
from depesche.words.copy import Copy
from depesche.words.text import decode

_TYPES = frozenset({"application/json", "application/ninjs+json", "application/vnd.iptc.ninjs+json"})
_PLAIN_FIRST = ("body_text", "body_xhtml", "body_html")


class Ninjs:
    """Items in JSON."""

    name = "ninjs"

    def knows(self, data: bytes, received: Received) -> bool:
        """True for JSON by its media type, or for an object that begins like an item."""
        if received.media_type in _TYPES:
            return True
        head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        return head.startswith((b"{", b"[")) and b'"uri"' in head and received.media_type != "text/plain"

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """The items that have words or take words back. Raises WireError when this isn't JSON or no item."""
        text, notes = decode(data, received.charset)
        try:
            value = json.loads(text)  # unlike msgspec it bears lone surrogates, which intake then replaces
        except (ValueError, RecursionError) as error:
            raise WireError(f"This isn't JSON: {str(error)[:200]}.") from error
        if isinstance(value, dict) and isinstance(value.get("items"), list):
            value = value["items"]
        items = [_lowered(each) for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
        copies = [_copy(item, notes) for item in items if "uri" in item]
        if not copies:
            raise WireError("There is no ninjs item in this JSON: an object with a “uri”.")
        kept = [copy for copy in copies if copy.text or copy.canceled]
        return sorted(kept, key=lambda copy: copy.published or 0)


def _copy(item: dict[str, Any], notes: tuple[str, ...]) -> Copy:
    status = _text(item, "pubstatus")
    text, title, version = _body(item), _headline(item), _version(item.get("version"))
    if status == "withheld":
        notes = (*notes, "withheld: not to be published yet")
    if note := _text(item, "ednote"):
        notes = (*notes, f"note of the sender: {note[:300]}")
    return Copy(
        id="",
        wire=Ninjs.name,
        text=text or title,
        version=max(1, version),
        title=title if text else "",
        uri=_text(item, "uri"),
        language=_text(item, "language"),
        published=microseconds(item.get("versioncreated")) or microseconds(item.get("firstcreated")),
        source=_source(item),
        canceled=status == "canceled",
        notes=notes,
        numbered=version,
    )


def _body(item: dict[str, Any]) -> str:
    """The longest body; of equally long ones the plain one."""
    found = [(_text(item, name), name != "body_text") for name in _PLAIN_FIRST]
    for body in _objects(item, "bodies"):
        found.append((_text(body, "value"), "html" in (_text(body, "contenttype") + _text(body, "role")).lower()))
    return max((plain_text(value) if marked else value.strip() for value, marked in found), key=len)


def _headline(item: dict[str, Any]) -> str:
    if said := _text(item, "headline"):
        return said
    lines = [*_objects(item, "headlines"), *_objects(item, "titles")]
    main = [line for line in lines if _text(line, "role") in ("", "main")]
    return next((_text(line, "value") for line in (*main, *lines) if _text(line, "value")), _text(item, "title"))


def _source(item: dict[str, Any]) -> str:
    named = [_text(source, "name") for source in _objects(item, "infosources")]
    return next(filter(None, (*named, _text(item, "source"), _text(item, "copyrightholder"))), "")


def _version(value: object) -> int:
    digits = str(value)[:9] if isinstance(value, str | int) else ""
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _objects(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = item.get(name)
    return [_lowered(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _lowered(item: dict[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in item.items()}
