"""RSS and Atom, of any version and in the state in which publishers serve them.

In: the bytes of a feed. Out: a copy an entry, oldest first. One scan for the elements that an entry needs, no parser:
what is wrong elsewhere loses no entry, and time and memory are linear in the length, whatever was sent. Never: a
request, or an entity that is declared in the feed.
"""

from __future__ import annotations

import re

from msgspec import Struct

from depesche.plugins import Received, WireError
from depesche.wires.markup import entities, plain_text
from depesche.wires.times import instant
from depesche.words.copy import Copy
from depesche.words.text import decode

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>/]")
_OPENING = re.compile(r"<(\w{1,40}:)?(rss|feed|rdf)(?=[\s>/])[^<>]*")
_ENCODING = re.compile(rb"""^\s{0,100}<\?xml[^>]{0,100}encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_TAG = re.compile(r"<(/?)([a-z][\w:.-]{0,40})(?=[\s/>])[^<>]*>?")
_ATTRIBUTE = re.compile(
    r"""(?<![\w:.-])(xml:lang|rdf:about|rel|href|ref|when)\s{0,9}=\s{0,9}(?:"([^"<]*)"|'([^'<]*)')"""
)
_INNER_TITLE = re.compile(r"<(?:\w{1,40}:)?title[\s>]")
_MARKUP = re.compile(r"</?[A-Za-z]")
_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""str.lower can change a text's length; element names are ASCII."""

_TEXTS = frozenset({"content", "content:encoded", "description", "summary"})
_DATES = ("pubdate", "published", "issued", "dc:date", "updated", "modified")
"""The first of them that can be read says when it was published."""
_FIELDS = _TEXTS | {*_DATES, "title", "id", "guid", "link", "language", "dc:language", "source"}
_MOST = 10_000
"""Entries of a feed that are read, the first ones: intake takes some hundred."""
_ENTRIES, _DELETED = ("item", "entry"), "deleted-entry"
"""An entry; one that an Atom feed says is gone (RFC 6721)."""


class Feeds:
    """A feed's entries."""

    name = "feeds"

    def knows(self, data: bytes, received: Received) -> bool:
        """True for a feed's media type, or for XML that begins as a feed."""
        if received.media_type in _TYPES:
            return True
        head = data[:4096].replace(b"\0", b"")  # UTF-16
        return bool(_ROOT.search(head)) and received.media_type != "text/plain"

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """The entries that have words, and those that are said to be gone. Raises WireError when this is no feed."""
        declared = _ENCODING.match(data)
        text, notes = decode(data, received.charset or (declared[1].decode() if declared else ""))
        if "<!ENTITY" in text:
            raise WireError("This feed declares entities, which aren't expanded here. Ask for it without a DTD.")
        scan = _Scan(text)
        if scan.damaged:
            notes = (*notes, "the feed is damaged")
        source, language = scan.feed.words("title"), scan.feed.language or scan.feed.words("language")
        # publishers put the newest first, which orders entries without a time
        copies = [_copy(entry, source, language, notes) for entry in reversed(scan.entries) if entry]
        kept = [copy for copy in copies if copy.text or copy.canceled]
        return sorted(kept, key=lambda copy: copy.published or 0)


class _Entry(Struct):
    """What was found of an entry, or of the feed itself: the contents of elements by name, as they stand there."""

    language: str = ""
    gone: bool = False
    found: dict[str, str] = {}
    texts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.gone or self.texts or self.found.get("title"))

    def words(self, name: str) -> str:
        """The words of this element, in one line."""
        return " ".join(_words(self.found.get(name, "")).split())


