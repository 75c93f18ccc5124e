"""NewsML-G2 (IPTC): news messages, news items, with XHTML, NITF or text inside.

In: XML. Out: a copy for each news item that has words; pictures have none. XML from outside is hostile until shown
otherwise: no DTD, no entity, no network, no depth past libxml2's limit, and a scan that is linear in the length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depesche.plugins import Received, WireError
from depesche.wires.markup import BLOCKS, plain_text
from depesche.wires.times import microseconds
from depesche.words.copy import Copy
from depesche.words.text import decode

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TYPES = frozenset({"application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.newsitem+xml"})
_ROOT = re.compile(rb"<(?:\w+:)?(?:newsMessage|newsItem|itemSet)[\s>/]")
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,100}encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_XML = "{http://www.w3.org/XML/1998/namespace}lang"


class Newsml:
    """News items in XML."""

    name = "newsml"

    def knows(self, data: bytes, received: Received) -> bool:
        """True for a media type of NewsML-G2, or for XML that begins as a message or an item."""
        if received.media_type in _TYPES:
            return True
        head = data[:4096].replace(b"\0", b"")
        return bool(_ROOT.search(head)) and received.media_type != "text/plain"

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """The items that have words or take words back. Raises WireError when this can't be read."""
        declared = _ENCODING.match(data)
        text, notes = decode(data, received.charset or (declared[1].decode() if declared else ""))
        root = _tree(text)
        # an item within an item is a part of its text, or a tower of items that each hold all that is above them
        items = (item for item in root.iter("{*}newsItem") if next(item.iterancestors("{*}newsItem"), None) is None)
        copies = [_copy(item, notes) for item in items]
        kept = [copy for copy in copies if copy.text or copy.canceled]
        if not copies:
            raise WireError("There is no news item in this XML.")
        return sorted(kept, key=lambda copy: copy.published or 0)


def _tree(text: str) -> Element:
    from lxml import etree  # 0.1 s, which commands that read no XML don't wait for

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WireError("This XML brings a DTD, which isn't read here. Ask for it without one.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise WireError(f"This XML can't be read: {str(error.msg)[:200]}.") from error


def _copy(item: Element, notes: tuple[str, ...]) -> Copy:
    status = _qcode(item, "itemMeta/pubStatus")
    text, title = _content(item), _text(item, "contentMeta/headline")
    if status == "withheld":
        notes = (*notes, "withheld: not to be published yet")
    if note := _text(item, "itemMeta/edNote"):
        notes = (*notes, f"note of the sender: {note[:300]}")
    said = item.get("version", "")[:9]
    version = int(said) if said.isascii() and said.isdigit() else 0
    return Copy(
        id="",
        wire=Newsml.name,
        text=text or title,
        version=max(1, version),
        title=title if text else "",
        uri=item.get("guid", ""),
        language=_attribute(item, "contentMeta/language", "tag") or item.get(_XML, ""),
        published=microseconds(_text(item, "itemMeta/versionCreated") or _text(item, "itemMeta/firstCreated")),
        source=_source(item),
        canceled=status == "canceled",
        notes=notes,
        numbered=version,
    )


def _content(item: Element) -> str:
    """The longest of the item's contents (a set holds renditions of the same text)."""
    found = [_words(each) for each in item.iterfind("{*}contentSet/{*}inlineXML")]
    for each in item.iterfind("{*}contentSet/{*}inlineData"):
        value = each.text or ""
        found.append(plain_text(value) if "html" in each.get("contenttype", "") else value.strip())
    return max(found, key=len, default="")


def _words(content: Element) -> str:
    """The text below an element, one block a line; of a document its body only."""
    bodies = [each for path in ("body", "body.content") for each in content.iter(f"{{*}}{path}")]
    pieces: list[str] = []
    root = bodies[-1] if bodies else content
    for event, element in _walk(root):
        block = str(element.tag).rpartition("}")[2].lower() in BLOCKS
        if event == "start":
            pieces.append("\n" * block + (element.text or "").replace("\n", " "))
        else:
            pieces.append("\n" * block + ((element.tail or "").replace("\n", " ") if element is not root else ""))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(filter(None, lines))


def _walk(root: Element) -> list[tuple[str, Element]]:
    from lxml import etree

    return [(event, element) for event, element in etree.iterwalk(root, events=("start", "end"))]


def _source(item: Element) -> str:
    for path in (
        "contentMeta/creditline",
        "itemMeta/provider/name",
        "contentMeta/infoSource/name",
        "rightsInfo/copyrightHolder/name",
    ):
        if found := _text(item, path):
            return found
    for path in ("itemMeta/provider", "contentMeta/infoSource"):
        if found := _attribute(item, path, "literal") or _qcode(item, path):
            return found
    return ""


def _find(item: Element, path: str) -> Element | None:
    return item.find("/".join(f"{{*}}{part}" for part in path.split("/")))


def _text(item: Element, path: str) -> str:
    found = _find(item, path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _attribute(item: Element, path: str, name: str) -> str:
    found = _find(item, path)
    return "" if found is None else found.get(name, "")


def _qcode(item: Element, path: str) -> str:
    return _attribute(item, path, "qcode").rpartition(":")[2]
