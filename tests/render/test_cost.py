"""What a page costs doesn't grow with the length of its story: each query finds its rows, in order, by an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.views import StoryView
from depesche.render import objects, page, paging
from depesche.render.site import Site
from tests.web.coverage import Coverage, statement

SITE = Site(root="https://live.example.org", page_size=5)


def front(connection: Connection, story: StoryView) -> object:
    leaf = paging.leaf(story.posts, SITE.page_size)
    assert leaf is not None
    return page.story(connection, SITE, story, leaf)


def post(connection: Connection, story: StoryView) -> object:
    found = views.post(connection, story.id, 2)
    assert found is not None
    return page.post(connection, SITE, story, found)


def corrections(connection: Connection, story: StoryView) -> object:
    return page.corrections(connection, SITE, story)


def changes(connection: Connection, story: StoryView) -> object:
    return objects.render(connection, story, views.touched(connection, story.id, 0, 50))


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    made = Journal.open(f"sqlite:///{tmp_path_factory.mktemp('cost') / 'journal.db'}")
    news = Coverage(made)
    news.open()
    for number in range(1, 8):
        news.post(f"Beitrag {number}", key=number % 2 == 0)
        news.said(number, statement(f"Wort {number}", "Sprecher"))
    news.correct(2, "Anders", "Hinweis")
    news.summary(("Eine Zeile", (1, 2)))
    news.pin(1)
    yield made
    made.close()


@pytest.mark.parametrize("look", [front, post, corrections, changes])
def test_every_row_is_found_by_an_index(journal: Journal, look: Callable[[Connection, StoryView], object]) -> None:
    asked: list[str] = []
    with journal.reading() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(asked.append)
        story = views.story(connection, "kursk")
        assert story is not None
        look(connection, story)
        raw.set_trace_callback(None)
        assert len(asked) > 2
        for sql in asked:
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}")]
            slow = [step for step in plan if step.startswith("SCAN") or step == "USE TEMP B-TREE FOR ORDER BY"]
            assert slow == [], sql
