"""A real browser behind a real nginx that fails: the page stays complete, and equals one that is loaded anew."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.deploy.proxy import Proxy, proxied
from tests.faults.installation import PATIENCE, SLUG, Installation, installed, until

pytestmark = pytest.mark.timeout(300)
OUTAGE = 5
"""Seconds of a deploy."""
RECOVERS = 60_000
"""Milliseconds: a page asks again after one, two, four and eight seconds, and for its stream after ten."""
STATE = """() => {
  const said = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".ago, .since").forEach((each) => each.remove());
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const posts = [...document.querySelectorAll("[data-posts] > article")];
  const parts = [...document.querySelectorAll("[data-part]")];
  return {
    posts: posts.map((each) => [each.dataset.post, each.id, said(each)]),
    parts: parts.map((each) => [each.dataset.part, said(each)]),
  };
}"""
"""What a reader sees, but for times that count up by themselves."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path / "var") as made:
        for number in range(1, 4):
            made.publish(made.nodes[0].url, f"Von Anfang an {number}.")
        yield made


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A reader's tab, for which a throw-away certificate is good enough."""
    context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin", ignore_https_errors=True)
    yield context.new_page()
    context.close()


def opened(tab: Page, proxy: Proxy) -> None:
    """Open the story; the page is marked, so that one that was loaded anew can be told."""
    with tab.expect_response(lambda answer: "/live?" in answer.url):
        tab.goto(f"{proxy.url}/{SLUG}")
    expect(tab.locator("[data-feed]")).to_have_text("Live")
    tab.evaluate("window.first = true")


def do(office: Installation, post: int, act: str, **said: str) -> None:
    answer = office.post(office.nodes[0].url, f"/api/stories/{SLUG}/posts/{post}/{act}", said, str(uuid.uuid4()))
    assert answer.status_code == 200, answer.text


def happen(office: Installation, name: str) -> None:
    """Two posts, a correction."""
    url = office.nodes[0].url
    office.publish(url, f"Neu: {name}.")
    office.publish(url, f"Noch etwas: {name}.")
    do(office, 1, "correct", body=f"Berichtigt: {name}.", correction="correction", note="Es war falsch.")


def equal_to_a_fresh_page(tab: Page, chromium: Browser, proxy: Proxy, waiting: int) -> None:
    """Show what waits; then the page is what another reader gets who comes now, without having been loaded anew."""
    expect(tab.locator("[data-show]")).to_have_text(f"{waiting} neue Beiträge anzeigen", timeout=RECOVERS)
    expect(tab.locator("[data-feed]")).to_have_text("Live", timeout=RECOVERS)
    tab.locator("[data-show]").click()
    context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin", ignore_https_errors=True)
    other = context.new_page()

    def same() -> bool:
        other.goto(f"{proxy.url}/{SLUG}")  # nginx may keep the page of two seconds ago
        return bool(other.evaluate(STATE) == tab.evaluate(STATE))

    until(same, "the page to equal a fresh one")
    numbers = [number for number, _, _ in tab.evaluate(STATE)["posts"]]
    assert numbers == [str(number) for number in range(3 + waiting, 0, -1)]
    assert tab.evaluate("window.first") is True, "the page was loaded anew"
    context.close()


@pytest.mark.slow
def test_a_deploy_that_answers_503(
    nginx: str, chromium: Browser, tab: Page, office: Installation, tmp_path: Path
) -> None:
    switch, node = tmp_path / "maintenance", office.nodes[0]
    closed = {"    proxy_http_version 1.1;": f"    if (-f {switch}) {{ return 503; }}\n    proxy_http_version 1.1;"}
    with proxied(nginx, tmp_path / "nginx", [node.port], closed) as proxy:
        opened(tab, proxy)
        happen(office, "vorher")
        expect(tab.locator("#p1")).to_contain_text("Berichtigt: vorher.")
        switch.touch()
        node.stop()
        refused: list[int] = []
        tab.on("response", lambda answer: refused.append(answer.status))
        expect(tab.locator("[data-feed]")).not_to_have_text("Live", timeout=RECOVERS)
        tab.wait_for_timeout(1000 * OUTAGE)
        node.start()
        happen(office, "währenddessen")
        assert 503 in refused
        switch.unlink()
        do(office, 2, "retract", note="Ein Irrtum.")
        expect(tab.locator("#p2")).to_contain_text("zurückgezogen", timeout=RECOVERS)
        happen(office, "nachher")
        expect(tab.locator("#p1")).to_contain_text("Berichtigt: nachher.", timeout=RECOVERS)
        equal_to_a_fresh_page(tab, chromium, proxy, waiting=6)


def cut_off(tab: Page, proxy: Proxy) -> None:
    """Wait until nginx has ended the stream: that is when it stands in its log."""
    before, end = proxy.asked(f"/{SLUG}/live"), time.monotonic() + PATIENCE
    while proxy.asked(f"/{SLUG}/live") == before:
        assert time.monotonic() < end, "never cut"
        tab.wait_for_timeout(50)  # the browser's events are heard meanwhile


@pytest.mark.parametrize(
    ("seconds", "cuts"), [(2, 1), pytest.param(10, 2, marks=pytest.mark.slow)], ids=["once", "again and again"]
)
def test_a_proxy_that_cuts_streams(
    nginx: str, chromium: Browser, tab: Page, office: Installation, tmp_path: Path, seconds: int, cuts: int
) -> None:
    cutting = {"        proxy_buffering off;": f"        proxy_buffering off;\n        proxy_read_timeout {seconds}s;"}
    with proxied(nginx, tmp_path / "nginx", [office.nodes[0].port], cutting) as proxy:
        opened(tab, proxy)
        for cut in range(cuts):
            cut_off(tab, proxy)
            happen(office, f"Schnitt {cut}")
            expect(tab.locator("#p1")).to_contain_text(f"Berichtigt: Schnitt {cut}.", timeout=RECOVERS)
            expect(tab.locator("[data-feed]")).to_have_text("Live", timeout=RECOVERS)
        happen(office, "zuletzt")
        equal_to_a_fresh_page(tab, chromium, proxy, waiting=2 * cuts + 2)
