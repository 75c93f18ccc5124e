"""The upstream alarm in real browsers: it comes in by itself, its clock runs, and keys alone settle it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.looks import NARROW, WIDE, findings, has_no_sideways_scroll, in_every_look
from tests.newsroom import Newsroom
from tests.web.desk.conftest import OpenTab
from tests.web.desk.ledgers import recorded
from tests.web.desk.test_alarms import NEW, OLD, alarms, plain, publish_from

QUOTE = "Gouverneurin Anna Berg sagte am Montag: „Wir haben heute 600 Menschen verloren.“"


@pytest.fixture
def from_copy(room: Newsroom, slug: str) -> str:
    """A story whose post 1 came from a copy; gives the copy's id."""
    copy = plain(room, slug, OLD)
    publish_from(room, slug, copy)
    identity: str = copy["id"]
    return identity


def correct_upstream(room: Newsroom, slug: str, **query: Any) -> None:
    plain(room, slug, NEW, version=2, **query)


def strip(tab: Page) -> Any:
    return tab.locator("#alarms .alarms")


def line(tab: Page) -> Any:
    return strip(tab).locator("> details > summary")


def clock(tab: Page) -> Any:
    return line(tab).locator("time")


def top(tab: Page, what: str) -> float:
    """How far below the upper edge of the window it is."""
    place: float = tab.locator(what).evaluate("each => each.getBoundingClientRect().top")
    return place


def test_adopting_correcting_upstream_and_answering_by_keys_alone(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    copy = plain(room, slug, QUOTE)
    tab = open_tab(f"/desk/stories/{slug}?copy={copy['id']}")
    tab.locator(".statement button").first.focus()
    tab.keyboard.press("a")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox")).to_contain_text("Sent: post 1 is out")
    expect(strip(tab)).to_have_count(0)
    plain(room, slug, QUOTE.replace("600", "700"), version=2)
    expect(strip(tab)).to_contain_text("dpa has corrected this copy")
    expect(tab.locator("#say")).to_have_text("Alarm: dpa has corrected this copy")
    expect(tab).to_have_title(re.compile(r"^\(1!\) "))
    tab.locator("#posts").focus()
    tab.keyboard.press("!")
    expect(strip(tab).get_by_role("link", name="Correct post 1")).to_be_focused()
    assert strip(tab).locator("ins").inner_text().strip() == "700"
    tab.keyboard.press("c")
    tab.wait_for_url("**/posts/1?alarm=*")
    expect(tab.locator("#note")).to_have_value("dpa hat die Meldung korrigiert: „700“ statt „600“.")
    expect(tab.locator("[name=correction]:checked")).to_have_value("correction")
    expect(tab.locator("#body")).to_be_focused()
    text = tab.locator("#body").input_value()
    assert "600" in text
    tab.fill("#body", text.replace("600", "700"))
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator(".notice")).to_have_text("The correction is out.")
    expect(strip(tab)).to_have_count(0)
    assert alarms(room, slug) == []


def test_the_clock_runs_without_asking(room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab) -> None:
    tab = open_tab("/desk/", locale="en-GB")
    tab.clock.install()
    tab.goto(f"{room.url}/desk/stories/{slug}")
    correct_upstream(room, slug)
    tab.clock.run_for(2_500)
    expect(clock(tab)).to_have_text("just now")
    tab.clock.fast_forward("03:10")
    tab.clock.run_for(5_500)
    expect(clock(tab)).to_have_text("3 minutes ago")


