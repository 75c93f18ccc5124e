"""Several tabs of one browser: one of them has the stream, and every one of them shows every change once."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.newsroom import Newsroom, newsroom

SOON = 20_000
"""Milliseconds: a second is what is promised, and machines that run tests are busy."""
PATIENCE = 30.0
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("tabs") / "var") as opened:
        yield opened


@pytest.fixture
def context(chromium: Browser, running: Newsroom) -> Iterator[BrowserContext]:
    until(lambda: running.house.hub.counts.streams == 0)
    made = chromium.new_context()
    yield made
    made.close()


@pytest.fixture
def slug(running: Newsroom) -> str:
    return story(running)


def story(running: Newsroom) -> str:
    made = running.story(language="en")
    for number in range(3):
        running.publish(made, f"Post {number}.")
    return made


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def tab(context: BrowserContext, running: Newsroom, slug: str, *, clock: bool = False) -> Page:
    """A tab with this story, which knows whether it leads."""
    page = context.new_page()
    if clock:
        page.clock.install()
    page.goto(f"{running.url}/{slug}")
    expect(page.locator("[data-feed]")).to_have_text("Live")
    return page


def streams(running: Newsroom) -> int:
    return running.house.hub.counts.streams


def news(page: Page, count: int) -> None:
    """The tab tells of so many new posts, no fewer and no more."""
    said = f"Show {count} new post" + ("s" if count > 1 else "")
    expect(page.locator("[data-show]")).to_have_text(said, timeout=SOON)


def complete(page: Page, posts: int) -> None:
    """The tab shows each post of the story once."""
    if page.locator("[data-show]").is_visible():
        page.click("[data-show]")
    numbers = page.locator("[data-posts] > article").evaluate_all("all => all.map(each => each.dataset.post)")
    assert [int(each) for each in numbers] == list(range(posts, 0, -1))


def test_tabs_of_one_story_share_one_stream(context: BrowserContext, running: Newsroom, slug: str) -> None:
    tabs = [tab(context, running, slug) for _ in range(4)]
    until(lambda: streams(running) == 1)
    for number in range(1, 4):
        running.publish(slug, f"New {number}.")
        for page in tabs:
            news(page, number)
    running.client().post(f"/api/stories/{slug}/posts/1/retract", json={"note": "Wrong."})
    for page in tabs:
        expect(page.locator("#p1")).not_to_contain_text("Post 0.", timeout=SOON)
        complete(page, 6)
    assert streams(running) == 1


def test_each_story_has_a_stream_of_its_own(context: BrowserContext, running: Newsroom, slug: str) -> None:
    other = story(running)
    mine, theirs = ([tab(context, running, each) for _ in range(2)] for each in (slug, other))
    until(lambda: streams(running) == 2)
    running.publish(slug, "For one.")
    for page in mine:
        news(page, 1)
    running.publish(other, "For the other.")
    for page in theirs:
        news(page, 1)
        complete(page, 4)
    for page in mine:
        complete(page, 4)


def test_when_the_lead_closes_nothing_is_lost_and_nothing_comes_twice(
    context: BrowserContext, running: Newsroom, slug: str
) -> None:
    tabs = [tab(context, running, slug) for _ in range(4)]
    until(lambda: streams(running) == 1)
    new = 0
    while len(tabs) > 1:
        leader = tabs.pop(0)  # locks are given in the order in which they were asked for
        new += 1
        running.publish(slug, f"Before {new}.")
        leader.close()
        new += 1
        running.publish(slug, f"After {new}.")
        for page in tabs:
            news(page, new)
        until(lambda: streams(running) == 1)
    complete(tabs[0], 3 + new)


def test_a_lead_that_pauses_gives_the_stream_to_another(context: BrowserContext, running: Newsroom, slug: str) -> None:
    first, second = tab(context, running, slug), tab(context, running, slug)
    until(lambda: streams(running) == 1)
    first.click("[data-pause]")
    expect(first.locator("[data-feed]")).to_have_text("Paused")
    running.publish(slug, "New.")
    news(second, 1)
    until(lambda: streams(running) == 1)
    assert not first.locator("[data-show]").is_visible()
    first.click("[data-pause]")
    news(first, 1)
    assert streams(running) == 1
    complete(first, 4)


def test_a_lead_that_dozes_gives_the_stream_to_another(context: BrowserContext, running: Newsroom, slug: str) -> None:
    first = tab(context, running, slug, clock=True)
    until(lambda: streams(running) == 1)
    second = tab(context, running, slug)
    before = running.house.hub.counts.opened
    first.evaluate(HIDE, True)
    first.clock.fast_forward("05:10")
    until(lambda: running.house.hub.counts.opened == before + 1)
    running.publish(slug, "New.")
    news(second, 1)
    expect(first).to_have_title(re.compile(r"^\(1\)"), timeout=SOON)  # the other one tells it
    first.evaluate(HIDE, False)
    complete(first, 4)
    until(lambda: streams(running) == 1)


def test_a_tab_with_an_older_page_asks_for_what_it_lacks(context: BrowserContext, running: Newsroom, slug: str) -> None:
    old = running.client(None).get(f"/{slug}").text
    tab(context, running, slug)
    running.publish(slug, "New.")
    late = context.new_page()

    def give(route: Route) -> None:
        route.fulfill(body=old, content_type="text/html; charset=utf-8")

    late.route(f"**/{slug}", give)
    late.goto(f"{running.url}/{slug}")
    news(late, 1)
    complete(late, 4)
    assert streams(running) == 1


@pytest.mark.parametrize("missing", ["navigator.locks", "BroadcastChannel"])
def test_without_locks_or_channels_each_tab_has_its_own(
    context: BrowserContext, running: Newsroom, slug: str, missing: str
) -> None:
    place, _, name = missing.rpartition(".")
    context.add_init_script(f"Object.defineProperty({place or 'window'}, {name!r}, {{ value: undefined }})")
    tabs = [tab(context, running, slug) for _ in range(2)]
    until(lambda: streams(running) == 2)
    running.publish(slug, "New.")
    for page in tabs:
        news(page, 1)
        complete(page, 4)


def test_tabs_agree_after_the_server_was_away(context: BrowserContext, running: Newsroom, slug: str) -> None:
    tabs = [tab(context, running, slug) for _ in range(3)]
    until(lambda: streams(running) == 1)
    for page in tabs:
        page.route("**/changes?*", lambda route: route.abort())
    for reader in [each for audience in running.house.hub._audiences.values() for each in audience.readers]:
        reader.end(b"")
    running.publish(slug, f"New {uuid.uuid4()}.")
    for page in tabs:
        page.unroute("**/changes?*")
    for page in tabs:
        news(page, 1)
        complete(page, 4)
