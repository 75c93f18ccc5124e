"""A story as of a moment: the same page as then, without what was taken back since, and no moment that can't be."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from depesche.journal import replay as replaying
from depesche.web import asof, caching
from tests.web.audience import SECRET, meta, parsed, part
from tests.web.coverage import MINUTE, NOON, Coverage


def instant(at: int) -> str:
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).isoformat()


def main_of(page: str) -> str:
    """What stands between the head and the structured data, without the line on top and the links' moment."""
    inside = page[page.index('<div data-part="story">') : page.index("<script type=")]
    return inside.partition('<p class="feed js">')[0] + inside.partition("data-posts")[2]


def then(page: str, at: int) -> str:
    return page.replace(f"?asof={at}", "").replace(f"&amp;asof={at}", "")


def test_a_page_as_of_a_moment_is_the_page_that_stood_then(reader: TestClient, news: Coverage) -> None:
    at, before = news.at or 0, reader.get("/kursk").text
    news.post("Etwas Neues.", "Neues")
    news.correct(2, "Ganz anders.", "Neu geschrieben.")
    news.summary(("Eine andere Lage.", (4,)))
    news.amend("kursk", "Ein anderer Titel")
    after = reader.get(f"/kursk?asof={at}")
    assert after.status_code == 200
    assert main_of(then(after.text, at)) == main_of(before)
    assert part(parsed(after.text), "state") == "Stand: 28. April 2025, 12:11 Uhr Zum aktuellen Stand"
    assert "data-live" not in after.text
    assert "data-front" not in after.text
    assert meta(after.text)["robots"] == "noindex"
    assert "Ein anderer Titel" in reader.get("/kursk").text


def test_every_minute_of_the_past_has_its_page(reader: TestClient, news: Coverage) -> None:
    titles = []
    for minute in range(14):
        answer = reader.get("/kursk", params={"asof": NOON + minute * MINUTE})
        titles.append(answer.text.count("<article") if answer.status_code == 200 else answer.status_code)
    assert titles == [404, 0, 1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("form", [str, instant, lambda at: instant(at).replace("+00:00", "Z")])
def test_a_moment_is_a_number_or_an_instant(reader: TestClient, news: Coverage, form: object) -> None:
    assert callable(form)
    page = reader.get("/kursk", params={"asof": form(NOON + 2 * MINUTE)})
    assert page.status_code == 200
    assert "Moskau meldet Rückeroberung" in page.text
    assert "Kiew weist" not in page.text


def test_an_offset_whose_plus_became_a_blank_is_understood(reader: TestClient, news: Coverage) -> None:
    assert reader.get("/kursk?asof=2025-04-28T12:02:00+02:00").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["", "gestern", "-1", "1e9", "2025-04-28", "2025-04-28T12:00:00", "2025-13-01T00:00:00Z", "9" * 18, "١٢", "1\x00"],
)
def test_what_is_no_moment_gets_a_page_that_says_so(reader: TestClient, news: Coverage, wrong: str) -> None:
    answer = reader.get("/kursk", params={"asof": wrong})
    assert answer.status_code == 400
    assert "microseconds" in answer.text or "Mikrosekunden" in answer.text


def test_the_future_is_refused(reader: TestClient, news: Coverage) -> None:
    assert reader.get("/kursk?asof=99999999999999999").status_code == 400


def test_a_moment_before_the_story_is_not_there(reader: TestClient, news: Coverage) -> None:
    assert reader.get("/kursk?asof=1").status_code == 404
    assert reader.get("/nirgends?asof=1").status_code == 404


def test_what_was_taken_back_since_is_in_no_moment(reader: TestClient, news: Coverage) -> None:
    number = news.post("Das Wort Nachtigall.", "Nachtigall", key=True)
    news.pin(number)
    at = news.at or 0
    assert "Nachtigall" in reader.get(f"/kursk?asof={at}").text
    news.post("Danach.")
    assert "Nachtigall" in reader.get(f"/kursk?asof={at}").text
    news.retract(number, "Es stimmt nicht.")
    for address in (f"/kursk?asof={at}", f"/kursk/p/{number}?asof={at}", f"/kursk?asof={NOON + 4 * MINUTE}"):
        page = reader.get(address).text
        assert "Nachtigall" not in page
        assert SECRET not in page
    assert reader.get(f"/kursk/p/{number}?asof={at}").status_code == 410
    assert "Danach." not in reader.get(f"/kursk?asof={at}").text


