"""What readers get without a script: words, pages, addresses, languages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from depesche.settings import Settings
from tests.web.audience import PAGES, SECRET, as_read, one, parsed, part, readers, text
from tests.web.coverage import Coverage

DATA = Path(__file__).parent.parent / "data" / "pages"


# ---- What is on a page ---------------------------------------------------------------------------------------------


def test_every_page_is_html_without_an_error(reader: TestClient, news: Coverage) -> None:
    for address in PAGES:
        parsed(reader.get(address).text)


def test_a_story_reads_without_a_script(reader: TestClient, news: Coverage) -> None:
    tree = parsed(reader.get("/kursk").text)
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


def test_the_card_links_each_line_to_its_posts(reader: TestClient, news: Coverage) -> None:
    card = one(parsed(reader.get("/kursk").text), data_part="summary")
    assert [each.attrib["href"] for each in card.iter("a")] == ["/kursk/p/1", "/kursk/p/2"]


def test_who_says_what_shows_the_newest_first_and_only_what_is_sure(reader: TestClient, news: Coverage) -> None:
    box = one(parsed(reader.get("/kursk").text), data_part="ledger")
    lines = [text(each) for each in box.iter("li")]
    assert lines == [
        "Kiew Nein 28. Apr., 12:03",
        "Waleri Gerassimow … die Region sei zurückerobert 28. Apr., 12:02",
    ]
    assert [each.attrib["href"] for each in box.iter("a")] == ["/kursk/p/2", "/kursk/p/1"]
    assert [each.text for each in box.iter("q")] == ["Nein"]


def test_each_post_has_a_heading_that_names_it(reader: TestClient, news: Coverage) -> None:
    tree = parsed(reader.get("/kursk").text)
    for article in tree.iter("article"):
        assert text(one(tree, id=article.attrib["aria-labelledby"]))
    assert text(one(tree, id="h2")) == "Kiew weist das entschieden zurück."


def test_a_retracted_post_leaves_a_stone_and_no_word_anywhere(reader: TestClient, news: Coverage) -> None:
    for address in PAGES:
        answer = reader.get(address)
        assert SECRET not in answer.text, address
    assert text(one(parsed(reader.get("/kursk").text), id="p3")) == (
        "12:04 28. Apr. Diesen Beitrag haben wir zurückgezogen. 28. Apr., 12:06: Die Quelle hat es zurückgezogen."
    )


def test_a_retracted_post_is_gone_at_its_own_address(reader: TestClient, news: Coverage) -> None:
    answer = reader.get("/kursk/p/3")
    assert answer.status_code == 410
    assert "Diesen Beitrag haben wir zurückgezogen." in answer.text
    assert "zurückgezogen: Die Quelle" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


def test_an_expunged_post_leaves_a_stone_without_a_reason(reader: TestClient, news: Coverage) -> None:
    news.expunge(2)
    answer = reader.get("/kursk/p/2")
    assert answer.status_code == 410
    assert "Dieser Beitrag wurde entfernt." in answer.text
    for address in PAGES:
        assert "entschieden" not in reader.get(address).text
        assert "Beschluss" not in reader.get(address).text


def test_an_undone_post_says_that_it_was_withdrawn(reader: TestClient, news: Coverage) -> None:
    number = news.post("Zu früh.")
    news.at = (news.at or 0) - 55_000_000  # five seconds after
    news.retract(number, undo=True)
    assert "gleich nach dem Erscheinen zurückgenommen" in text(one(parsed(reader.get("/kursk").text), id=f"p{number}"))


def test_a_post_has_a_page_with_its_title_statements_and_history(reader: TestClient, news: Coverage) -> None:
    page = reader.get("/kursk/p/2").text
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


def test_the_corrections_are_listed(reader: TestClient, news: Coverage) -> None:
    tree = parsed(reader.get("/kursk/corrections").text)
    assert "28. April 2025, 12:05 Uhr · Beitrag vom 28. Apr., 12:03 Ergänzung: Das Wort „entschieden“ fehlte." in text(
        tree
    )


def test_spelling_is_corrected_without_a_note(reader: TestClient, news: Coverage) -> None:
    news.correct(1, "Moskau meldet die Rückeroberung.", kind="typo")
    assert "geändert" not in text(one(parsed(reader.get("/kursk").text), id="p1"))
    assert "Tippfehler berichtigt" in reader.get("/kursk/p/1").text
    assert "Tippfehler berichtigt" not in reader.get("/kursk/corrections").text


def test_a_story_without_posts_says_so(reader: TestClient, news: Coverage) -> None:
    assert "Noch gibt es keine Beiträge." in reader.get("/leer").text


def test_the_front_page_lists_stories(reader: TestClient, news: Coverage) -> None:
    tree = parsed(reader.get("/").text)
    assert [text(each) for each in tree.iter("h3")] == ["Noch nichts", "Nordkoreanische Truppen in Kursk"]
    assert "3 Beiträge" in text(tree)


def test_the_front_page_without_a_story_says_so(reader: TestClient) -> None:
    assert "Noch gibt es keinen Liveblog." in reader.get("/").text


def test_an_ended_story_is_frozen(reader: TestClient, news: Coverage) -> None:
    news.close()
    page = reader.get("/kursk").text
    assert part(parsed(page), "state").startswith("Beendet 28. April 2025, 12:12 Uhr")
    assert "data-live" not in page
    assert "data-pause" not in page
    assert [text(each) for each in parsed(reader.get("/").text).iter("h2")] == ["Aktuell", "Beendet"]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/kursk", "story.txt"),
        ("/kursk/p/2", "post.txt"),
        ("/kursk/corrections", "corrections.txt"),
        ("/", "stories.txt"),
    ],
)
def test_the_words_of_a_page(reader: TestClient, news: Coverage, address: str, file: str) -> None:
    """Golden: DEPESCHE_TEST_GOLDEN=write writes them anew."""
    golden = DATA / file
    words = as_read(reader.get(address).text)
    if os.environ.get("DEPESCHE_TEST_GOLDEN") == "write":
        golden.write_text(words, encoding="utf-8")
    assert words == golden.read_text(encoding="utf-8")


# ---- Pages of a long story -----------------------------------------------------------------------------------------


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'<article [^>]*id="p(\d+)"', page)]


def test_older_pages_keep_their_posts(reader: TestClient, news: Coverage) -> None:
    for number in range(4, 14):
        news.post(f"Beitrag {number}")
    assert numbers(reader.get("/kursk").text) == [13, 12, 11, 10, 9, 8, 7, 6]
    assert numbers(reader.get("/kursk?page=1").text) == [5, 4, 3, 2, 1]
    assert numbers(reader.get("/kursk?order=oldest").text) == [1, 2, 3, 4, 5]
    assert numbers(reader.get("/kursk?order=oldest&page=latest").text) == [6, 7, 8, 9, 10, 11, 12, 13]
    moved = reader.get("/kursk?page=2", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (302, "/kursk")
    for number in range(14, 16):
        news.post(f"Beitrag {number}")
    assert numbers(reader.get("/kursk?page=2").text) == [10, 9, 8, 7, 6]
    assert numbers(reader.get("/kursk?page=1").text) == [5, 4, 3, 2, 1]


def test_a_page_leads_to_its_neighbours(reader: TestClient, news: Coverage) -> None:
    for number in range(4, 16):
        news.post(f"Beitrag {number}")
    middle = reader.get("/kursk?page=2").text
    assert '<a href="/kursk?page=1">Frühere Beiträge</a>' in middle
    assert '<a href="/kursk">Spätere Beiträge</a>' in middle
    assert '<link rel="canonical" href="https://live.example.org/kursk?page=2">' in middle
    assert 'href="/kursk?page=2#p7"' in reader.get("/kursk/p/7").text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "page=99999999999999999999", "page=1e3", "page=²"])
def test_a_page_that_never_was_is_not_found(reader: TestClient, news: Coverage, query: str) -> None:
    assert reader.get(f"/kursk?{query}").status_code == 404


# ---- Addresses -----------------------------------------------------------------------------------------------------


def test_an_old_address_leads_to_the_new_one(reader: TestClient, news: Coverage) -> None:
    news.amend("korea", "Nordkoreas Truppen")
    for old, new in (
        ("/kursk", "/korea"),
        ("/kursk/p/1", "/korea/p/1"),
        ("/kursk?order=oldest", "/korea?order=oldest"),
    ):
        answer = reader.get(old, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, new)
        assert "max-age=2" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "address",
    ["/nichts", "/kursk/p/4", "/kursk/p/0", "/kursk/p/99999999999999999999", "/kursk/p/x", "/nichts/p/1", "/a/b/c"],
)
def test_what_is_not_there_is_not_found(reader: TestClient, news: Coverage, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.text


def test_an_error_speaks_the_language_of_the_story(reader: TestClient, news: Coverage) -> None:
    news.open("troops", "Troops in Kursk", language="en")
    missing = reader.get("/troops/p/9").text
    assert "There is nothing here" in missing
    assert 'href="/troops"' in missing
    assert "Hier ist nichts" in reader.get("/elsewhere").text


def test_a_crash_is_told_without_details(reader: TestClient, news: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr("depesche.render.page.story", crash)
    answer = reader.get("/kursk")
    assert answer.status_code == 500
    assert "Etwas ist schiefgegangen" in answer.text
    assert SECRET not in answer.text
    parsed(answer.text)


def test_crawlers_are_told_what_to_leave_alone(reader: TestClient) -> None:
    assert reader.get("/robots.txt").text == "User-agent: *\nDisallow: /desk\nDisallow: /api\n"


def test_the_icon_is_there(reader: TestClient) -> None:
    assert reader.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


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


# ---- Languages -----------------------------------------------------------------------------------------------------


def test_a_page_speaks_the_language_of_its_story(reader: TestClient, news: Coverage) -> None:
    news.open("troops", "Troops in Kursk", language="en")
    news.post("Moscow reports.")
    page = reader.get("/troops").text
    assert '<html lang="en" dir="ltr">' in page
    assert "Newest first" in page
    assert "12:13\u00a0PM" in page


def test_a_story_may_be_written_from_right_to_left(reader: TestClient, news: Coverage) -> None:
    news.open("hebrew", "חיילים", language="he")
    assert '<html lang="he" dir="rtl">' in reader.get("/hebrew").text
    assert '<h3 lang="he" dir="rtl">' in reader.get("/").text
