"""Open pages beside a story's own, in a real browser: claims, their list, corrections, a post. They follow what is said
now, and of what was taken away nothing is left on them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from depesche.journal import views
from depesche.words.claims import Claim
from depesche.words.ledgercommands import (
    AmendClaim,
    AmendStatement,
    DropClaim,
    ExpungeWords,
    MergeClaims,
    RecordReply,
    RestoreClaim,
    SetStanding,
)
from depesche.words.parties import Chain
from tests.looks import NARROW, findings, has_no_sideways_scroll, in_every_look
from tests.newsroom import Newsroom, newsroom
from tests.web.coverage import Coverage, statement
from tests.web.ledger import Ledger
from tests.web.test_ledger_browser import settled
from tests.web.test_reader_browser import opened

pytestmark = pytest.mark.slow  # minutes of a browser's time: every change is waited for as readers wait for it
SOON = 10_000
"""Milliseconds: two seconds is what is promised, and machines that run tests are busy."""
ALL = "document.documentElement.outerHTML"
"""Everything of a page: head, structured data and what a reader doesn't see."""
COUNT = """
window.fetched = [];
const ask = fetch;
window.fetch = (...all) => (window.fetched.push(String(all[0])), ask(...all));
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One server for all tests; each writes a story of its own."""
    with newsroom(tmp_path_factory.mktemp("open") / "var", publisher="Der Tagesbericht") as opened_room:
        yield opened_room


@pytest.fixture
def ledger(running: Newsroom) -> Ledger:
    """A story with two claims."""
    news = Coverage(running.house.journal, bus=running.house.bus, at=None)
    news.open(f"kursk-{uuid.uuid4().hex[:8]}", "Truppen in Kursk")
    made = Ledger(news)
    made.cast()
    made.kursk()
    made.losses()
    return made


@pytest.fixture
def news(ledger: Ledger) -> Coverage:
    return ledger.news


@pytest.fixture
def url(running: Newsroom, ledger: Ledger) -> str:
    return f"{running.url}/{ledger.news.slug}"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="de-DE")
    made.add_init_script(COUNT)
    yield made
    made.close()


def tab(context: BrowserContext, url: str) -> Page:
    """Another tab, live."""
    made = context.new_page()
    made.goto(url)
    expect(made.locator("[data-feed]")).to_have_text("Live")
    return made


def fetched(page: Page) -> list[str]:
    """The pages that this one has fetched since it was loaded."""
    return [each for each in page.evaluate("window.fetched") if "/changes" not in each]


def emptied(page: Page, *words: str) -> None:
    """The page says that the question is no longer asked, and nothing of it is left, wherever one looks."""
    expect(page.locator("main")).to_contain_text("Diese Frage wird nicht mehr gestellt.", timeout=SOON)
    expect(page.locator("main .feed")).to_have_count(0)
    expect(page.get_by_role("link", name="Zum Liveblog")).to_be_visible()
    everything = page.evaluate(ALL)
    assert [each for each in words if each in everything] == []
    assert "Das gibt es nicht mehr" in page.title()
    assert page.locator("[type='application/ld+json']").count() == 0
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])")
    assert [each for each in words if each in kept] == []


# ---- What was taken away ------------------------------------------------------------------------------------------


