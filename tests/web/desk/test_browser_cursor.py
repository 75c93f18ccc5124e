"""The cursor among the claims in a real browser: a key acts on what it stands on, and nothing takes it elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.newsroom import Newsroom
from tests.web.desk.conftest import OpenTab
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import GENERALSTAB, GERASSIMOW, NIS, SELENSKYJ, ask, kursk, recorded

pytestmark = pytest.mark.slow  # most of a minute: colleagues publish, and the desk renews itself


@pytest.fixture
def story(room: Newsroom) -> str:
    return kursk(room)


def focus(tab: Page, number: int) -> None:
    tab.locator(f"#saying-{number} [data-focus]").focus()


def further(room: Newsroom, slug: str, count: int) -> None:
    """So many posts more, a statement each."""
    for index in range(count):
        room.publish(slug, f"Bürgermeister Jo Blum sagte, im Hafen seien {20 + index} Schiffe gezählt worden.")
    recorded(room, slug, 4 + count)


@pytest.mark.parametrize(("key", "told"), [("f", "figure"), ("y", "suggestion"), ("x", "suggestion"), ("g", "unsure")])
def test_a_key_without_anything_to_do_under_the_cursor_does_nothing_and_says_so(
    open_tab: OpenTab, story: str, key: str, told: str
) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    suggested = tab.locator(".strip.open .earlier").count()
    focus(tab, GERASSIMOW)
    tab.keyboard.press(key)
    tab.keyboard.press(key)
    expect(tab.locator("#ledger-told")).to_contain_text(told)
    expect(tab.locator("#ledger-told")).to_be_in_viewport()
    tab.reload()
    expect(tab.locator(".chip.accepted, .ties li")).to_have_count(0)
    assert tab.locator(".strip.open .earlier").count() == suggested > 0


def test_what_was_done_is_said_with_whom(open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    said = tab.locator("#ledger-told")
    focus(tab, SELENSKYJ)
    tab.keyboard.press("f")
    expect(said).to_contain_text("Accepted: etwa 4.000, Wolodymyr Selenskyj")
    tab.keyboard.press("u")
    expect(said).to_contain_text("Open again: etwa 4.000, Wolodymyr Selenskyj")
    focus(tab, GENERALSTAB)
    tab.keyboard.press("x")
    expect(said).to_contain_text(re.compile("Not again: .*Generalstab / Waleri Gerassimow"))
    tab.keyboard.press("u")
    expect(said).to_contain_text(re.compile("Open again: .*Generalstab / Waleri Gerassimow"))
    expect(tab.locator(f"#saying-{GENERALSTAB} .strip.open .earlier").first).to_contain_text("Gerassimow")


def test_within_an_open_claim_a_key_of_statements_acts_on_the_statement_and_not_on_the_claim(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    editor = Editor(room)
    ask(editor, story, "open", question="Wie viele?", kind="quantity", measure="killed", statement=NIS, figure=0)
    ask(editor, story, "link", claim=1, statement=GERASSIMOW)
    tab = open_tab(f"/desk/stories/{story}?claim=1")
    tab.locator("#claim-title [data-focus]").focus()
    tab.keyboard.press("f")
    expect(tab.locator("#ledger-told")).to_contain_text("figure")
    tab.locator(f"#voice-{GERASSIMOW} [data-focus]").focus()
    tab.keyboard.press("y")
    expect(tab.locator("#ledger-told")).to_contain_text("suggestion")
    tab.keyboard.press("s")
    expect(tab.locator("details.standing")).to_have_attribute("open", "")


def test_the_cursor_stays_on_its_statement_while_colleagues_publish(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    further(room, story, 8)
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, NIS)
    room.publish(story, "Der Sprecher Jo Blum sagte, 30 Menschen seien im Hafen verletzt worden.")
    room.publish(story, "Der Sprecher Jo Blum sagte, 31 Menschen seien im Hafen verletzt worden.")
    expect(tab.locator("#saying-14")).to_be_visible()
    expect(tab.locator(f"#saying-{NIS} [data-focus]")).to_be_focused()
    tab.keyboard.press("f")
    expect(tab.locator(f"#saying-{NIS} .chip.accepted")).to_have_count(1)
    expect(tab.locator(".chip.accepted")).to_have_count(1)
    focus(tab, 14)
    room.publish(story, "Der Sprecher Jo Blum sagte, 32 Menschen seien im Hafen verletzt worden.")
    expect(tab.locator("#saying-15")).to_be_visible()
    expect(tab.locator(f"#saying-{NIS}")).to_have_count(0)


def test_a_statement_that_is_gone_leaves_the_cursor_on_none(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, SELENSKYJ)
    Editor(room).ask(f"/desk/stories/{story}/posts/{SELENSKYJ}/retract", note="Falsch.")
    expect(tab.locator(f"#saying-{SELENSKYJ}")).to_have_count(0)
    expect(tab.locator("#ledger-told")).to_contain_text("no longer there")
    room.publish(story, "Der Sprecher Jo Blum sagte, 30 Menschen seien im Hafen verletzt worden.")
    expect(tab.locator("#saying-5")).to_be_visible()
    tab.keyboard.press("f")
    tab.keyboard.press("y")
    tab.reload()
    expect(tab.locator(".chip.accepted, .ties li")).to_have_count(0)


def test_an_earlier_page_stays_where_it_is(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}?claims=statements&below=4#claims")
    expect(tab.locator(".saying").first).to_have_id(f"saying-{GERASSIMOW}")
    room.publish(story, "Der Sprecher Jo Blum sagte, 30 Menschen seien im Hafen verletzt worden.")
    expect(tab.locator("#post-5")).to_have_count(1)
    recorded(room, story, 5)
    tab.wait_for_timeout(3_000)  # two more looks at what is new
    expect(tab.locator(".saying").first).to_have_id(f"saying-{GERASSIMOW}")


def test_the_cursor_stays_on_its_claim_when_another_is_opened(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    editor = Editor(room)
    ask(editor, story, "open", question="Ist Kursk befreit?")
    ask(editor, story, "open", question="Wie viele?")
    tab = open_tab(f"/desk/stories/{story}?claims=claims#claims")
    tab.get_by_role("link", name="Ist Kursk befreit?").focus()
    ask(editor, story, "open", question="Wer war dort?")
    expect(tab.locator("#claims .claimline")).to_have_count(3)
    expect(tab.get_by_role("link", name="Ist Kursk befreit?")).to_be_focused()
