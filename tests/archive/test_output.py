"""What comes out: rows whose keys and types never change, and a page that holds nothing but text."""

from __future__ import annotations

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from depesche import reading
from depesche.archive import page as pages
from depesche.archive import rows
from depesche.archive.documents import Given
from depesche.words.copy import Hop, Interval, Lint, Reading, Statement

TEXT = (
    "Laut KCNA sagte Minister Kim Jong-un am Montag, es seien zwischen 3 und 4 Millionen Dollar gezahlt worden.\n"
    "„Wir dementieren das“, sagte der Sprecher des Ministeriums <script>alert(1)</script> & ging.\nobservador"
)


def shape(value: Any) -> Any:
    """Keys and types; a list has the shapes of its items, and None fits anything."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        inner = [shape(each) for each in value]
        return [inner[0]] if inner else []
    return type(value).__name__


def whole() -> dict[str, Any]:
    day = Interval((0, 4), "Laut", dt.date(2025, 4, 28), dt.date(2025, 4, 28), "day")
    [first, *_] = reading.read(TEXT, language="de", published=dt.date(2025, 4, 28)).statements
    assert first.figures
    full = Statement(
        "Direct", ((0, 4),), ((5, 9),), ((10, 15),), ((0, 1),), ((0, 9),), name="KCNA", chain=(Hop(((5, 9),), "KCNA"),),
        figures=first.figures, said=day, about=(day,), confidence=0.5, rule="x", inherits=0, within=1,
    )  # fmt: skip
    found = Reading("de", ((0, 4),), (full,), (Lint("stray_line", (0, 4), "x"),), "depesche")
    given = Given("1", TEXT, "de", dt.date(2025, 4, 28), "Titel", ("windows-1252",))
    row: dict[str, Any] = json.loads(rows.row("a.txt", given, found))
    return row


def test_a_row_has_these_keys_and_types() -> None:
    interval = {"span": ["int"], "words": "str", "first": "str", "last": "str", "precision": "str"}
    assert shape(whole()) == {
        "id": "str", "file": "str", "error": "NoneType", "language": "str", "published": "str", "title": "str",
        "reader": "str", "notes": ["str"], "text": "str", "sentences": [["int"]],
        "statements": [{
            "words": "str", "speaker_words": "str", "cue_words": "str", "form": "str", "spans": [["int"]],
            "speaker": [["int"]], "cue": [["int"]], "addressee": [["int"]], "frame": [["int"]], "medium": "str",
            "name": "str", "chain": [{"spans": [["int"]], "name": "str"}], "act": "str", "modality": "str",
            "negated": "bool",
            "figures": [{
                "span": ["int"], "words": "str", "lo": "float", "hi": "float", "approximator": "str",
                "measure": "str", "unit": "str", "population": "str", "increment": "bool",
            }],
            "said": interval, "about": [interval], "confidence": "float", "rule": "str", "inherits": "int",
            "within": "int",
        }],
        "lints": [{"words": "str", "kind": "str", "span": ["int"], "about": "str"}],
    }  # fmt: skip


def test_the_queries_in_the_documents_ask_for_columns_that_there_are() -> None:
    document = (Path(__file__).parent.parent.parent / "docs/reading.md").read_text()
    queries = "".join(re.findall(r"```(?:sql|python)\n(.*?)```", document, re.S))
    row = whole()
    [statement] = row["statements"]
    of_statements, of_figures = set(re.findall(r"\bs\.(\w+)", queries)), set(re.findall(r"\bf\.(\w+)", queries))
    assert {"name", "confidence", "act", "figures"} <= of_statements <= set(statement)
    assert {"words", "lo", "hi"} <= of_figures <= set(statement["figures"][0])
    assert {"id", "published", "error", "statements"} <= set(row)
    table = document.partition("| key | what it is |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.M)))
    assert sorted(named) == sorted(row)


def fits(one: Any, pattern: Any) -> bool:
    """True when `one` has the keys of the pattern, and nothing of another type but None and empty lists."""
    if isinstance(pattern, dict):
        return one == "NoneType" or (list(one) == list(pattern) and all(fits(one[key], pattern[key]) for key in one))
    if isinstance(pattern, list):
        return one == [] or fits(one[0], pattern[0])
    return one in (pattern, "NoneType")


@pytest.mark.parametrize("text", ["", "Nichts.", TEXT, "„Ja“, sagte Kim. 5 Tote. «Non», dit-il."])
def test_any_row_has_the_same_keys_in_the_same_order(text: str) -> None:
    pattern = shape(whole()) | {"error": "str"}
    read = json.loads(rows.row("a.txt", Given("1", text), reading.read(text)))
    assert fits(shape(read), pattern)
    assert fits(shape(json.loads(rows.fault("a.txt", "1", "isn't text"))), pattern)


def test_each_word_of_a_row_stands_at_its_place() -> None:
    row = json.loads(rows.row("a.txt", Given("1", TEXT), reading.read(TEXT, language="de")))
    assert len(row["statements"]) >= 2
    for statement in row["statements"]:
        for words, spans in (("words", "spans"), ("speaker_words", "speaker"), ("cue_words", "cue")):
            pieces = [row["text"][start:end] for start, end in statement[spans]]
            assert statement[words] == " … ".join(pieces)


class Parsed(HTMLParser):
    """Tags, attributes, ids, links and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def written(text: str, title: str = "", name: str = "a.txt") -> str:
    found = reading.read(text, language="de")
    parts = (pages.head(), pages.section(1, Given(name, text, title=title), found), pages.foot())
    return b"".join(parts).decode()


def test_a_page_shows_the_text_and_every_statement_and_they_link_to_each_other() -> None:
    shown = Parsed(written(TEXT))
    found = reading.read(TEXT, language="de")
    assert re.sub(r"\d", "", TEXT.split("\n")[1]) in re.sub(r"\d", "", shown.text)
    for place, each in enumerate(found.statements, 1):
        assert rows.words(TEXT, each.spans) in shown.text
        assert {f"d1s{place}", f"d1t{place}"} <= set(shown.ids)
    assert len(shown.ids) == len(set(shown.ids))
    assert {link.removeprefix("#") for link in shown.links} <= set(shown.ids)


def test_nothing_of_a_document_becomes_markup() -> None:
    hostile = "\"><img src=x onerror=alert(1)>'</title></style><style>*{}</style><!--"
    html = written(f"„{hostile}“, sagte {hostile}. {TEXT}", title=hostile, name=hostile)
    html += pages.fault(2, hostile, hostile).decode()
    shown = Parsed(html)
    assert not {"script", "img", "link", "iframe", "form", "base", "object"} & set(shown.tags)
    assert shown.tags.count("style") == 1
    assert shown.attributes <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "aria-labelledby", "dir",
    }  # fmt: skip
    assert hostile in shown.text


def test_a_page_allows_its_own_style_and_nothing_else() -> None:
    html = written(TEXT)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'", policy[1]
    )
    assert "prefers-color-scheme: dark" in html
    assert "http://" not in html.replace("http-equiv", "")
    assert "https://" not in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_takes_the_page_from_disk_and_follows_light_and_dark(
    page: Page, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(written(TEXT))
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    style = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    ink, ground = (sum(map(int, re.findall(r"\d+", each))) for each in page.locator("body").evaluate(style))
    assert (ground < ink) == (scheme == "dark")  # and so the style sheet was allowed, by its hash
    assert page.locator(".text .s").count() > 0
