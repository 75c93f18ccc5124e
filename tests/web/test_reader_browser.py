"""An open page in a real browser: what arrives, what never moves, what it weighs, and that everybody can use it."""

from __future__ import annotations

import gzip
import re
import tomllib
import uuid
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from depesche.render import assets
from tests.looks import NARROW, WIDE, findings, in_every_look
from tests.newsroom import Newsroom, newsroom
from tests.web.coverage import Coverage, statement

KILO = 1024
SOON = 3_000
"""Milliseconds: a second is what is promised, and machines that run tests are busy."""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifts += each.value })
  .observe({ type: "layout-shift", buffered: true });
"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One server for all tests; each writes a story of its own."""
    with newsroom(tmp_path_factory.mktemp("reader") / "var", publisher="Der Tagesbericht") as opened:
        yield opened


@pytest.fixture
def news(running: Newsroom) -> Coverage:
    """A story with 20 posts, card, pinned post, statements and a correction."""
    made = Coverage(running.house.journal, bus=running.house.bus, at=None)
    made.open(f"kursk-{uuid.uuid4().hex[:8]}", lead="Wer was dazu sagt und was offen bleibt.")
    for each in written()[:20]:
        more = {name: each[name] for name in ("key", "sources", "byline") if name in each}
        number = made.post(each["body"], each.get("title", ""), **more)
        made.said(number, statement("es seien etwa 10.000 Soldaten entsandt worden", f"Geheimdienst {number}"))
    made.correct(19, "Ein neuer Text.", "Die Zahl war falsch.")
    made.pin(3)
    made.summary(("Moskau meldet die Rückeroberung, Kiew bestreitet sie.", (1, 2)), ("Offen ist die Zahl.", (5, 20)))
    return made


def written() -> list[dict[str, Any]]:
    """Posts as editors write them: those of the demonstration."""
    text = resources.files("depesche").joinpath("demo/kursk.toml").read_text(encoding="utf-8")
    return [each for each in tomllib.loads(text)["dispatch"] if each["act"] == "publish"]


@pytest.fixture
def url(running: Newsroom, news: Coverage) -> str:
    return f"{running.url}/{news.slug}"


def opened(page: Page, url: str) -> Page:
    """The page, with its stream open."""
    page.add_init_script(SHIFTS)
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.goto(url)
    expect(page.locator("[data-feed]")).to_have_text("Live")
    return page


def shown(page: Page) -> list[int]:
    """The posts of the page, from top to bottom."""
    numbers = page.locator("[data-posts] > article").evaluate_all("all => all.map(each => each.dataset.post)")
    return [int(each) for each in numbers]


# ---- What arrives ---------------------------------------------------------------------------------------------------