class _Scan:
    """One way through a feed: its `entries` in their order, and `feed` with what stands outside of them.

    Tags are looked for in a shadow of the text: in small letters, and blank where comments and CDATA are.
    """

    def __init__(self, text: str) -> None:
        self._text, self._shadow = text, _shadow(text.translate(_SMALL))
        root = _OPENING.search(self._shadow)
        if root is None:
            raise WireError("This isn't a feed: no RSS and no Atom.")
        self._prefix = "" if root[2] == "rdf" else root[1] or ""  # RSS 1.0 has its items in another name space
        self._ends = [f"</{self._prefix}{each}" for each in _ENTRIES]
        self._next: dict[str, int] = {}
        self.feed, self.entries = _Entry(self._said(root).get("xml:lang", "")), list[_Entry]()
        self._entry = self.feed
        at = root.end()
        self.damaged = self._find(f"</{root[1] or ''}{root[2]}", at) == len(text)
        while len(self.entries) <= _MOST and (tag := _TAG.search(self._shadow, at)):
            at = self._tag(tag)
        self.damaged |= self._entry is not self.feed or len(self.entries) > _MOST

    def _tag(self, tag: re.Match[str]) -> int:
        """Take in what begins or ends here; where to go on."""
        name = tag[2].removeprefix(self._prefix)
        if name in _ENTRIES or name.endswith(_DELETED):
            self._turn(name, tag)
        elif name in _FIELDS and not tag[1]:
            return self._field(name, tag)
        return tag.end()

    def _turn(self, name: str, tag: re.Match[str]) -> None:
        """An entry ends, or the next one begins."""
        self.damaged |= bool(tag[1]) == (self._entry is self.feed)
        self._entry = self.feed
        if tag[1]:
            return
        said = self._said(tag)
        entry = _Entry(said.get("xml:lang", ""), name not in _ENTRIES)
        named = {"id": said.get("ref") or said.get("rdf:about", ""), "published": said.get("when", "")}
        entry.found |= {name: value for name, value in named.items() if value}
        self.entries.append(entry)
        if not tag[0].endswith("/>"):
            self._entry = entry

    def _field(self, name: str, tag: re.Match[str]) -> int:
        said, entry = self._said(tag), self._entry
        entry.language = entry.language or said.get("xml:lang", "")
        if name == "link" and said.get("rel", "alternate") == "alternate":
            entry.found.setdefault(name, said.get("href", ""))
        if tag[0].endswith("/>"):
            return tag.end()
        end = self._end(f"</{tag[2]}", tag.end())
        content = self._text[tag.end() : end]
        if name in _TEXTS:
            entry.texts.append(content)
        elif not entry.found.get(name):
            entry.found[name] = content
        return end

    def _end(self, own: str, at: int) -> int:
        """Where the content from here on ends: at its own end, or, when that is missing, before the next tag."""
        end = self._find(own, at)
        if end < min(self._find(each, at) for each in self._ends):
            return end
        self.damaged = True
        return self._find("<", at)

    def _find(self, words: str, at: int) -> int:
        """The next place of these words, or the text's end. Nobody asks twice of one place: so all of it is linear."""
        known = self._next.get(words, -1)
        if known < at:
            found = self._shadow.find(words, at)
            known = self._next[words] = found if found >= 0 else len(self._text)
        return known

    def _said(self, tag: re.Match[str]) -> dict[str, str]:
        found = _ATTRIBUTE.findall(self._text[tag.start() : tag.end()])
        return {name: entities(value or other) for name, value, other in found}


def _shadow(lowered: str) -> str:
    """The text with blanks where comments and CDATA stand; one that never ends is none."""
    pieces, at, missing = [], 0, set[str]()
    for begin in re.finditer(r"<!--|<!\[cdata\[", lowered):
        end = "-->" if begin[0] == "<!--" else "]]>"
        if begin.start() < at or end in missing:
            continue
        found = lowered.find(end, begin.end())
        if found < 0:
            missing.add(end)
            continue
        pieces += [lowered[at : begin.start()], " " * (found + 3 - begin.start())]
        at = found + 3
    return "".join([*pieces, lowered[at:]])


def _words(raw: str) -> str:
    """The words of an element's content: of markup that is escaped, in CDATA, or stands there as it is (XHTML)."""
    first, *others = raw.split("<![CDATA[")
    parts = [(quoted, plain) for quoted, _, plain in (each.partition("]]>") for each in others)]
    if _MARKUP.search(first) or any(_MARKUP.search(plain) for _, plain in parts):
        return plain_text(first + "".join(quoted + plain for quoted, plain in parts))
    return plain_text(entities(first) + "".join(quoted + entities(plain) for quoted, plain in parts))


def _copy(entry: _Entry, source: str, language: str, notes: tuple[str, ...]) -> Copy:
    text, title = max(map(_words, entry.texts), key=len, default=""), entry.words("title")
    dates = (instant(entry.words(each)) for each in _DATES if each in entry.found)
    return Copy(
        id="",
        wire=Feeds.name,
        text=text or title,
        title=title if text else "",
        uri=entry.words("id") or entry.words("guid") or entry.words("link"),
        language=entry.language or entry.words("dc:language") or language,
        published=next((each for each in dates if each is not None), None),
        source=_source(entry) or source,
        notes=notes,
        canceled=entry.gone,
    )


def _source(entry: _Entry) -> str:
    """Where the feed says that the entry is from: in Atom a feed of its own, with a title."""
    raw = entry.found.get("source", "")
    inner = _INNER_TITLE.search(raw)
    return " ".join(_words(raw[inner.start() :].partition("</")[0] if inner else raw).split())