def test_an_expunged_question_leaves_every_page_that_is_open(
    context: BrowserContext, url: str, ledger: Ledger, news: Coverage
) -> None:
    words = ("vollständig zurückerobert", "Ukrainischer Generalstab")
    claim, every, story = (tab(context, url + path) for path in ("/c/1", "/c", ""))
    back = tab(context, f"{url}?since=1#since")
    expect(back.locator("#since")).to_contain_text(words[0])
    post = tab(context, f"{url}/p/1")
    expect(claim).to_have_title("Ist Kursk vollständig zurückerobert? – Der Tagesbericht")
    assert all(each in claim.evaluate(ALL) for each in words)
    ledger.do(RecordReply("Das Ministerium", "Das ist falsch.", claim=1))
    expect(claim.locator("[role=status]")).to_contain_text(words[1], timeout=SOON)
    ledger.do(ExpungeWords("claim", 1, "Beschluss"))
    emptied(claim, *words)
    expect(claim.locator("[role=status]")).to_have_text("Diese Frage wird nicht mehr gestellt.", timeout=3 * SOON)
    expect(every.locator("main")).not_to_contain_text(words[0], timeout=SOON)
    expect(every.locator("main")).to_contain_text("Wie viele nordkoreanische Soldaten")
    assert "Ist Kursk" not in every.evaluate(ALL)
    expect(story.locator("[data-part=summary]")).not_to_contain_text(words[0], timeout=SOON)
    expect(back.locator("#since")).not_to_contain_text(words[0], timeout=SOON)
    assert "Ist Kursk" not in back.evaluate(ALL)
    assert "Ist Kursk" not in post.evaluate(ALL)
    claim.get_by_role("link", name="Zum Liveblog").click()
    claim.wait_for_url(url)


def test_a_dropped_question_says_so_and_not_that_there_is_no_connection(
    context: BrowserContext, url: str, ledger: Ledger
) -> None:
    page = tab(context, f"{url}/c/2")
    expect(page.locator(".figures svg").first).to_be_visible()
    ledger.do(DropClaim(2))
    emptied(page, "Wie viele nordkoreanische", "2.667")
    assert "Keine Verbindung" not in page.locator("body").inner_text()
    assert page.locator("svg").count() == 0
    ledger.do(RestoreClaim(2))
    end = time.monotonic() + SOON / 1000
    while "Wie viele nordkoreanische" not in page.locator("h1").inner_text():  # caches keep an answer for two seconds
        assert time.monotonic() < end
        page.reload()


def test_a_page_that_comes_back_by_the_back_button_has_no_words_either(page: Page, url: str, ledger: Ledger) -> None:
    page.goto(f"{url}/c/1")
    page.get_by_role("link", name="Alle Fragen").click()
    page.wait_for_url("**/c")
    ledger.do(ExpungeWords("claim", 1, "Beschluss"))
    page.go_back()
    emptied(page, "vollständig zurückerobert", "Ukrainischer Generalstab")


def test_a_page_of_ended_coverage_looks_once_when_the_browser_had_kept_it(page: Page, url: str, ledger: Ledger) -> None:
    ledger.news.close()
    page.goto(f"{url}/c/1", wait_until="networkidle")
    ledger.do(ExpungeWords("claim", 1, "Beschluss"))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    emptied(page, "vollständig zurückerobert", "Ukrainischer Generalstab")


@pytest.mark.parametrize("status", [404, 410])
def test_a_proxys_own_word_for_what_is_gone_empties_the_page_too(
    context: BrowserContext, url: str, ledger: Ledger, status: int
) -> None:
    page = tab(context, f"{url}/c/1")
    page.route("**/c/1", lambda route: route.fulfill(status=status, body="nginx", content_type="text/html"))
    ledger.do(DropClaim(1))
    expect(page.locator("h1")).to_have_text("Das gibt es nicht mehr", timeout=SOON)
    assert "zurückerobert" not in page.evaluate(ALL)
    assert page.title() == "Das gibt es nicht mehr"
    expect(page.get_by_role("link", name="Zum Liveblog")).to_have_attribute("href", f"/{ledger.news.slug}")