def test_new_posts_wait_until_they_are_asked_for(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    title = page.title()
    before = shown(page)
    first = news.post("Eben eingetroffen", "Neues eins")
    expect(page.locator("[data-show]")).to_have_text("1 neuen Beitrag anzeigen", timeout=SOON)
    second = news.post("Noch etwas", "Neues zwei")
    expect(page.locator("[data-show]")).to_have_text("2 neue Beiträge anzeigen", timeout=SOON)
    assert page.title() == f"(2) {title}"
    assert page.locator("[role=status]").text_content() == "1 neuer Beitrag"  # one message in 20 seconds
    assert shown(page) == before
    page.locator("[data-show]").click()
    assert shown(page) == [second, first, *before]
    assert page.title() == title
    expect(page.locator("[data-show]")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Neues zwei"


def test_the_first_post_of_a_story_shows_itself(page: Page, running: Newsroom) -> None:
    story = Coverage(running.house.journal, bus=running.house.bus, at=None)
    story.open(f"leer-{uuid.uuid4().hex[:8]}")
    opened(page, f"{running.url}/{story.slug}")
    expect(page.locator("[data-posts] .empty")).to_be_visible()
    story.post("Der erste Satz.", "Der erste")
    expect(page.locator("#p1")).to_be_visible()
    expect(page.locator("[data-posts] .empty")).to_have_count(0)
    expect(page.locator("[data-show]")).to_be_hidden()
    story.post("Der zweite Satz.", "Der zweite")
    expect(page.locator("[data-show]")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_who_reads_from_the_oldest_gets_new_posts_at_the_end(page: Page, url: str, news: Coverage) -> None:
    opened(page, f"{url}?order=oldest")
    assert shown(page) == list(range(1, 21))
    news.post("Eben eingetroffen", "Neues eins")
    news.post("Noch etwas", "Neues zwei")
    expect(page.locator("[data-show]")).to_have_text("2 neue Beiträge anzeigen")
    page.locator("[data-show]").click()
    assert shown(page) == list(range(1, 23))
    assert page.evaluate("document.activeElement.textContent") == "Neues eins"


def test_a_correction_is_made_in_place(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    before = shown(page)
    news.correct(18, "Jetzt steht es richtig da.", "Vorher stand es falsch da.")
    post = page.locator("#p18")
    expect(post).to_contain_text("Jetzt steht es richtig da.", timeout=SOON)
    expect(post).to_contain_text(re.compile(r"Korrektur, geändert \d\d:\d\d: Vorher stand es falsch da\."))
    assert shown(page) == before
    expect(page.locator("[role=status]")).to_have_text("Ein Beitrag wurde geändert")


def test_a_retraction_takes_the_words_off_the_open_page(page: Page, url: str, news: Coverage) -> None:
    number = news.post("Das Geheimwort", "Geheimwort", key=True)
    news.said(number, statement("Geheimwort", "Sprecher"))
    news.pin(number)
    opened(page, url)
    expect(page.locator("main")).to_contain_text("Geheimwort")
    news.retract(number, "Das stimmt nicht.")
    expect(page.locator(f"#p{number}")).to_have_class(re.compile("gone"), timeout=SOON)
    expect(page.locator(f"#p{number}")).to_contain_text("Diesen Beitrag haben wir zurückgezogen.")
    expect(page.locator("main")).not_to_contain_text("Geheimwort")
    expect(page.locator("[data-part=pin]")).to_be_hidden()


def test_a_post_that_is_retracted_while_it_waits_is_not_counted(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    news.post("Bleibt")
    number = news.post("Das Geheimwort")
    expect(page.locator("[data-show]")).to_have_text("2 neue Beiträge anzeigen")
    news.retract(number)
    expect(page.locator("[data-show]")).to_have_text("1 neuen Beitrag anzeigen")
    page.locator("[data-show]").click()
    assert "Geheimwort" not in page.content()


def test_card_box_pin_and_title_stay_current(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    news.summary(("Eine neue Lage.", (7,)))
    news.pin(7)
    news.said(7, statement("es sei alles anders", "Die Polizei"))
    news.amend(news.slug, "Ein neuer Titel")
    expect(page.locator("[data-part=summary]")).to_contain_text("Eine neue Lage.")
    expect(page.locator("[data-part=pin] article")).to_have_attribute("data-post", "7")
    expect(page.locator("[data-part=ledger] li").first).to_contain_text("Die Polizei")
    expect(page.locator("h1")).to_have_text("Ein neuer Titel")
    expect(page).to_have_title("Ein neuer Titel – Der Tagesbericht")


def test_the_end_stops_the_page(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    news.close()
    expect(page.locator("[data-part=state]")).to_contain_text("Beendet")
    expect(page.locator(".feed")).to_have_count(0)


def test_an_ended_page_asks_nothing(page: Page, url: str, news: Coverage) -> None:
    news.close()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="networkidle")
    assert [each for each in asked if "/live" in each or "/changes" in each] == []


def test_pause_stops_everything_until_it_goes_on(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    page.get_by_role("button", name="Anhalten").click()
    expect(page.locator("[data-feed]")).to_have_text("Angehalten")
    news.post("Während der Pause")
    news.correct(18, "In der Pause geändert.", "Hinweis")
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.get_by_role("button", name="Weiter").click()
    expect(page.locator("[data-show]")).to_have_text("1 neuen Beitrag anzeigen")
    expect(page.locator("#p18")).to_contain_text("In der Pause geändert.")


def test_a_page_whose_edition_is_of_the_future_is_fetched_again(page: Page, url: str, news: Coverage) -> None:
    served: list[str] = []

    def restored(route: Route) -> None:
        answer = route.fetch()
        future = re.sub(r'data-edition="\d+"', 'data-edition="99999"', answer.text())
        route.fulfill(response=answer, body=answer.text() if served else future)
        served.append(url)

    page.route(url, restored)
    page.goto(url)
    expect(page.locator("[data-path]")).not_to_have_attribute("data-edition", "99999")
    news.post("Danach")
    expect(page.locator("[data-show]")).to_have_text("1 neuen Beitrag anzeigen")


def test_without_streams_the_page_polls(page: Page, url: str, news: Coverage) -> None:
    page.route("**/live?*", lambda route: route.abort())
    page.goto(url)
    with page.expect_response(lambda answer: "/changes?" in answer.url, timeout=15_000):
        news.post("Trotzdem da")
    expect(page.locator("[data-show]")).to_have_text("1 neuen Beitrag anzeigen", timeout=15_000)


def test_a_hidden_page_gives_its_stream_back_and_counts_on(page: Page, url: str, news: Coverage) -> None:
    page.clock.install()
    page.route("**/changes?*", lambda route: route.fulfill(response=route.fetch()))  # its cache has the real clock
    opened(page, url)
    title = page.title()
    page.evaluate(HIDE, True)
    with page.expect_response(lambda answer: "/changes?" in answer.url):
        page.clock.fast_forward("05:01")
    news.post("Während niemand hinsah")
    with page.expect_response(lambda answer: "/changes?" in answer.url):
        page.clock.fast_forward("01:30")
    expect(page).to_have_title(f"(1) {title}")
    with page.expect_response(lambda answer: "/live?" in answer.url):
        page.evaluate(HIDE, False)


def test_an_older_page_leads_to_what_is_new(page: Page, url: str, news: Coverage) -> None:
    for number in range(21, 41):
        news.post(f"Beitrag {number}")
    opened(page, f"{url}?page=1")
    assert shown(page) == list(range(20, 0, -1))
    news.correct(5, "Auf der alten Seite geändert.", "Hinweis")
    expect(page.locator("#p5")).to_contain_text("Auf der alten Seite geändert.")
    news.post("Ganz neu")
    page.locator("[data-show]").click()
    page.wait_for_url(url)
    assert shown(page)[0] == 41


# ---- What never moves -----------------------------------------------------------------------------------------------


def test_the_readers_line_stays_where_it_is(page: Page, url: str, news: Coverage) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    opened(page, url)
    page.locator("#p10").scroll_into_view_if_needed()
    page.mouse.wheel(0, 10)
    page.wait_for_timeout(200)  # a scroll of the wheel is animated
    where = "document.getElementById('p10').getBoundingClientRect().top"
    before = page.evaluate(where)
    news.correct(18, "Viel mehr Text als zuvor. " * 40, "Hinweis")
    expect(page.locator("#p18")).to_contain_text("Viel mehr Text")
    news.summary(("Eine Zeile", (1,)))
    news.pin(12)
    expect(page.locator("[data-part=pin] article")).to_have_attribute("data-post", "12")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(page.evaluate(where) - before) < 2


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_shifts_while_twenty_posts_arrive(page: Page, url: str, news: Coverage, size: Any) -> None:
    page.set_viewport_size(size)
    opened(page, url)
    for number in range(20):
        post = news.post(f"Eingetroffen ist Nummer {number}. " * 5, f"Neues {number}", key=number % 5 == 0)
        news.said(post, statement(f"es seien etwa {number}.000 Soldaten entsandt worden", f"Geheimdienst {number}"))
    expect(page.locator("[data-show]")).to_have_text("20 neue Beiträge anzeigen")
    expect(page.locator("[data-part=ledger] li").first).to_contain_text("Geheimdienst 19")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts = page.evaluate("window.shifts")
    print(f"CLS at {size['width']}: {shifts}")
    assert shifts <= 0.01


# ---- Without a script, by keyboard, for everybody -------------------------------------------------------------------


def test_everything_is_there_without_a_script(chromium: Browser, url: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(url)
    assert page.locator("[data-posts] > article").count() == 20
    assert page.locator("[data-part=summary] li").count() == 2
    assert page.locator("[data-part=ledger] li").count() == 8
    expect(page.get_by_role("button", name="Anhalten")).to_be_hidden()
    expect(page.get_by_role("button", name="Link kopieren").first).to_be_hidden()
    page.get_by_role("link", name="Älteste zuerst").click()
    assert page.locator("[data-posts] > article").first.get_attribute("data-post") == "1"
    page.locator("#p5 .when").click()
    page.wait_for_url("**/p/5")
    page.get_by_role("link", name="Diesen Beitrag im Liveblog lesen").click()
    page.wait_for_url("**#p5")
    context.close()


def test_new_posts_are_reached_by_keyboard_alone(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    news.post("Eben eingetroffen", "Neues")
    expect(page.locator("[data-show]")).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("'show' in document.activeElement.dataset"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Neues"


def test_focus_survives_a_correction(page: Page, url: str, news: Coverage) -> None:
    opened(page, url)
    page.locator("#p18 .when").focus()
    news.correct(18, "Anders.", "Hinweis")
    expect(page.locator("#p18")).to_contain_text("Anders.")
    assert page.evaluate("document.activeElement.matches('#p18 .when')")


@in_every_look
def test_axe_finds_nothing(chromium: Browser, url: str, news: Coverage, size: Any, scheme: Any) -> None:
    news.retract(17)
    context = chromium.new_context(viewport=size, color_scheme=scheme, locale="de-DE", reduced_motion="reduce")
    page = opened(context.new_page(), url)
    news.post("Eben eingetroffen", "Neues")
    news.correct(18, "Anders.", "Hinweis")
    expect(page.locator("[data-show]")).to_be_visible()
    addresses = [url, f"{url}/p/19", f"{url}/p/17", f"{url}/corrections", url.rpartition("/")[0] + "/", f"{url}/p/99"]
    assert findings(page) == []
    for address in addresses[1:]:
        page.goto(address)
        assert findings(page) == [], address
    context.close()


def test_nothing_sticks_out_at_360_pixels(page: Page, url: str, news: Coverage) -> None:
    news.post("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3, "W" * 120)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_what_is_tapped_is_as_large_as_a_thumb(chromium: Browser, url: str) -> None:
    context = chromium.new_context(viewport=NARROW, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = opened(context.new_page(), url)
    small = page.locator(":is(.jumps, .within, .order, .pager, .foot, .mast) a, button, summary").evaluate_all(
        "all => all.filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)"
        ".map((each) => each.outerHTML)"
    )
    context.close()
    assert small == []


def test_print_leaves_out_what_is_of_no_use_on_paper(page: Page, url: str) -> None:
    page.goto(url)
    page.emulate_media(media="print")
    expect(page.locator("#p20")).to_be_visible()
    for useless in (".order", ".feed", "[data-copy] >> nth=0"):
        expect(page.locator(useless)).to_be_hidden()


# ---- Visits and sharing ---------------------------------------------------------------------------------------------


def test_who_comes_back_sees_what_is_new(page: Page, url: str, news: Coverage) -> None:
    page.route("**/*", lambda route: route.continue_())  # past the browser's cache, which has the page for two seconds
    page.goto(url)
    page.goto("about:blank")
    news.post("Seitdem", "Neu")
    page.goto(url)
    expect(page.locator(".since")).to_have_text("↑ Neu seit Ihrem letzten Besuch")
    assert page.locator("article:has(.since)").get_attribute("data-post") == "20"


def test_a_link_is_copied(chromium: Browser, url: str) -> None:
    context = chromium.new_context(locale="de-DE")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(url)
    button = page.locator("#p7 [data-copy]")
    button.click()
    expect(button).to_have_text("Link kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}/p/7"
    context.close()


def test_a_post_is_shared_with_its_own_title(page: Page, url: str, news: Coverage) -> None:
    page.add_init_script("navigator.share = (what) => { window.shared = what; return Promise.resolve(); }")
    page.goto(url)
    page.locator("#p7 [data-share]").click()
    assert page.evaluate("window.shared") == {"url": f"{url}/p/7", "title": page.locator("#h7").text_content()}


def test_a_citation_jumps_to_its_post(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("[data-part=summary] a").first.click()
    assert page.url == url
    assert page.evaluate("document.activeElement.id") == "h1"


def test_young_posts_tell_their_age(page: Page, url: str) -> None:
    page.clock.install()
    page.goto(url)
    page.clock.fast_forward("05:30")
    expect(page.locator("#p20 .ago")).to_have_text("vor 5 Min.")
    page.clock.fast_forward("56:00")
    expect(page.locator("#p20 .ago")).to_have_count(0)


# ---- What it weighs -------------------------------------------------------------------------------------------------


def test_the_page_keeps_its_budget(page: Page, url: str, running: Newsroom) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    opened(page, url)
    loaded = [each for each in asked if each.resource_type != "eventsource"]
    assert len(loaded) <= 3, [each.url for each in loaded]
    assert [each.url for each in asked if not each.url.startswith(running.url)] == []
    sizes = {each.url.rpartition("/")[2]: len(gzip.compress(body(each), 6, mtime=0)) for each in loaded}
    sent = {each.url.rpartition("/")[2]: each.sizes()["responseBodySize"] for each in loaded}
    print(f"gzip: {sizes}, sent: {sent}")
    assert page.locator("[data-posts] > article").count() == 20
    assert sum(sent.values()) <= 30 * KILO
    assert sent[Path(assets.path("reader.js")).name] <= 6 * KILO
    assert sent[Path(assets.path("reader.css")).name] <= 5 * KILO


def body(request: Request) -> bytes:
    answer = request.response()
    assert answer is not None
    return answer.body()
