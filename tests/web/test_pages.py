"""What readers get without a script: pages, their heads, what caches may do with them, and what is never in them."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import html5lib
import pytest
from html5lib.treebuilders import getTreeBuilder
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from depesche.journal.log import Journal
from depesche.render import assets
from depesche.settings import Settings
from depesche.web import errors, headers, pages, static
from depesche.words.changes import PostText
from depesche.words.commands import SaveDraft
from tests.web.coverage import Coverage, statement

if TYPE_CHECKING:
    from depesche.web.house import House

PAGES = ("/", "/kursk", "/kursk?order=oldest", "/kursk/p/1", "/kursk/p/3", "/kursk/corrections", "/nichts", "/leer")
SECRET = "Geheimwort"
DATA = Path(__file__).parent.parent / "data" / "pages"


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
    house = cast("House", SimpleNamespace(settings=settings, journal=journal))
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


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[TestClient, Coverage]]:
    settings = Settings(folder=tmp_path, publisher="Der Tagesbericht", url="https://live.example.org", page_size=5)
    with readers(settings) as made:
        yield made


@pytest.fixture
def client(both: tuple[TestClient, Coverage]) -> TestClient:
    return both[0]


@pytest.fixture
def news(both: tuple[TestClient, Coverage]) -> Coverage:
    """A story with one post of each kind."""
    made = both[1]
    made.open(lead="Wer was sagt.")
    made.post(
        "Moskau meldet die **vollständige** Rückeroberung.", "Moskau meldet Rückeroberung", key=True, sources="dpa"
    )
    made.post("Kiew weist das zurück.", byline="Anna Beispiel")
    made.post(f"Ein {SECRET} in einem Beitrag, der falsch war.")
    made.correct(2, "Kiew weist das entschieden zurück.", "Das Wort „entschieden“ fehlte.", "addendum")
    made.retract(3, "Die Quelle hat es zurückgezogen.")
    made.said(
        1, statement("die Region sei zurückerobert", "Waleri Gerassimow"), statement("unklar", "Niemand", sure=False)
    )
    made.said(2, statement("„Nein“", "Kiew", direct=True), revision=2)
    made.pin(1)
    made.summary(("Moskau meldet, Kiew bestreitet.", (1, 2)))
    first = made.story
    made.open("leer", "Noch nichts")
    made.story = first
    return made


# ---- What is on a page ----------------------------------------------------------------------------------------------


def test_every_page_is_html_without_an_error(client: TestClient, news: Coverage) -> None:
    for address in PAGES:
        parsed(client.get(address).text)


def test_a_story_reads_without_a_script(client: TestClient, news: Coverage) -> None:
    tree = parsed(client.get("/kursk").text)
    assert part(tree, "state").startswith("Live Aktualisiert: 28. April 2025")
    assert "Nordkoreanische Truppen in Kursk" in part(tree, "story")
    assert part(tree, "summary") == (
        "Das Wichtigste Stand: 28. April 2025, 12:10 Uhr "
        "Moskau meldet, Kiew bestreitet. 28. Apr., 12:02 28. Apr., 12:03"
    )
    assert "Moskau meldet die vollständige Rückeroberung." in part(tree, "pin")
    assert text(one(tree, id="p1")) == (
        "12:02 28. Apr. Moskau meldet Rückeroberung Moskau meldet die vollständige Rückeroberung. Quellen: dpa "
        "Teilen Link kopieren"
    )
    assert "Kiew weist das entschieden zurück. Ergänzung, geändert 12:05: Das Wort „entschieden“ fehlte." in text(
        one(tree, id="p2")
    )
    assert part(tree, "keys") == "Wichtige Ereignisse 28. Apr., 12:02 Moskau meldet Rückeroberung"


def test_the_card_links_each_line_to_its_posts(client: TestClient, news: Coverage) -> None:
    card = one(parsed(client.get("/kursk").text), data_part="summary")
    assert [each.attrib["href"] for each in card.iter("a")] == ["/kursk/p/1", "/kursk/p/2"]


def test_who_says_what_shows_the_newest_first_and_only_what_is_sure(client: TestClient, news: Coverage) -> None:
    box = one(parsed(client.get("/kursk").text), data_part="ledger")
    lines = [text(each) for each in box.iter("li")]
    assert lines == [
        "Kiew Nein 28. Apr., 12:03",
        "Waleri Gerassimow … die Region sei zurückerobert 28. Apr., 12:02",
    ]
    assert [each.attrib["href"] for each in box.iter("a")] == ["/kursk/p/2", "/kursk/p/1"]
    assert [each.text for each in box.iter("q")] == ["Nein"]


def test_each_post_has_a_heading_that_names_it(client: TestClient, news: Coverage) -> None:
    tree = parsed(client.get("/kursk").text)
    for article in tree.iter("article"):
        assert text(one(tree, id=article.attrib["aria-labelledby"]))
    assert text(one(tree, id="h2")) == "Kiew weist das entschieden zurück."


def test_a_retracted_post_leaves_a_stone_and_no_word_anywhere(client: TestClient, news: Coverage) -> None:
    for address in PAGES:
        answer = client.get(address)
        assert SECRET not in answer.text, address
    assert text(one(parsed(client.get("/kursk").text), id="p3")) == (
        "12:04 28. Apr. Diesen Beitrag haben wir zurückgezogen. 28. Apr., 12:06: Die Quelle hat es zurückgezogen."
    )


def test_a_retracted_post_is_gone_at_its_own_address(client: TestClient, news: Coverage) -> None:
    answer = client.get("/kursk/p/3")
    assert answer.status_code == 410
    assert "Diesen Beitrag haben wir zurückgezogen." in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


def test_an_expunged_post_leaves_a_stone_without_a_reason(client: TestClient, news: Coverage) -> None:
    news.expunge(2)
    answer = client.get("/kursk/p/2")
    assert answer.status_code == 410
    assert "Dieser Beitrag wurde entfernt." in answer.text
    for address in PAGES:
        assert "entschieden" not in client.get(address).text
        assert "Beschluss" not in client.get(address).text


def test_an_undone_post_says_that_it_was_withdrawn(client: TestClient, news: Coverage) -> None:
    number = news.post("Zu früh.")
    news.at = (news.at or 0) - 55_000_000  # five seconds after
    news.retract(number, undo=True)
    assert "gleich nach dem Erscheinen zurückgenommen" in text(one(parsed(client.get("/kursk").text), id=f"p{number}"))


def test_a_post_has_a_page_with_its_title_statements_and_history(client: TestClient, news: Coverage) -> None:
    page = client.get("/kursk/p/2").text
    tree = parsed(page)
    assert text(next(tree.iter("h1"))) == "Kiew weist das entschieden zurück."
    assert text(next(tree.iter("title"))) == "Kiew weist das entschieden zurück. – Der Tagesbericht"
    assert text(one(tree, aria_labelledby="statements")) == "Wer sagt was in diesem Beitrag Kiew Nein"
    assert text(one(tree, aria_labelledby="history")) == (
        "Verlauf dieses Beitrags 28. April 2025, 12:03 Uhr: Veröffentlicht "
        "28. April 2025, 12:05 Uhr: Ergänzung: Das Wort „entschieden“ fehlte."
    )
    assert 'href="/kursk#p2"' in page
    assert 'href="/kursk/p/1"' in page
    assert 'href="/kursk/p/3"' in page


def test_the_corrections_are_listed(client: TestClient, news: Coverage) -> None:
    tree = parsed(client.get("/kursk/corrections").text)
    assert "28. April 2025, 12:05 Uhr · Beitrag 2 Ergänzung: Das Wort „entschieden“ fehlte." in text(tree)


def test_spelling_is_corrected_without_a_note(client: TestClient, news: Coverage) -> None:
    news.correct(1, "Moskau meldet die Rückeroberung.", kind="typo")
    assert "geändert" not in text(one(parsed(client.get("/kursk").text), id="p1"))
    assert "Tippfehler berichtigt" in client.get("/kursk/p/1").text
    assert "Tippfehler berichtigt" not in client.get("/kursk/corrections").text


def test_a_story_without_posts_says_so(client: TestClient, news: Coverage) -> None:
    assert "Noch gibt es keine Beiträge." in client.get("/leer").text


def test_the_front_page_lists_stories(client: TestClient, news: Coverage) -> None:
    tree = parsed(client.get("/").text)
    assert [text(each) for each in tree.iter("h3")] == ["Noch nichts", "Nordkoreanische Truppen in Kursk"]
    assert "3 Beiträge" in text(tree)


def test_the_front_page_without_a_story_says_so(client: TestClient) -> None:
    assert "Noch gibt es keinen Liveblog." in client.get("/").text


def test_an_ended_story_is_frozen(client: TestClient, news: Coverage) -> None:
    news.close()
    page = client.get("/kursk").text
    assert part(parsed(page), "state").startswith("Beendet 28. April 2025, 12:12 Uhr")
    assert "data-live" not in page
    assert "data-pause" not in page
    assert [text(each) for each in parsed(client.get("/").text).iter("h2")] == ["Aktuell", "Beendet"]


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


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/kursk", "story.txt"),
        ("/kursk/p/2", "post.txt"),
        ("/kursk/corrections", "corrections.txt"),
        ("/", "stories.txt"),
    ],
)
def test_the_words_of_a_page(client: TestClient, news: Coverage, address: str, file: str) -> None:
    """Golden: DEPESCHE_TEST_GOLDEN=write writes them anew."""
    golden = DATA / file
    words = as_read(client.get(address).text)
    if os.environ.get("DEPESCHE_TEST_GOLDEN") == "write":
        golden.write_text(words, encoding="utf-8")
    assert words == golden.read_text(encoding="utf-8")


# ---- Pages of a long story ------------------------------------------------------------------------------------------


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'<article [^>]*id="p(\d+)"', page)]


def test_older_pages_keep_their_posts(client: TestClient, news: Coverage) -> None:
    for number in range(4, 14):
        news.post(f"Beitrag {number}")
    assert numbers(client.get("/kursk").text) == [13, 12, 11, 10, 9, 8, 7, 6]
    assert numbers(client.get("/kursk?page=1").text) == [5, 4, 3, 2, 1]
    assert numbers(client.get("/kursk?order=oldest").text) == [1, 2, 3, 4, 5]
    assert numbers(client.get("/kursk?order=oldest&page=latest").text) == [6, 7, 8, 9, 10, 11, 12, 13]
    moved = client.get("/kursk?page=2", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (302, "/kursk")
    for number in range(14, 16):
        news.post(f"Beitrag {number}")
    assert numbers(client.get("/kursk?page=2").text) == [10, 9, 8, 7, 6]
    assert numbers(client.get("/kursk?page=1").text) == [5, 4, 3, 2, 1]


def test_a_page_leads_to_its_neighbours(client: TestClient, news: Coverage) -> None:
    for number in range(4, 16):
        news.post(f"Beitrag {number}")
    middle = client.get("/kursk?page=2").text
    assert '<a href="/kursk?page=1">Frühere Beiträge</a>' in middle
    assert '<a href="/kursk">Spätere Beiträge</a>' in middle
    assert '<link rel="canonical" href="https://live.example.org/kursk?page=2">' in middle
    assert 'href="/kursk?page=2#p7"' in client.get("/kursk/p/7").text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "page=99999999999999999999", "page=1e3", "page=²"])
def test_a_page_that_never_was_is_not_found(client: TestClient, news: Coverage, query: str) -> None:
    assert client.get(f"/kursk?{query}").status_code == 404


# ---- Addresses ------------------------------------------------------------------------------------------------------


def test_an_old_address_leads_to_the_new_one(client: TestClient, news: Coverage) -> None:
    news.amend("korea", "Nordkoreas Truppen")
    for old, new in (
        ("/kursk", "/korea"),
        ("/kursk/p/1", "/korea/p/1"),
        ("/kursk?order=oldest", "/korea?order=oldest"),
    ):
        answer = client.get(old, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, new)
        assert "max-age=2" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "address",
    ["/nichts", "/kursk/p/4", "/kursk/p/0", "/kursk/p/99999999999999999999", "/kursk/p/x", "/nichts/p/1", "/a/b/c"],
)
def test_what_is_not_there_is_not_found(client: TestClient, news: Coverage, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.text


def test_an_error_speaks_the_language_of_the_story(client: TestClient, news: Coverage) -> None:
    news.open("troops", "Troops in Kursk", language="en")
    missing = client.get("/troops/p/9").text
    assert "There is nothing here" in missing
    assert 'href="/troops"' in missing
    assert "Hier ist nichts" in client.get("/elsewhere").text


def test_a_crash_is_told_without_details(client: TestClient, news: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("depesche.render.page.story", crash)
    answer = client.get("/kursk")
    assert answer.status_code == 500
    assert "Etwas ist schiefgegangen" in answer.text
    assert SECRET not in answer.text
    parsed(answer.text)


def test_crawlers_are_told_what_to_leave_alone(client: TestClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /desk\nDisallow: /api\n"


def test_the_icon_is_there(client: TestClient) -> None:
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_a_base_path_stands_before_every_address(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, url="https://example.org", base_path="/live", page_size=5)
    with readers(settings) as (browser, news):
        news.open("live", "Live")
        news.post("Ein Beitrag")
        news.summary(("Ein Beitrag", (1,)))
        page = browser.get("/live/live").text
        links = re.findall(r'(?:href|src|data-path)="(/[^"]*)"', page)
        assert len(links) > 8
        assert [each for each in links if not each.startswith("/live/")] == []
        assert '<link rel="canonical" href="https://example.org/live/live">' in page
        for each in links:
            assert browser.get(each).status_code == 200, each
        news.amend("neu", "Neu")
        assert browser.get("/live/live/p/1", follow_redirects=False).headers["location"] == "/live/neu/p/1"


# ---- Heads ----------------------------------------------------------------------------------------------------------


def meta(page: str) -> dict[str, str]:
    found = [each.attrib for each in parsed(page).iter("meta")]
    return {each.get("property") or each.get("name") or "": each.get("content", "") for each in found}


def test_a_story_has_a_card_for_other_sites(client: TestClient, news: Coverage) -> None:
    head = meta(client.get("/kursk").text)
    assert head["og:title"] == "Nordkoreanische Truppen in Kursk"
    assert head["og:description"] == "Wer was sagt."
    assert head["og:url"] == "https://live.example.org/kursk"
    assert head["og:locale"] == "de_DE"
    assert head["twitter:card"] == "summary"


def test_a_post_has_a_card_of_its_own(client: TestClient, news: Coverage) -> None:
    head = meta(client.get("/kursk/p/1").text)
    assert head["og:title"] == "Moskau meldet Rückeroberung"
    assert head["og:description"] == "Moskau meldet die vollständige Rückeroberung."
    assert head["og:url"] == "https://live.example.org/kursk/p/1"
    assert head["article:published_time"] == "2025-04-28T12:02:00+02:00"


def test_structured_data_of_a_story(client: TestClient, news: Coverage) -> None:
    thing = structured(client.get("/kursk").text)
    assert thing["@type"] == "LiveBlogPosting"
    assert thing["url"] == "https://live.example.org/kursk"
    assert thing["coverageStartTime"] == thing["datePublished"] == "2025-04-28T12:02:00+02:00"
    assert "coverageEndTime" not in thing
    assert thing["publisher"]["name"] == "Der Tagesbericht"
    updates = {each["url"]: each for each in thing["liveBlogUpdate"]}
    assert list(updates) == ["https://live.example.org/kursk/p/2", "https://live.example.org/kursk/p/1"]
    second = updates["https://live.example.org/kursk/p/2"]
    assert second["articleBody"] == "Kiew weist das entschieden zurück."
    assert second["author"] == thing["author"] == {"@id": thing["publisher"]["@id"]}
    assert second["publisher"] == {"@id": thing["publisher"]["@id"]}
    assert second["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "Ergänzung: Das Wort „entschieden“ fehlte.",
            "datePublished": "2025-04-28T12:05:00+02:00",
        }
    ]


def test_a_byline_is_the_author(client: TestClient, news: Coverage) -> None:
    news.post("Ein Bericht.", byline="Anna Beispiel")
    newest = structured(client.get("/kursk").text)["liveBlogUpdate"][0]
    assert newest["author"] == {"@type": "Person", "name": "Anna Beispiel"}


def test_coverage_begins_with_the_first_post_for_ever(client: TestClient, news: Coverage) -> None:
    for number in range(4, 20):
        news.post(f"Beitrag {number}")
    news.retract(1)
    news.close()
    thing = structured(client.get("/kursk").text)
    assert thing["coverageStartTime"] == "2025-04-28T12:02:00+02:00"
    assert thing["coverageEndTime"] == "2025-04-28T12:29:00+02:00"


def test_a_post_is_part_of_its_coverage(client: TestClient, news: Coverage) -> None:
    thing = structured(client.get("/kursk/p/1").text)
    assert (thing["@type"], thing["isPartOf"]["url"]) == ("BlogPosting", "https://live.example.org/kursk")
    assert thing["headline"] == "Moskau meldet Rückeroberung"


# ---- Languages ------------------------------------------------------------------------------------------------------


def test_a_page_speaks_the_language_of_its_story(client: TestClient, news: Coverage) -> None:
    news.open("troops", "Troops in Kursk", language="en")
    news.post("Moscow reports.")
    page = client.get("/troops").text
    assert '<html lang="en" dir="ltr">' in page
    assert "Newest first" in page
    assert "12:13\u00a0PM" in page


def test_a_story_may_be_written_from_right_to_left(client: TestClient, news: Coverage) -> None:
    news.open("hebrew", "חיילים", language="he")
    assert '<html lang="he" dir="rtl">' in client.get("/hebrew").text
    assert '<h3 lang="he" dir="rtl">' in client.get("/").text


# ---- What is never in a page ----------------------------------------------------------------------------------------


def test_what_an_editor_writes_is_text_and_never_code(client: TestClient, news: Coverage) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \" ' {{ 7*7 }} {% x %}"
    news.amend("kursk", attack, attack)
    number = news.post(attack, attack, key=True, sources=attack, byline=attack)
    news.summary((attack, (number,)))
    news.said(number, statement(attack, attack))
    news.correct(number, attack, attack)
    news.pin(number)
    for address in ("/", "/kursk", f"/kursk/p/{number}", "/kursk/corrections"):
        page = client.get(address).text
        tree = parsed(page)
        scripts = [dict(each.attrib) for each in tree.iter("script")]
        assert all(each.get("src", "").startswith("/static/") or "ld+json" in each["type"] for each in scripts)
        assert [each for each in tree.iter("img") if each.attrib["src"] == "x"] == []
        assert [name for each in tree.iter() for name in each.attrib if name.startswith("on")] == []
        assert "{{ 7*7 }}" in page
    structured(client.get("/kursk").text)


def test_every_page_has_a_strict_policy(client: TestClient, news: Coverage) -> None:
    for address in PAGES:
        headers = client.get(address).headers
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "set-cookie" not in headers


def test_nothing_runs_inline_and_nothing_comes_from_elsewhere(client: TestClient, news: Coverage) -> None:
    for address in PAGES:
        tree = parsed(client.get(address).text)
        for element in tree.iter():
            assert "style" not in element.attrib
            assert element.tag != "style"
            if element.tag == "script" and element.attrib["type"] == "module":
                assert element.text is None
            if element.tag in ("script", "img", "link") and element.attrib.get("rel") not in ("canonical", "icon"):
                assert element.attrib.get("src", element.attrib.get("href", "/")).startswith("/")


# ---- Caches ---------------------------------------------------------------------------------------------------------


def test_a_page_may_be_cached_for_two_seconds(client: TestClient, news: Coverage) -> None:
    for address in PAGES[:6]:
        headers = client.get(address).headers
        assert headers["cache-control"] == "public, max-age=2, stale-while-revalidate=10, stale-if-error=600"
        assert headers["vary"] == "accept-encoding"
    assert client.get("/nichts").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_etag_is_the_hash_of_the_bytes_that_are_sent(client: TestClient, news: Coverage, encoding: str) -> None:
    with client.stream("GET", "/kursk", headers={"accept-encoding": encoding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.headers["etag"] == f'"{hashlib.blake2b(sent, digest_size=12).hexdigest()}"'
    page = gzip.decompress(sent) if encoding == "gzip" else sent
    assert page.startswith(b"<!doctype html>")


def test_who_has_the_page_gets_nothing_again(client: TestClient, news: Coverage) -> None:
    etag = client.get("/kursk").headers["etag"]
    for condition in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get("/kursk", headers={"if-none-match": condition})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    news.post("Etwas Neues")
    assert client.get("/kursk", headers={"if-none-match": etag}).status_code == 200


def test_a_head_is_the_page_without_its_body(client: TestClient, news: Coverage) -> None:
    get, head = client.get("/kursk"), client.head("/kursk")
    assert head.content == b""
    for name in ("etag", "cache-control", "content-length", "content-type"):
        assert head.headers[name] == get.headers[name]


def test_drafts_and_reading_leave_the_page_as_it_is(client: TestClient, news: Coverage) -> None:
    etag = client.get("/kursk").headers["etag"]
    news.do(SaveDraft("00000000-0000-4000-8000-000000000002", PostText("Noch nicht fertig")))
    assert client.get("/kursk").headers["etag"] == etag


def test_a_file_may_be_cached_for_ever(client: TestClient) -> None:
    answer = client.get(assets.path("reader.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.content == assets.assets()["reader.js"].body
    assert client.get("/static/reader.js").status_code == 404
    assert client.get("/static/../settings.py").status_code == 404
