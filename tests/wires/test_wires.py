"""Bytes from outside become copy: each built-in wire on what senders send, and all of them on what attackers send."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from depesche import wires
from depesche.plugins import Plugins, Received, WireError, gather
from depesche.words.copy import Copy

DATA = Path(__file__).parent.parent / "data" / "wires"
MONDAY = 1_745_827_200_000_000  # 2025-04-28T10:00:00+02:00
LARGE = 1_000_000


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return gather([wires], installed=False)


def parse(plugins: Plugins, data: bytes, media_type: str = "", charset: str = "") -> list[Copy]:
    received = Received(media_type, charset)
    wire = plugins.wire_for(data, received)
    assert wire is not None
    return wire.parse(data, received)


def test_a_newsml_message_gives_its_text_items_oldest_first(plugins: Plugins) -> None:
    first, second = parse(plugins, (DATA / "message.newsml.xml").read_bytes())
    assert first == Copy(
        id="",
        wire="newsml",
        text="Nordkorea hat die Entsendung von Soldaten bestätigt.\nDas meldete die Agentur KCNA.",
        version=2,
        numbered=2,
        title="Nordkorea bestätigt Entsendung",
        uri="urn:newsml:example.org:20250428:1001",
        language="de",
        published=MONDAY,
        source="exa",
        notes=("note of the sender: Neu: zweiter Absatz",),
    )
    assert (second.canceled, second.text, second.title) == (True, "Kreml lobt Truppen", "")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_newsml_item_is_read_in_the_encoding_that_it_declares(plugins: Plugins, charset: str) -> None:
    text = (DATA / "message.newsml.xml").read_text().replace('encoding="utf-8"', f'encoding="{charset}"')
    assert "bestätigt" in parse(plugins, text.encode(charset))[0].text


@pytest.mark.parametrize("name", ["item-1.json", "item-2.json", "item-3.json"])
def test_each_generation_of_ninjs_gives_the_same_copy(plugins: Plugins, name: str) -> None:
    [copy] = parse(plugins, (DATA / name).read_bytes())
    assert copy == Copy(
        id="",
        wire="ninjs",
        text="Nordkorea hat die Entsendung von Soldaten bestätigt.\nDas meldete die Agentur KCNA.",
        version=2,
        numbered=2,
        title="Nordkorea bestätigt Entsendung",
        uri="urn:newsml:example.org:20250428:1001",
        language="de",
        published=MONDAY,
        source="exa",
    )


def test_a_ninjs_item_without_words_or_form_loses_none_beside_it(plugins: Plugins) -> None:
    items = [{"uri": "a", "type": "picture"}, "what?", {"uri": "b", "body_text": "Text.", "version": "x", "bodies": 7}]
    assert [copy.uri for copy in parse(plugins, json.dumps({"items": items}).encode(), "application/json")] == ["b"]


def test_a_withheld_item_says_so(plugins: Plugins) -> None:
    [copy] = parse(plugins, b'{"uri": "a", "body_text": "Geheim.", "pubstatus": "withheld"}')
    assert copy.notes == ("withheld: not to be published yet",)


@pytest.mark.parametrize("name", ["feed.rss.xml", "feed.atom.xml"])
def test_a_feed_gives_its_entries_oldest_first_and_without_markup(plugins: Plugins, name: str) -> None:
    first, second = parse(plugins, (DATA / name).read_bytes())
    assert (first.text, first.title, first.uri) == ("Alles ruhig.", "Lage am Morgen", "https://example.org/1")
    assert second == Copy(
        id="",
        wire="feeds",
        text="Erster Absatz, „wörtlich“.\nZweiter & letzter.",
        title="Nordkorea bestätigt & dankt",
        uri="https://example.org/2",
        language="de",
        published=MONDAY,
        source="Beispielagentur",
    )


def test_a_damaged_feed_gives_what_can_be_read_and_says_so(plugins: Plugins) -> None:
    whole = (DATA / "feed.rss.xml").read_bytes()
    copies = parse(plugins, whole[: whole.index(b"</item>") + 7], "application/rss+xml")
    assert [copy.notes for copy in copies] == [("the feed is damaged",)]


def feed(items: str, root: str = "rss version='2.0'") -> bytes:
    return f"<{root}><channel><title>Agentur</title>{items}</channel></{root.split()[0]}>".encode()


def test_a_feed_with_what_xml_forbids_is_read_as_it_was_meant(plugins: Plugins) -> None:
    items = "<item><title>A & B&nbsp;Ä\x01</title><description><p>Eins<br>zwei</p>&uuml;ber</description></item>"
    [copy] = parse(plugins, feed(items))
    assert (copy.title, copy.text) == ("A & B Ä", "Eins\nzwei\nüber")


@pytest.mark.parametrize("broken", ["<title>Eins", "<title>Eins</titel>"])
def test_an_element_that_never_ends_costs_no_other_entry(plugins: Plugins, broken: str) -> None:
    items = f"<item><guid>a</guid>{broken}<description>Text.</description></item><item><title>Zwei</title></item>"
    copies = parse(plugins, feed(items))
    assert [(copy.title, copy.text) for copy in copies] == [("", "Zwei"), ("Eins", "Text.")]
    assert copies[0].notes == ("the feed is damaged",)


def test_an_entry_names_the_feed_that_it_is_from(plugins: Plugins) -> None:
    entry = "<entry><source><id>u</id><title>Andere &amp; Co</title></source><title>Eins</title><id>a</id></entry>"
    [copy] = parse(plugins, f"<feed xml:lang='en'><title>Agentur</title>{entry}</feed>".encode())
    assert (copy.source, copy.text, copy.uri, copy.language) == ("Andere & Co", "Eins", "a", "en")


def test_a_feed_of_rss_1_is_read(plugins: Plugins) -> None:
    item = "<item rdf:about='u'><title>Eins</title><dc:date>2025-04-28T10:00:00+02:00</dc:date></item>"
    data = f"<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>C</title></channel>{item}</rdf:RDF>"
    [copy] = parse(plugins, data.encode())
    assert (copy.uri, copy.text, copy.source, copy.published) == ("u", "Eins", "C", MONDAY)


def test_entries_without_times_are_put_in_the_order_in_which_they_came(plugins: Plugins) -> None:
    items = "".join(f"<item><title>{word}</title></item>" for word in ("drei", "zwei", "eins"))
    assert [copy.text for copy in parse(plugins, feed(items))] == ["eins", "zwei", "drei"]


def test_words_of_a_comment_and_of_cdata_are_no_tags(plugins: Plugins) -> None:
    items = "<item><!-- <title>Nein</title> --><title><![CDATA[</title><item> ist ein Wort]]></title></item>"
    assert [copy.text for copy in parse(plugins, feed(items))] == ["ist ein Wort"]


FEEDS = {
    "an ordinary one": feed(
        f"<item><title>T</title><description>{'Wort &lt;b&gt; ' * 60}</description></item>" * 1_600
    ),
    "blanks before it": b"\n" * LARGE + feed("<item/>"),
    "a long base": feed("<item><link href='x'/></item>" * 20_000, f"rss xml:base='{'a/' * 200_000}'"),
    "categories": feed("<item>" + "".join(f"<category>{n}</category>" for n in range(40_000)) + "</item>"),
    "a long name": feed("x" * LARGE + "</title>" + "<item><title>T</title></item>" * 10_000),
    "empty entries": feed("<item/>" * (2 * LARGE // 7)),
    "entries that never end": feed("<item><title>" * (2 * LARGE // 13)),
    "elements that never end": feed("<item>" + "<title><![CDATA[x]]>" * (LARGE // 10)),
    "lone surrogates": b"<?xml version='1.0' encoding='utf-7'?>" + feed("<item><title>+2AA-</title></item>" * 9_000),
}
"""What took the parser that was here before from four seconds to minutes, or made it fail."""


@pytest.mark.parametrize("kind", sorted(FEEDS))
def test_no_feed_takes_longer_than_a_request_may(plugins: Plugins, kind: str) -> None:
    began = time.process_time()
    parse(plugins, FEEDS[kind], "application/rss+xml")
    assert time.process_time() - began < 2


def test_a_tower_of_news_items_is_read_once(plugins: Plugins) -> None:
    begin, end = b"<newsItem><contentSet><inlineXML>", b"</inlineXML></contentSet></newsItem>"
    began = time.process_time()
    [copy] = parse(plugins, begin * 80 + b"<p>x</p>" * 200_000 + end * 80, "application/vnd.iptc.g2.newsitem+xml")
    assert len(copy.text) == 399_999
    assert time.process_time() - began < 5


def test_plain_text_stays_as_it_is(plugins: Plugins) -> None:
    text = "<p>Eine Zeile & noch eine</p>\n„Zitat“"
    [copy] = parse(plugins, text.encode(), "text/plain")
    assert (copy.wire, copy.text, copy.notes) == ("plain", text, ())


def test_pasted_html_gives_its_words(plugins: Plugins) -> None:
    page = (
        b"<!doctype html><title>T</title><body><h1>Kopf</h1><p>Eins <b>zwei</b>&nbsp;drei<script>x()</script><li>Vier"
    )
    [copy] = parse(plugins, page)
    assert copy.text == "T\nKopf\nEins zwei\u00a0drei\nVier"


@pytest.mark.parametrize("data", [b"%PDF-1.7 x", b"PK\x03\x04 x", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_file_that_is_no_text_is_named(plugins: Plugins, data: bytes) -> None:
    with pytest.raises(WireError, match="not text"):
        parse(plugins, data)


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        ("application/json", b"{", "isn't JSON"),
        ("application/json", b"[1, 2]", "no ninjs item"),
        ("application/json", b'{"uri":' * 100_000, "isn't JSON"),
        ("application/rss+xml", b"hello", "isn't a feed"),
        ("application/vnd.iptc.g2.newsitem+xml", b"<newsItem>", "can't be read"),
        ("application/vnd.iptc.g2.newsitem+xml", b"<a/>", "no news item"),
    ],
)
def test_what_is_not_what_it_claims_gets_a_reason(plugins: Plugins, media_type: str, data: bytes, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        parse(plugins, data, media_type)


def bomb(root: bytes, inside: bytes) -> bytes:
    """Ten entities, each ten times the one before: ten billion characters, when somebody expands them."""
    declared = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(10))
    return b'<?xml version="1.0"?><!DOCTYPE x [' + declared + b"]>" + root.replace(b"INSIDE", inside)


NEWSML = b'<newsItem><contentSet><inlineXML><p xmlns="x">INSIDE</p></inlineXML></contentSet></newsItem>'
RSS = b'<rss version="2.0"><channel><item><description>INSIDE</description></item></channel></rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("root", [NEWSML, RSS])
def test_entities_are_never_expanded(plugins: Plugins, root: bytes, encoding: str) -> None:
    with pytest.raises(WireError, match="DTD"):
        parse(plugins, bomb(root, b"&e9;").decode().encode(encoding))


@pytest.mark.parametrize("root", [NEWSML, RSS])
def test_no_file_of_this_machine_is_read(plugins: Plugins, root: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    data = b'<!DOCTYPE x [<!ENTITY f SYSTEM "%s">]>' % secret.as_uri().encode() + root.replace(b"INSIDE", b"&f;")
    with pytest.raises(WireError, match="DTD"):
        parse(plugins, data)


HOSTILE = {
    "open brackets": b"<" * LARGE,
    "open tags": b"<a" * (LARGE // 2),
    "nested": b"<div>" * (LARGE // 5),
    "comments never closed": b"<!--" * (LARGE // 4),
    "scripts never closed": b"<script>" * (LARGE // 8),
    "digits of an entity": b"&#" + b"1" * LARGE,
    "ampersands": b"&" * LARGE,
    "quotation marks": b'<a b="' * (LARGE // 6),
    "attributes": b"<a " + b"".join(b"a%d='' " % n for n in range(LARGE // 12)) + b">",
    "zero bytes": b"\0" * LARGE,
    "every byte": bytes(range(256)) * (LARGE // 256),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.parametrize(
    ("media_type", "begin"),
    [
        ("text/html", b"<p>"),
        ("application/rss+xml", RSS.partition(b"INSIDE")[0]),
        ("application/vnd.iptc.g2.newsitem+xml", NEWSML.partition(b"INSIDE")[0]),
        ("application/json", b'{"uri":"a","body_html":"'),
    ],
)
def test_hostile_bytes_take_seconds_and_raise_nothing_but_a_reason(
    plugins: Plugins, kind: str, media_type: str, begin: bytes
) -> None:
    began = time.process_time()
    found: list[str] = []
    try:
        found += [copy.text for copy in parse(plugins, begin + HOSTILE[kind], media_type)]
    except WireError as error:
        found.append(str(error)[:400])
    assert sum(map(len, found)) <= 2 * LARGE
    assert time.process_time() - began < 5  # linear: the slowest takes half a second
