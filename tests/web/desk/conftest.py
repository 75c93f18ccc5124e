"""One newsroom for each module of tests: they differ by their stories. And tabs of people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from depesche.desk.people import SignedIn
from tests.newsroom import PASSWORD, Newsroom, newsroom
from tests.web.desk.editor import Editor, hang_up

OpenTab: TypeAlias = Callable[..., Page]


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


@pytest.fixture
def open_tab(chromium: Browser, room: Newsroom) -> Iterator[OpenTab]:
    """Open an address in a browser of its own, signed in with this role (None: a reader).

    The test fails on an uncaught script error or a breach of the Content-Security-Policy in any of them.
    """
    contexts = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def opened(path: str, role: str | None = "editor", **how: Any) -> Page:
        how = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "timezone_id": "Europe/Berlin", **how}
        context = chromium.new_context(**how)
        contexts.append(context)
        if role:
            context.add_cookies([{"name": "depesche", "value": token(room, role), "url": room.url}])
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", note)
        tab.goto(room.url + path)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert errors == [], f"the page's scripts failed: {errors}"


def token(room: Newsroom, role: str) -> str:
    """What the cookie of a new session of this role's person holds."""
    room.person(role)  # type: ignore[arg-type]
    entered = room.house.people.sign_in(role, PASSWORD, address="127.0.0.1")
    assert isinstance(entered, SignedIn)
    return entered.token
