"""What a reader has missed is told once, as it is now, and in portions that can be put together again."""

from __future__ import annotations

import json
from typing import Any

from depesche.live.changes import LONGEST_REPLAY, MOST, TOO_MANY
from depesche.words import commands
from depesche.words.changes import PostText, SummaryLine
from tests.live.newsroom import POLL, Newsroom, Page


def posts(delta: dict[str, Any]) -> list[dict[str, Any]]:
    """The changes that are posts; parts of the page that rest on them come along."""
    return [change for change in delta["changes"] if "place" in change]


def test_nothing_new_is_said_in_few_bytes(newsroom: Newsroom) -> None:
    newsroom.publish()
    delta = newsroom.changes(newsroom.edition)
    assert delta == {"edition": newsroom.edition, "changes": [], "poll": POLL}
    assert len(json.dumps(delta)) <= 200
    assert newsroom.stream(newsroom.edition) == []


def test_a_new_post_is_told_with_its_place_and_its_html(newsroom: Newsroom) -> None:
    before = newsroom.edition
    newsroom.publish("Erste Meldung.")
    delta = newsroom.changes(before)
    assert delta["edition"] == newsroom.edition
    (change,) = posts(delta)
    assert (change["kind"], change["post"], change["place"], change["edition"]) == ("put", 1, 1, newsroom.edition)
    assert "Erste Meldung." in change["html"]
    assert newsroom.stream(before) == [{"edition": newsroom.edition, "changes": delta["changes"]}]


def test_an_object_that_was_touched_often_is_told_once_as_it_is_now(newsroom: Newsroom) -> None:
    before = newsroom.edition
    newsroom.publish("Falsch geschrieben.")
    for word in ("zwei", "drei", "vier"):
        newsroom.do(commands.CorrectPost(1, PostText(f"Richtig: {word}."), "update", note=word))
    (post,) = posts(newsroom.changes(before))
    assert "Richtig: vier." in post["html"]
    assert "Falsch" not in json.dumps(newsroom.changes(before))
    assert "Falsch" not in json.dumps(newsroom.stream(before))


def test_words_that_were_taken_back_are_told_to_nobody(newsroom: Newsroom) -> None:
    newsroom.publish("Ein geheimes Gelübde.")
    newsroom.do(commands.SetSummary((SummaryLine("Karte zum Gelübde", (1,)),)))
    newsroom.do(commands.PinPost(1))
    newsroom.retract(1)
    for after in range(newsroom.edition):
        told = json.dumps([newsroom.changes(after), newsroom.stream(after)], ensure_ascii=False)
        assert "geheimes" not in told
        assert [post["kind"] for post in posts(newsroom.changes(after))] == ["tombstone"]


def test_many_changes_come_in_portions_that_fit_together(newsroom: Newsroom) -> None:
    for number in range(120):
        newsroom.publish(f"Meldung {number}.")
    page, portions = Page(), 0
    more = True
    while more:
        delta = newsroom.changes(page.edition)
        assert 0 < len(delta["changes"]) <= MOST
        page.take(delta)
        more, portions = delta.get("more", False), portions + 1
    assert portions == 3
    assert page.edition == newsroom.edition
    assert sum(name.startswith("post:") for name in page.shows) == 120
    assert Page().hear(newsroom.stream(0)).shows == page.shows


def test_too_many_changes_mean_the_page_is_fetched_again(newsroom: Newsroom) -> None:
    start = newsroom.edition
    for number in range(TOO_MANY + 1):
        newsroom.publish(f"Meldung {number}.")
    assert newsroom.changes(start) == {"edition": newsroom.edition, "changes": [], "reset": True, "poll": POLL}
    assert newsroom.stream(start) == [{"edition": newsroom.edition, "changes": [], "reset": True}]
    assert newsroom.changes(start + 1).get("reset") is None
    assert len(newsroom.stream(start + 1)) == TOO_MANY


def test_an_edition_of_the_future_means_the_same(newsroom: Newsroom) -> None:
    newsroom.publish()
    assert newsroom.changes(newsroom.edition + 1)["reset"] is True
    assert newsroom.stream(10**15) == [{"edition": newsroom.edition, "changes": [], "reset": True}]


def test_a_replay_that_is_longer_than_the_page_means_the_same(newsroom: Newsroom) -> None:
    start = newsroom.edition
    for _ in range(4):
        newsroom.publish("Ein langer Satz. " * 2500)
    assert len(newsroom.stream(start)) == 4
    assert newsroom.stream(start, LONGEST_REPLAY) == [{"edition": newsroom.edition, "changes": [], "reset": True}]


def test_after_the_end_there_is_nothing_to_ask_for(newsroom: Newsroom) -> None:
    before = newsroom.edition
    newsroom.do(commands.CloseStory())
    delta = newsroom.changes(before)
    assert delta["poll"] == 0
    assert "closed" in {change.get("state") for change in delta["changes"]}
    newsroom.do(commands.ReopenStory())
    assert newsroom.changes(before)["poll"] == POLL
