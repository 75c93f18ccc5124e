"""What an editor writes becomes markup that can't harm a reader, and the plain text that statements point into."""

from __future__ import annotations

import time
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.render.markdown import ATTRIBUTES, TAGS, html, plain

MARKS = st.sampled_from([
    "*", "**", "_", "[", "](", ")", "](https://x.example)", "](javascript:alert(1))", "<", ">", "\\", "&", "&lt;",
    "&#0;", "<script>", "</p>", "![", "`", "#", "www.x.example", "<https://x.example/a?b&c>", "data:text/html,<b>",
    "\u202e", "ä", "„Zitat“", "\0", "🙂", "onerror=", "<!--", "~~", '"', "> ", "- ", "1. ", "\n", "\n\n", "  \n", "\t",
    "a b",
])  # fmt: skip
BODIES = st.lists(MARKS | st.text(max_size=8), max_size=40).map("".join)


def parsed(markup: str) -> Any:
    return html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("Ein *leises* und ein **lautes** Wort", "<p>Ein <em>leises</em> und ein <strong>lautes</strong> Wort</p>\n"),
        ("Eine Zeile\nund noch eine", "<p>Eine Zeile<br>\nund noch eine</p>\n"),
        ("- eins\n- zwei", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n"),
        ("3. drei\n4. vier", '<ol start="3">\n<li>drei</li>\n<li>vier</li>\n</ol>\n'),
        ("> gesagt", "<blockquote>\n<p>gesagt</p>\n</blockquote>\n"),
        (
            "[Bericht](https://example.org/a?b=1&c=2)",
            '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener">Bericht</a></p>\n',
        ),
        ("<https://example.org>", '<p><a href="https://example.org" rel="noopener">https://example.org</a></p>\n'),
        ("[Post](mailto:a@example.org)", '<p><a href="mailto:a@example.org" rel="noopener">Post</a></p>\n'),
        ("# keine Überschrift", "<p># keine Überschrift</p>\n"),
        ("<b onclick=x>fett</b>", "<p>&lt;b onclick=x&gt;fett&lt;/b&gt;</p>\n"),
        ("[hier](javascript:alert(1))", "<p>[hier](javascript:alert(1))</p>\n"),
        ("[hier](/desk/)", "<p>[hier](/desk/)</p>\n"),
        ("[hier](//example.org)", "<p>[hier](//example.org)</p>\n"),
        ("", ""),
    ],
)
def test_the_subset(body: str, markup: str) -> None:
    assert html(body) == markup


@given(BODIES)
def test_no_tag_attribute_or_address_outside_the_lists(body: str) -> None:
    for element in parsed(html(body)).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()) | ({"rel"} if element.tag == "a" else set())
        if element.tag == "a":
            assert element.attrib["href"].lower().startswith(("http://", "https://", "mailto:"))


@given(BODIES)
def test_plain_has_the_words_that_readers_see(body: str) -> None:
    shown = "".join(parsed(html(body)).itertext())
    assert "".join(plain(body).split()) == "".join(shown.split())


def test_plain_separates_blocks_and_lines_by_one_newline() -> None:
    body = "**Was** wir\nwissen\n\n- *eins*\n- [zwei](https://x.example)\n\n> „drei“ & vier"
    assert plain(body) == "Was wir\nwissen\neins\nzwei\n„drei“ & vier"


def test_positions_count_what_was_written_not_its_marking() -> None:
    text = plain("Er sagte: **„Nie 🙂 wieder“**, so *Kim*.")
    assert text[text.index("„") : text.index("“") + 1] == "„Nie 🙂 wieder“"


UNITS = ["[", "![", "[a](", "*a ", "**", "_a", "*x* ", "<", "<http://", "> ", "- ", "- a\n", "&", "\\", "*_[<>&", "[]("]


@pytest.mark.parametrize("unit", UNITS)
def test_tens_of_thousands_of_marks_take_a_moment(unit: str) -> None:
    body = (unit * 64_000)[:64_000]
    start = time.process_time()
    html(body)
    assert time.process_time() - start < 20  # seconds; under 1 on the slowest machine seen, a square needs minutes
