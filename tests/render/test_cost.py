"""What a page costs doesn't grow with the length of its story: each query finds its rows, in order, by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

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
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    with journal.reading() as connection:
        event.listen(connection, "before_cursor_execute", note)
        story = views.story(connection, "kursk")
        assert story is not None
        look(connection, story)
        event.remove(connection, "before_cursor_execute", note)
        assert len(asked) > 2
        for sql, parameters in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            slow = [step for step in plan if step.startswith("SCAN") or step == "USE TEMP B-TREE FOR ORDER BY"]
            assert slow == [], sql
