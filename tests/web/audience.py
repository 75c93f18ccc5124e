"""What readers get, taken apart: pages as trees, as words, and as what machines read in them.

In: the bytes of an answer. Out: what a test wants to say something about. Never: a page that isn't HTML to the letter.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import html5lib
from html5lib.treebuilders import getTreeBuilder
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from depesche.bus.memory import MemoryBus
from depesche.journal.log import Journal
from depesche.settings import Settings
from depesche.web import errors, headers, pages, static
from depesche.web.kiosk import Kiosk
from tests.web.coverage import Coverage

if TYPE_CHECKING:
    from depesche.web.house import House

PAGES = ("/", "/kursk", "/kursk?order=oldest", "/kursk/p/1", "/kursk/p/3", "/kursk/corrections", "/nichts", "/leer")
SECRET = "Geheimwort"


def parsed(html: str) -> Any:
    """The page as a tree; the parser is strict: the first error of the page's grammar is an error of the test."""
    parser = html5lib.HTMLParser(getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def one(tree: Any, **attributes: str) -> Any:
    """The element with these attributes (data_part -> data-part)."""
    wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    found = [each for each in tree.iter() if wanted.items() <= dict(each.attrib).items()]
    assert len(found) == 1, (wanted, found)
    return found[0]


def part(tree: Any, name: str) -> str:
    return text(one(tree, data_part=name))


def structured(html: str) -> dict[str, Any]:
    """The page's JSON-LD."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    assert "<" not in found[0]
    thing: dict[str, Any] = json.loads(found[0])
    return thing


@contextlib.contextmanager
def readers(settings: Settings) -> Iterator[tuple[TestClient, Coverage]]:
    """The part of the application that readers meet, and a coverage to write; hiring people takes a second."""
    journal = Journal.open(settings.journal_url)
    house = cast("House", SimpleNamespace(settings=settings, journal=journal, kiosk=Kiosk(MemoryBus(), settings)))
    routes = [*static.routes(house), *pages.routes(house)]
    made = Starlette(
        routes=[Mount(settings.base_path, routes=routes)] if settings.base_path else routes,
        middleware=[Middleware(headers.Headers, settings=settings)],
        exception_handlers=errors.handlers(),
    )
    made.state.house = house
    address = settings.url or "https://live.example.org"
    with TestClient(made, address, raise_server_exceptions=False, headers={"accept": "text/html"}) as browser:
        yield browser, Coverage(journal)
    journal.close()


def as_read(page: str) -> str:
    """The words of a page as somebody reads them, a line for each block."""
    blocks = {
        "p",
        "h1",
        "h2",
        "h3",
        "li",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "figure",
        "button",
        "ol",
    }
    lines = [""]

    def walk(element: Any) -> None:
        if element.tag in ("head", "script"):
            return
        if element.tag in blocks:
            lines.append("")
        lines[-1] += element.text or ""
        for child in element:
            walk(child)
            if child.tag in blocks:
                lines.append("")
            lines[-1] += child.tail or ""

    walk(parsed(page))
    return "".join(f"{line}\n" for line in (" ".join(each.split()) for each in lines) if line)


def meta(page: str) -> dict[str, str]:
    found = [each.attrib for each in parsed(page).iter("meta")]
    return {each.get("property") or each.get("name") or "": each.get("content", "") for each in found}
