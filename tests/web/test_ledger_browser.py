"""The ledger on open pages, in a real browser: what arrives, what it weighs, that nothing moves."""

from __future__ import annotations

import gzip
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from depesche.words.claims import Standing
from depesche.words.ledgercommands import Judged, RecordReply, SetStanding, UnlinkStatement
from tests.looks import findings, in_every_look
from tests.newsroom import Newsroom, newsroom
from tests.web.coverage import Coverage
from tests.web.ledger import Ledger, number
from tests.web.test_reader_browser import SHIFTS, SOON, opened

KILO = 1024


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One server for all tests; each writes a story of its own."""
    with newsroom(tmp_path_factory.mktemp("ledger") / "var", publisher="Der Tagesbericht") as opened_room:
        yield opened_room


@pytest.fixture
def ledger(running: Newsroom) -> Ledger:
    """A story with both examples."""
    news = Coverage(running.house.journal, bus=running.house.bus, at=None)
    news.open(f"kursk-{uuid.uuid4().hex[:8]}", lead="Wer was dazu sagt und was offen bleibt.")
    made = Ledger(news)
    made.cast()
    made.kursk()
    made.losses()
    return made


@pytest.fixture
def url(running: Newsroom, ledger: Ledger) -> str:
    return f"{running.url}/{ledger.news.slug}"


def settled(ledger: Ledger) -> None:
    """Wait until the server's own reader has read the posts, too."""
    before, quiet, end = -1, 0, time.monotonic() + 30
    while quiet < 6:
        assert time.monotonic() < end
        head = ledger.news.journal.heads()[ledger.news.story].seq
        quiet = quiet + 1 if head == before else 0
        before = head
        time.sleep(0.5)


# ---- What arrives --------------------------------------------------------------------------------------------------


def test_the_card_follows_the_ledger(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, url)
    card = page.locator("[data-part=summary]")
    expect(card).to_contain_text("Umstritten Ist Kursk vollständig zurückerobert?")
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort.", evidence="Augenschein"))
    expect(card).to_contain_text("Von uns geprüft Ist Kursk vollständig zurückerobert? Wir waren dort.", timeout=SOON)
    said = ledger.tell("Kiew nennt 900 Getötete.", "staff", said="2025-05-02", figures=(number("900", 900),))
    ledger.link(2, said, "figure", figure=Judged(0))
    expect(card).to_contain_text("900 (Ukrainischer Generalstab, 2. Mai)", timeout=SOON)


def test_a_claims_page_follows_its_claim_and_no_other(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, f"{url}/c/1")
    settled(ledger)
    page.evaluate(
        "window.fetched = []; const ask = fetch;"
        "window.fetch = (...all) => (window.fetched.push(String(all[0])), ask(...all)); 0"
    )
    ledger.do(SetStanding(2, "verified", "x", evidence="Augenschein"))
    ledger.news.post("Etwas anderes.")
    page.wait_for_timeout(2_500)
    assert page.evaluate("window.fetched") == []
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort.", evidence="Augenschein"))
    expect(page.locator(".stand")).to_have_text("Von uns geprüft Wir waren dort.", timeout=3 * SOON)
    ledger.do(RecordReply("Das Ministerium", "Das ist falsch.", claim=1))
    expect(page.locator(".replies")).to_contain_text("Das ist falsch.", timeout=3 * SOON)


def test_a_retraction_takes_the_words_off_an_open_claim(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, f"{url}/c/1")
    expect(page.locator("main")).to_contain_text("Die Kämpfe dauern an.")
    ledger.news.retract(2)
    expect(page.locator("main")).not_to_contain_text("Die Kämpfe dauern an.", timeout=3 * SOON)


def test_pause_holds_a_claims_page_still(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, f"{url}/c/1")
    page.get_by_role("button", name="Anhalten").click()
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort.", evidence="Augenschein"))
    page.wait_for_timeout(2_500)
    expect(page.locator(".stand")).to_contain_text("Umstritten")
    page.get_by_role("button", name="Weiter").click()
    expect(page.locator(".stand")).to_have_text("Von uns geprüft Wir waren dort.", timeout=3 * SOON)


