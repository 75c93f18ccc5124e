"""Who followed a page live sees what somebody sees who loads it now, whatever happened and however much was missed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.render import objects
from depesche.render.post import article
from depesche.render.site import frame
from tests.web.coverage import Coverage, statement


@dataclass
class Reader:
    """An open page: what it shows, and its edition."""

    edition: int = 0
    posts: dict[int, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def take(self, changes: list[dict[str, Any]]) -> None:
        """What reader.js does with them."""
        for each in changes:
            if each["kind"] in ("put", "tombstone"):
                self.posts[each["post"]] = each["html"]
            elif "html" in each:
                self.parts[each["kind"]] = each["html"]
            assert each["edition"] > self.edition


@pytest.fixture
def news(tmp_path: Path) -> Iterator[Coverage]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    made = Coverage(journal)
    made.open()
    yield made
    journal.close()


def loaded(news: Coverage) -> Reader:
    """A page that was loaded just now."""
    with news.journal.reading() as connection:
        story = views.story(connection, news.story)
        assert story is not None
        frm = frame(story)
        posts = views.posts(connection, story.id, limit=1000)
        parts = {part: str(objects.inside(connection, frm, story, part)) for part in objects.PARTS}
        return Reader(story.edition, {post.number: str(article(frm, post)) for post in posts}, parts)


def changes(news: Coverage, after: int) -> list[dict[str, Any]]:
    """What a reader at this edition is told."""
    with news.journal.reading() as connection:
        story = views.story(connection, news.story)
        assert story is not None
        touched = views.touched(connection, story.id, after, 1000)
        return objects.render(connection, story, touched, "")


def catch_up(news: Coverage, reader: Reader) -> None:
    told = changes(news, reader.edition)
    reader.take(told)
    reader.edition = loaded(news).edition


def write_something(news: Coverage, chance: random.Random) -> None:
    """One command that fits."""
    with news.journal.reading() as connection:
        story = views.story(connection, news.story)
        assert story is not None
        there = [each for each in views.posts(connection, story.id, limit=1000) if each.text is not None]
    word = f"Wort {chance.randrange(10**6)}"
    if len(there) < 3 or chance.random() < 0.3:
        news.post(word, chance.choice(["", "Titel"]), key=chance.random() < 0.4)
        return
    post = chance.choice(there)
    match chance.randrange(8):
        case 0:
            news.correct(post.number, word, "Hinweis", key=chance.random() < 0.5)
        case 1:
            news.retract(post.number)
        case 2:
            news.expunge(post.number)
        case 3 if story.pinned is not None:
            news.unpin(story.pinned)
        case 4:
            news.summary((word, (post.number, there[0].number)))
        case 5:
            news.amend("kursk", word)
        case 6 if story.pinned != post.number:
            news.pin(post.number)
        case _:
            news.said(post.number, statement(word, "Sprecher"), revision=post.revision)


@pytest.mark.parametrize("seed", range(6))
def test_a_page_that_followed_live_equals_one_that_was_just_loaded(news: Coverage, seed: int) -> None:
    chance = random.Random(seed)
    always, sometimes = loaded(news), loaded(news)
    for _ in range(40):
        write_something(news, chance)
        catch_up(news, always)
        now = loaded(news)
        assert always.posts == now.posts
        assert always.parts == now.parts
        if chance.random() < 0.1:
            catch_up(news, sometimes)
    catch_up(news, sometimes)
    assert (sometimes.posts, sometimes.parts) == (now.posts, now.parts)


def test_each_object_is_told_once_and_in_order(news: Coverage) -> None:
    chance = random.Random(1)
    for _ in range(40):
        write_something(news, chance)
    told = changes(news, 0)
    names = [
        (each["kind"] in ("put", "tombstone"), each.get("post")) if "place" in each else each["kind"] for each in told
    ]
    assert len(names) == len({str(name) for name in names})
    assert [each["edition"] for each in told] == sorted(each["edition"] for each in told)


def test_what_was_taken_back_is_never_told_again(news: Coverage) -> None:
    number = news.post("Das Geheimwort steht hier.", "Geheimwort", key=True)
    news.said(number, statement("Geheimwort", "Geheimwort"))
    news.pin(number)
    news.correct(number, "Noch ein Geheimwort.", "Hinweis", title="Geheimwort", key=True)
    news.retract(number)
    told = changes(news, 0)
    assert "Geheimwort" not in msgspec.json.encode(told).decode()
    assert [each["html"] for each in told if each["kind"] in ("pin", "ledger", "keys")] == ["", "", ""]
    assert [each["kind"] for each in told if each.get("place") == number] == ["tombstone"]


def test_pages_of_their_own_are_told_without_words_what_changed(news: Coverage) -> None:
    first, second = news.post("Eins"), news.post("Zwei")
    assert [each["kind"] for each in changes(news, 0) if "html" not in each] == []
    edition = loaded(news).edition
    news.said(second, statement("es sei vorbei", "Das Ministerium"))
    [box] = [each for each in changes(news, edition) if each["kind"] == "ledger"]
    assert box["posts"] == [second]
    news.correct(first, "Eins, berichtigt", "Hinweis")
    news.retract(second)
    edition = loaded(news).edition
    told = [each for each in changes(news, 0) if "html" not in each]
    assert told == [{"kind": "corrections", "edition": edition}]


def test_objects_are_plain_json(news: Coverage) -> None:
    news.post("Ein Beitrag")
    [told] = [each for each in changes(news, 0) if each["kind"] == "put"]
    assert list(told) == ["kind", "post", "edition", "place", "html"]
    assert told["html"].startswith('<article class="post" id="p1"')
    assert msgspec.json.decode(msgspec.json.encode(told)) == told


def test_the_box_names_everybody_whose_words_it_shows(news: Coverage) -> None:
    number = news.post("Sie schreiben, es sei vorbei.")
    news.said(number, statement("es sei vorbei", "Sie"))
    [box] = [each for each in changes(news, 0) if each["kind"] == "ledger"]
    assert box["html"] == ""
    news.said(number, statement("es sei vorbei", "das Ministerium"))
    [box] = [each for each in changes(news, 0) if each["kind"] == "ledger"]
    assert "<b>Das Ministerium</b>" in box["html"]