def test_an_error_of_the_server_empties_nothing(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c/1")
    page.route("**/c/1", lambda route: route.fulfill(status=502, body="bad gateway"))
    ledger.do(SetStanding(1, "verified", "x", evidence="Augenschein"))
    expect(page.locator("[data-feed]")).to_have_text("Keine Verbindung", timeout=SOON)
    expect(page.locator("h1")).to_have_text("Ist Kursk vollständig zurückerobert?")


@pytest.mark.parametrize("erased", [False, True], ids=["retracted", "expunged"])
def test_of_a_post_that_was_taken_back_its_own_page_keeps_nothing(
    context: BrowserContext, url: str, news: Coverage, erased: bool
) -> None:
    number = news.post("Das Geheimwort steht hier.", "Geheimwort")
    news.said(number, statement("Geheimwort", "Sprecher"))
    page = tab(context, f"{url}/p/{number}")
    assert page.evaluate(ALL).count("Geheimwort") > 5
    news.expunge(number) if erased else news.retract(number, "Das stimmt nicht.")
    said = "Dieser Beitrag wurde entfernt." if erased else "Diesen Beitrag haben wir zurückgezogen."
    expect(page.locator("h1")).to_have_text(said, timeout=SOON)
    assert "Geheimwort" not in page.evaluate(ALL)
    assert page.locator("[type='application/ld+json']").count() == 0
    expect(page.locator("[data-feed]")).to_have_text("Live")


def test_a_retracted_post_leaves_the_structured_data_of_the_open_story(
    context: BrowserContext, url: str, news: Coverage
) -> None:
    number = news.post("Das Geheimwort steht hier.", "Geheimwort", key=True)
    page = tab(context, f"{url}?since=1")
    news.retract(number)
    expect(page.locator(f"#p{number}")).to_contain_text("zurückgezogen", timeout=SOON)
    assert "Geheimwort" not in page.evaluate(ALL)


# ---- What is said now ---------------------------------------------------------------------------------------------


def test_the_list_of_questions_follows(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c")
    title = page.title()
    ledger.ask("Hält der Deich?")
    expect(page.locator("main")).to_contain_text("Hält der Deich?", timeout=SOON)
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort.", evidence="Augenschein"))
    expect(page.locator("#c1")).to_contain_text("Von uns geprüft", timeout=SOON)
    expect(page.locator("#c1")).to_contain_text("Wir waren dort.")
    assert page.title() == title
    expect(page.locator("[role=status]")).to_have_text("Diese Seite wurde aktualisiert", timeout=3 * SOON)


def test_the_list_of_corrections_follows_and_new_posts_leave_it_alone(
    context: BrowserContext, url: str, news: Coverage, ledger: Ledger
) -> None:
    page = tab(context, f"{url}/corrections")
    settled(ledger)
    expect(page.locator("main")).to_contain_text("Bisher gab es nichts zu korrigieren.")
    news.post("Etwas Neues.")
    page.wait_for_timeout(2_500)
    assert fetched(page) == []
    news.correct(3, "Jetzt steht es richtig da.", "Vorher stand es falsch da.")
    expect(page.locator("main")).to_contain_text("Vorher stand es falsch da.", timeout=SOON)
    news.retract(2, "Das stimmt nicht.")
    expect(page.locator(".corrections li")).to_have_count(2, timeout=SOON)


def test_a_posts_own_page_follows_the_post_and_no_other(
    context: BrowserContext, url: str, news: Coverage, ledger: Ledger
) -> None:
    number = news.post("So steht es da.", "Vorher")
    settled(ledger)
    page = tab(context, f"{url}/p/{number}")
    news.correct(1, "Ein anderer Beitrag.", "Hinweis")
    page.wait_for_timeout(2_500)
    assert fetched(page) == []
    news.correct(number, "Anders steht es da.", "Hinweis", title="Nachher")
    expect(page.locator("h1")).to_have_text("Nachher", timeout=SOON)
    expect(page.locator(".history")).to_contain_text("Hinweis")
    expect(page).to_have_title("Nachher – Der Tagesbericht")
    description = page.locator("meta[name=description]")
    expect(description).to_have_attribute("content", "Anders steht es da.")
    news.said(number, statement("es sei vorbei", "Das Ministerium"), revision=2)
    expect(page.locator(".statements")).to_contain_text("Das Ministerium", timeout=SOON)
    ledger.do(RecordReply("Die Stadt", "Das ist falsch.", post=number))
    expect(page.locator(".replies")).to_contain_text("Das ist falsch.", timeout=SOON)
    expect(page.get_by_role("link", name="Späterer Beitrag")).to_have_count(0)
    news.post("Der nächste.")
    expect(page.get_by_role("link", name="Späterer Beitrag")).to_be_visible(timeout=SOON)


def test_a_speaker_that_an_editor_repairs_is_named_on_the_open_post(
    context: BrowserContext, url: str, ledger: Ledger
) -> None:
    page = tab(context, f"{url}/p/3")
    expect(page.locator(".statements")).to_contain_text("NIS")
    ledger.do(AmendStatement(3, Chain(("commander",))))
    expect(page.locator(".statements")).to_contain_text("Kommandeur Alaudinow", timeout=SOON)


def test_a_question_that_becomes_another_shows_that_one_and_what_is_asked_follows(
    context: BrowserContext, url: str, ledger: Ledger
) -> None:
    other = ledger.ask("Ist die Region frei?")
    said = ledger.tell("Ein Kommandeur spricht von Resten.", "commander", cue="spricht")
    ledger.link(other, said, "partly")
    one, page = tab(context, f"{url}/c/1"), tab(context, f"{url}/c/{other}")
    ledger.do(MergeClaims(other, 1))
    expect(page.locator("h1")).to_have_text("Ist Kursk vollständig zurückerobert?", timeout=SOON)
    expect(one.locator(".statements")).to_contain_text("spricht von Resten", timeout=SOON)


def test_what_is_read_stays_where_it_is(page: Page, url: str, ledger: Ledger) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    opened(page, f"{url}/c/1")
    page.locator("#s3 summary").click()
    page.locator("#s3").evaluate("each => each.scrollIntoView({ block: 'center' })")
    where = "document.getElementById('s3').getBoundingClientRect().top"
    before = page.evaluate(where)
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort und haben es gesehen. " * 8, evidence="Augenschein"))
    expect(page.locator(".stand")).to_contain_text("Wir waren dort", timeout=SOON)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(page.evaluate(where) - before) < 2
    expect(page.locator("#s3 details")).to_have_attribute("open", "")


def test_the_keyboard_stays_where_it_is(context: BrowserContext, url: str, ledger: Ledger) -> None:
    at = {"/c/1": "#s3 .who a", "/c": "#c1 a", "/p/2": "[data-pause]"}
    tabs = {selector: tab(context, url + path) for path, selector in at.items()}
    for selector, page in tabs.items():
        page.locator(selector).first.focus()
    ledger.ask("Hält der Deich?")
    ledger.news.correct(2, "Mit [einem Verweis](https://example.org/) und [noch einem](https://example.org/).", "Neu")
    ledger.do(SetStanding(1, "verified", "x", line="Wir waren dort.", evidence="Augenschein"))
    expect(tabs["#s3 .who a"].locator(".stand")).to_contain_text("Wir waren dort.", timeout=SOON)
    expect(tabs["#c1 a"].locator("#c1")).to_contain_text("Wir waren dort.", timeout=SOON)
    expect(tabs["[data-pause]"].locator(".history")).to_contain_text("Neu", timeout=SOON)
    for selector, page in tabs.items():
        assert page.evaluate(f"document.activeElement.matches({selector!r})"), selector


# ---- Still, and bounded -------------------------------------------------------------------------------------------


def test_pause_holds_a_list_still(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c")
    page.get_by_role("button", name="Anhalten").click()
    ledger.ask("Hält der Deich?")
    page.wait_for_timeout(2_500)
    expect(page.locator("main")).not_to_contain_text("Hält der Deich?")
    page.get_by_role("button", name="Weiter").click()
    expect(page.locator("main")).to_contain_text("Hält der Deich?", timeout=SOON)


def test_pause_while_a_fetch_is_ahead_loses_nothing(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c")
    waiting: list[Route] = []
    page.route("**/c", lambda route: waiting.append(route))
    with page.expect_request("**/c"):
        ledger.ask("Hält der Deich?")
    page.get_by_role("button", name="Anhalten").click()
    waiting[0].continue_()
    page.unroute("**/c")
    page.wait_for_timeout(1_000)
    expect(page.locator("main")).not_to_contain_text("Hält der Deich?")
    page.get_by_role("button", name="Weiter").click()
    expect(page.locator("main")).to_contain_text("Hält der Deich?", timeout=SOON)


@pytest.mark.parametrize("path", ["/c", "/c/1", "/corrections", "/p/1"])
def test_past_and_ended_pages_stay_still(page: Page, url: str, news: Coverage, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with news.journal.reading() as connection:
        story = views.story(connection, news.story)
    assert story is not None
    page.goto(f"{url}{path}?asof={story.changed_at}", wait_until="networkidle")
    expect(page.locator(".kicker")).to_contain_text("Stand")
    news.close()
    page.goto(f"{url}{path}", wait_until="networkidle")
    expect(page.locator(".feed")).to_have_count(0)
    assert [each for each in asked if "/live" in each or "/changes" in each] == []


@pytest.mark.parametrize("path", ["/c", "/corrections", "/p/1"])
def test_the_end_of_the_coverage_ends_the_open_page(
    context: BrowserContext, url: str, news: Coverage, path: str
) -> None:
    page = tab(context, url + path)
    news.close()
    expect(page.locator(".feed")).to_have_count(0, timeout=SOON)


def test_many_changes_at_once_are_one_fetch(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c")
    settled(ledger)
    streams = ledger.news.journal and page.evaluate("performance.getEntriesByType('resource').length")
    for number in range(20):
        ledger.do(AmendClaim(Claim(1, f"Frage {number}?")))
    expect(page.locator("#c1")).to_contain_text("Frage 19?", timeout=SOON)
    page.wait_for_timeout(3_000)
    assert len(fetched(page)) <= 3
    assert set(fetched(page)) == {f"/{ledger.news.slug}/c"}
    assert streams is not None
    urls = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert [each for each in urls if "/live" in each and urls.index(each) > streams] == []  # the stream stayed open


def test_an_old_page_from_a_cache_is_asked_for_again_ever_more_slowly(
    context: BrowserContext, running: Newsroom, url: str, ledger: Ledger
) -> None:
    old = running.client(None).get(f"/{ledger.news.slug}/c").text
    page = tab(context, f"{url}/c")
    served: list[float] = []

    def give(route: Route) -> None:
        served.append(0.0)
        if len(served) < 3:
            route.fulfill(body=old, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    page.route("**/c", give)
    ledger.ask("Hält der Deich?")
    expect(page.locator("main")).to_contain_text("Hält der Deich?", timeout=4 * SOON)
    assert len(served) == 3


def test_where_one_came_from_costs_the_caches_nothing(context: BrowserContext, url: str, ledger: Ledger) -> None:
    page = tab(context, f"{url}/c?fbclid=abc")
    ledger.ask("Hält der Deich?")
    expect(page.locator("main")).to_contain_text("Hält der Deich?", timeout=SOON)
    assert set(fetched(page)) == {f"/{ledger.news.slug}/c"}


@in_every_look
def test_axe_finds_nothing_on_a_page_that_was_emptied(
    chromium: Browser, url: str, ledger: Ledger, size: Any, scheme: Any
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=scheme, locale="de-DE", reduced_motion="reduce")
    tabs = [tab(context, url + path) for path in ("/c/1", "/c", "/corrections", "/p/3")]
    ledger.do(ExpungeWords("claim", 1, "Beschluss"))
    ledger.news.retract(3)
    expect(tabs[0].locator("main")).to_contain_text("nicht mehr gestellt", timeout=SOON)
    expect(tabs[2].locator("main")).to_contain_text("Das stimmt nicht.", timeout=SOON)
    expect(tabs[3].locator("h1")).to_contain_text("zurückgezogen", timeout=SOON)
    for page in tabs:
        assert findings(page) == []
        assert has_no_sideways_scroll(page)
    context.close()