def test_marks_come_and_go_without_a_word(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, url)
    mark = page.locator("#p2 a.m")
    expect(mark).to_have_text("weist")
    ledger.do(UnlinkStatement(1, 2))
    expect(mark).to_have_count(0, timeout=SOON)
    assert "changed" not in (page.locator("#p2").get_attribute("class") or "")
    ledger.link(1, 2, "denies")
    expect(mark).to_have_text("weist", timeout=SOON)
    assert page.locator("[role=status]").text_content() == ""


def test_a_page_that_followed_is_like_one_that_was_loaded(page: Page, url: str, ledger: Ledger) -> None:
    opened(page, url)
    said = ledger.tell("Ein Kommandeur spricht von Resten.", "commander", cue="spricht")
    ledger.link(1, said, "partly")
    ledger.do(SetStanding(1, "conceded", "x", line="Der Kommandeur räumt Reste ein."))
    page.locator("[data-show]").click()
    expect(page.locator("[data-part=summary]")).to_contain_text("Eingeräumt")
    expect(page.locator(f"#p{ledger.news.journal and 8} a.m")).to_have_text("spricht")
    parts = "[...document.querySelectorAll('[data-part=summary], .post .text')].map(each => each.innerHTML.trim())"
    followed = page.evaluate(parts)
    page.goto("about:blank")
    page.route("**/*", lambda route: route.continue_())  # past the browser's cache
    page.goto(url)
    assert page.evaluate(parts) == followed


def test_a_moment_of_the_past_stays_as_it_is(page: Page, url: str, ledger: Ledger) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/c/1")
    page.get_by_role("link", name="Link zu genau diesem Stand").click()
    page.wait_for_url("**asof=*")
    asked.clear()
    page.reload(wait_until="networkidle")
    assert [each for each in asked if "/live" in each or "/changes" in each] == []
    page.get_by_role("link", name="Zum aktuellen Stand").click()
    page.wait_for_url(url)


# ---- Since your last visit -----------------------------------------------------------------------------------------


def test_who_comes_back_is_led_to_what_changed_and_nothing_moves(page: Page, url: str, ledger: Ledger) -> None:
    page.route("**/*", lambda route: route.continue_())  # past the browser's cache
    page.add_init_script(SHIFTS)
    page.goto(url)
    expect(page.locator("[data-back]")).to_be_hidden()
    page.goto(f"{url}/c/1")
    page.wait_for_function("localStorage.length > 0")  # a busy browser keeps the visit a moment after the page is gone
    ledger.do(SetStanding(1, "verified", "x", evidence="Augenschein"))
    page.goto(url)
    link = page.locator("[data-back]")
    expect(link).to_be_visible()
    assert page.evaluate("window.shifts") <= 0.01
    link.click()
    page.wait_for_url("**since=*")
    expect(page.locator("#since li").first).to_contain_text("Von uns geprüft Ist Kursk vollständig zurückerobert?")


# ---- For everybody -------------------------------------------------------------------------------------------------


