"""One newsroom for each module of tests: they differ by their stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.newsroom import Newsroom, newsroom
from tests.web.desk.editor import Editor, hang_up


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A running Depesche."""
    with newsroom(tmp_path_factory.mktemp("room")) as opened:
        yield opened
        hang_up(opened)


@pytest.fixture(scope="module")
def editor(room: Newsroom) -> Editor:
    """An editor who is signed in."""
    return Editor(room)


@pytest.fixture
def slug(room: Newsroom) -> str:
    """A story of one's own."""
    return room.story()