def test_dismissing_takes_one_key_and_a_reason(room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    other = open_tab(f"/desk/stories/{slug}", role="chief")
    correct_upstream(room, slug)
    expect(strip(tab)).to_be_visible()
    expect(strip(other)).to_be_visible()
    tab.locator("#posts").focus()
    tab.keyboard.press("!")
    tab.keyboard.press("x")
    expect(tab.get_by_label("Why? Only the desk sees this line.")).to_be_focused()
    tab.keyboard.type("Die Zahl steht bei uns nicht.")
    tab.keyboard.press("Enter")
    expect(strip(tab)).to_have_count(0)
    expect(strip(other)).to_have_count(0)
    tab.goto(f"{room.url}/desk/stories/{slug}/posts/1")
    expect(tab.locator("#dismissed")).to_contain_text("dismissed by Test editor: Die Zahl steht bei uns nicht.")
    tab.get_by_role("button", name="Take that back").click()
    expect(strip(tab)).to_be_visible()
    expect(line(tab)).to_be_focused()
    expect(tab.locator("#dismissed")).to_have_text("")


def test_a_reason_that_is_being_typed_survives_another_alarm(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab
) -> None:
    other = plain(room, slug, "Das Wetter in Halle bleibt am Montag und am Dienstag trocken und warm.", uri=f"w:{slug}")
    room.publish(slug, "Trocken.", copies=[{"id": other["id"], "version": 1}])
    tab = open_tab(f"/desk/stories/{slug}")
    correct_upstream(room, slug)
    expect(strip(tab)).to_be_visible()
    tab.keyboard.press("!")
    tab.keyboard.press("x")
    tab.keyboard.type("Ich schreibe gerade")
    plain(room, slug, "Das Wetter in Halle wird am Montag und am Dienstag nass.", uri=f"w:{slug}", version=2)
    expect(tab.locator("#alarms .item")).to_have_count(2)
    field = tab.locator("#alarms input[name=reason]").first
    expect(field).to_have_value("Ich schreibe gerade")
    expect(field).to_be_focused()


def test_an_alarm_that_comes_while_its_post_is_corrected_is_answered_in_place(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{slug}/posts/1")
    tab.fill("#body", "Ich bin gerade dabei.")
    correct_upstream(room, slug)
    expect(strip(tab)).to_be_visible()
    expect(tab.locator("#note")).to_have_value("")
    line(tab).click()
    strip(tab).get_by_role("link", name="Correct post 1").click()
    expect(tab.locator("#body")).to_have_value("Ich bin gerade dabei.")
    expect(tab.locator("#note")).to_have_value("dpa hat die Meldung korrigiert: „700“ statt „600“.")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator(".notice")).to_have_text("The correction is out.")
    assert alarms(room, slug) == []


def test_on_a_telephone_and_in_german(room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}", viewport=NARROW, has_touch=True, locale="de-DE")
    correct_upstream(room, slug)
    expect(strip(tab)).to_contain_text("dpa hat diese Meldung korrigiert")
    expect(clock(tab)).to_have_text("gerade eben")
    for pane in ("posts", "wire", "card", "write"):
        tab.locator(f"a[data-pane={pane}]").tap()
        expect(line(tab)).to_be_in_viewport(ratio=1)
        expect(strip(tab).locator(".unfolded")).to_be_hidden()
    assert has_no_sideways_scroll(tab)
    line(tab).tap()
    strip(tab).get_by_role("link", name="Beitrag 1 korrigieren").tap()
    expect(tab.locator("#note")).to_have_value("dpa hat die Meldung korrigiert: „700“ statt „600“.")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("path", ["", "/posts/1"], ids=["desk", "post"])
def test_what_is_being_written_stays_where_it_is_and_the_line_is_in_sight(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab, size: Any, path: str
) -> None:
    tab = open_tab(f"/desk/stories/{slug}{path}", viewport=size)
    tab.locator("#body").focus()
    tab.keyboard.type("Ich schreibe gerade ")
    places = ("#body", "#title", ".side") if size is WIDE else ("#body", "#title")
    before = [top(tab, each) for each in places]
    correct_upstream(room, slug)
    expect(line(tab)).to_be_in_viewport(ratio=1)
    expect(line(tab)).to_contain_text("1 alarm from upstream")
    tab.keyboard.type("weiter.")
    assert [top(tab, each) for each in places] == before
    tab.mouse.wheel(0, 900)
    expect(line(tab)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_line_unfolds_by_a_key_and_esc_leads_back(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab, size: Any
) -> None:
    for number in range(30):
        room.publish(slug, f"Notiz {number}.")
    tab = open_tab(f"/desk/stories/{slug}#posts", viewport=size)
    post = tab.locator("#post-7 h3 a")
    post.focus()
    post.scroll_into_view_if_needed()
    correct_upstream(room, slug)
    expect(line(tab)).to_be_in_viewport(ratio=1)
    before = top(tab, "#post-7")
    tab.keyboard.press("!")
    expect(strip(tab).get_by_role("link", name="Correct post 1")).to_be_focused()
    expect(strip(tab).get_by_role("link", name="Correct post 1")).to_be_in_viewport(ratio=1)
    expect(strip(tab).locator("ins")).to_be_in_viewport()
    tab.keyboard.press("Escape")
    expect(strip(tab).locator(".unfolded")).to_be_hidden()
    expect(post).to_be_focused()
    assert top(tab, "#post-7") == before
    tab.keyboard.press("!")
    tab.keyboard.press("4")
    expect(strip(tab).locator(".unfolded")).to_be_hidden()


def test_after_dismissing_the_focus_goes_to_the_next_alarm_and_then_back(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab
) -> None:
    publish_from(room, slug, {"id": from_copy, "version": 1})
    tab = open_tab(f"/desk/stories/{slug}")
    correct_upstream(room, slug)
    expect(strip(tab)).to_be_visible()
    tab.locator("#post-2 h3 a").focus()
    for left in (1, 0):
        tab.keyboard.press("!")
        tab.keyboard.press("x")
        tab.keyboard.type("Steht bei uns nicht.")
        tab.keyboard.press("Enter")
        expect(strip(tab).locator(".item")).to_have_count(left)
        expect(strip(tab).locator("h4 a") if left else tab.locator("#post-2 h3 a")).to_be_focused()


@in_every_look
def test_axe_finds_nothing(
    room: Newsroom, slug: str, from_copy: str, open_tab: OpenTab, size: Any, scheme: str
) -> None:
    correct_upstream(room, slug)
    tab = open_tab(f"/desk/stories/{slug}", color_scheme=scheme, viewport=size)
    assert findings(tab) == []
    line(tab).click()
    tab.locator("#alarms summary").last.click()
    assert findings(tab) == []
    assert has_no_sideways_scroll(tab)
    tab.goto(f"{room.url}/desk/stories/{slug}/posts/1")
    expect(strip(tab)).to_be_visible()
    assert findings(tab) == []
    tab.goto(f"{room.url}/desk/")
    expect(tab.get_by_text("1 alarm from upstream").first).to_be_visible()
    assert findings(tab) == []


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_flagged_statement_leads_to_its_alarm(room: Newsroom, slug: str, open_tab: OpenTab, size: Any) -> None:
    publish_from(room, slug, plain(room, slug, QUOTE), QUOTE)
    recorded(room, slug, 1)
    tab = open_tab(f"/desk/stories/{slug}?claims=statements#claims")
    tab.set_viewport_size(size)
    plain(room, slug, QUOTE.replace("600", "700"), version=2)
    flag = tab.locator("#saying-1 .alarmed a")
    expect(flag).to_have_text("dpa has corrected this copy")
    if strip(tab).locator("> details").get_attribute("open") is not None:
        line(tab).click()
    expect(strip(tab).locator(".item")).not_to_be_visible()
    flag.click()
    expect(strip(tab).locator(".item")).to_be_in_viewport()
    assert not findings(tab)