@in_every_look
def test_axe_finds_nothing(chromium: Browser, url: str, ledger: Ledger, size: Any, scheme: Any) -> None:
    ledger.do(RecordReply("Das Ministerium", "Das ist falsch.", claim=1))
    context = chromium.new_context(viewport=size, color_scheme=scheme, locale="de-DE", reduced_motion="reduce")
    page = context.new_page()
    at = "9" * 15
    for address in (url, f"{url}/c/1", f"{url}/c/2", f"{url}/c", f"{url}?since=3", f"{url}/c/2?asof={at}"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
        assert findings(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
    context.close()


def test_a_claim_is_read_without_a_script(chromium: Browser, url: str, ledger: Ledger) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(url)
    page.locator("#p6 a.m").click()
    page.wait_for_url("**/c/2")
    expect(page.locator(".figures tbody tr")).to_have_count(2)
    expect(page.locator(".figures svg")).to_be_visible()
    expect(page.get_by_role("button", name="Anhalten")).to_be_hidden()
    page.locator("details summary").first.click()
    expect(page.locator("details li").first).to_be_visible()
    context.close()


# ---- What it weighs ------------------------------------------------------------------------------------------------


def test_a_story_of_200_claims_and_5000_statements_keeps_the_budget(page: Page, running: Newsroom) -> None:
    news = Coverage(running.house.journal, bus=running.house.bus, at=None)
    news.open(f"gross-{uuid.uuid4().hex[:8]}", lead="Eine lange Geschichte.")
    ledger = Ledger(news)
    fill(ledger, posts=100, each=50, claims=200)
    url = f"{running.url}/{news.slug}"
    page.add_init_script(SHIFTS)
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.goto(url)
    assert page.locator("[data-posts] > article").count() == 20
    assert page.locator("[data-part=summary] .claims li").count() == 10
    assert page.locator("a.m").count() > 20
    html = page.request.get(url).body()
    pages = {name: page.request.get(url + path).body() for name, path in (("claim", "/c/1"), ("figures", "/c/2"))}
    sizes = {name: len(gzip.compress(each, 6, mtime=0)) for name, each in {"story": html, **pages}.items()}
    script, style = (asset(page, running, suffix) for suffix in ("js", "css"))
    print(f"gzip: {sizes}, script {script}, style {style}; shifts {page.evaluate('window.shifts')}")
    assert max(sizes.values()) + script + style <= 30 * KILO
    assert script <= 6 * KILO
    assert style <= 5 * KILO
    assert page.evaluate("window.shifts") <= 0.01


def fill(ledger: Ledger, *, posts: int, each: int, claims: int) -> None:
    """Posts with `each` statements, all of them answering one of the claims; through the desk."""
    from depesche.words.copy import Figure, Hop, Statement
    from depesche.words.ledger import RecordedStatement

    for post in range(posts):
        lines = [f"Quelle {n} nennt {n + 3} Getötete in Ort {post}." for n in range(each)]
        body = "\n\n".join(lines)
        number_of = ledger.news.post(body, f"Angaben aus Ort {post}")
        plain = "\n".join(lines)
        said = []
        for n, line in enumerate(lines):
            at = plain.index(line)
            words = f"{n + 3} Getötete"
            figure_at = plain.index(words, at)
            figure = Figure((figure_at, figure_at + len(words)), words, n + 3, n + 3, "exact", "killed")
            found = Statement(
                "Indirect",
                ((at, at + len(line)),),
                name=f"Quelle {n}",
                chain=(Hop((), f"Quelle {n}"),),
                figures=(figure,),
                confidence=0.95,
            )
            said.append(RecordedStatement(0, found, line, speaker=f"Quelle {n}"))
        ledger.news.said(number_of, *said)
    first = ledger.ask("Wurde die Stadt geräumt?")
    for statement in range(1, 301):
        ledger.link(first, statement, "denies" if statement % 2 else "affirms")
    for claim in range(1, claims):
        measure = f"tote-{claim}"
        ledger.ask(f"Wie viele Menschen starben in Ort {claim}?", "quantity", measure=measure)
        for nth in range(4):
            judged = Judged(0, measure)
            ledger.link(claim + 1, posts * each - claim * 4 - nth, "figure", figure=judged)
    for claim in range(claims - 8, claims):
        standing: Standing = "verified" if claim % 2 else "contested"
        ledger.do(SetStanding(claim, standing, "x", evidence="Augenschein" if claim % 2 else ""))


def asset(page: Page, running: Newsroom, suffix: str) -> int:
    """Bytes of the reader's script or style, compressed."""
    address = page.evaluate(
        "(suffix) => [...document.querySelectorAll('link[rel=stylesheet], script[src]')]"
        ".map(each => each.href || each.src).find(each => each.endsWith(suffix))",
        f".{suffix}",
    )
    assert re.fullmatch(rf"{re.escape(running.url)}/static/reader-\w+\.{suffix}", address)
    return len(gzip.compress(page.request.get(address).body(), 6, mtime=0))