def test_what_was_erased_is_in_no_moment(reader: TestClient, news: Coverage) -> None:
    number = news.post("Das Wort Nachtigall.")
    at = news.at or 0
    assert "Nachtigall" in reader.get(f"/kursk?asof={at}").text
    news.expunge(number)
    caching.forget()  # the server does it after each erasure
    page = reader.get(f"/kursk?asof={at}").text
    assert "Nachtigall" not in page
    assert "Dieser Beitrag wurde entfernt." in page


def test_a_revision_that_was_erased_alone_leaves_a_stone_in_its_moment(reader: TestClient, news: Coverage) -> None:
    from depesche.words.commands import Expunge

    number = news.post("Das Wort Nachtigall.")
    at = news.at or 0
    news.correct(number, "Ohne das Wort.", "Berichtigt.")
    news.do(Expunge(number, "Beschluss", revision=1))
    page = reader.get(f"/kursk?asof={at}").text
    assert "Nachtigall" not in page
    assert "Dieser Beitrag wurde entfernt." in page
    assert "Ohne das Wort." in reader.get("/kursk").text


def test_links_between_pages_of_then_stay_there(reader: TestClient, news: Coverage) -> None:
    for number in range(4, 20):
        news.post(f"Beitrag {number}")
    at = news.at or 0
    news.post("Danach.")
    tree = parsed(reader.get(f"/kursk?asof={at}").text)
    links = [each.attrib["href"] for each in tree.iter("a") if "/kursk" in each.attrib["href"]]
    there = [each for each in links if f"asof={at}" in each]
    assert [each for each in links if each not in there] == ["/kursk"]
    for link in dict.fromkeys(there):
        assert reader.get(link).status_code in (200, 410), link


def test_a_story_that_moved_is_found_at_its_moment(reader: TestClient, news: Coverage) -> None:
    at = news.at or 0
    news.amend("front", "Ein neuer Name")
    moved = reader.get(f"/kursk?asof={at}", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/front?asof={at}")
    page = reader.get(f"/front?asof={at}")
    assert "Nordkoreanische Truppen in Kursk" in page.text
    assert f'href="/front/p/1?asof={at}"' in page.text


def test_browsers_ask_again_because_something_may_have_been_taken_back(reader: TestClient, news: Coverage) -> None:
    at = news.at or 0
    news.post("Danach.")
    first = reader.get(f"/kursk?asof={at}")
    assert first.headers["cache-control"].startswith("public, max-age=2,")
    news.post("Noch etwas.")
    again = reader.get(f"/kursk?asof={at}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_story_that_is_too_long_is_refused(
    reader: TestClient, news: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "LONGEST", 2)
    news.correct(1, "Anders.", "Berichtigt.")
    assert reader.get(f"/kursk?asof={news.at}").status_code == 422


def test_who_asks_while_others_look_at_the_past_is_told_to_wait(
    reader: TestClient, news: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asof, "PATIENCE", 0.01)
    begun, may_end, replay = threading.Event(), threading.Event(), replaying.replay

    def slow(*given: Any) -> Any:
        begun.set()
        assert may_end.wait(20)
        return replay(*given)

    monkeypatch.setattr(replaying, "replay", slow)
    answers: list[int] = []
    address = f"/kursk?asof={NOON + 2 * MINUTE}"
    first = threading.Thread(target=lambda: answers.append(reader.get(address).status_code))
    first.start()
    assert begun.wait(20)
    busy = reader.get(f"/kursk?asof={NOON + 3 * MINUTE}")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    assert reader.get("/kursk").status_code == 200
    may_end.set()
    first.join(20)
    assert answers == [200]
    assert reader.get(address).status_code == 200
