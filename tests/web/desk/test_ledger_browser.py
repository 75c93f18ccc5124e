"""Claims at the desk in a real browser: one key for each thing, by keyboard alone, on a telephone, for axe."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.looks import findings, has_no_sideways_scroll, in_every_look
from tests.newsroom import Newsroom
from tests.web.desk.conftest import OpenTab
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import GERASSIMOW, KURSK, NIS, SELENSKYJ, ask, kursk


@pytest.fixture
def story(room: Newsroom) -> str:
    return kursk(room)


def focus(tab: Page, number: int) -> None:
    """Go to a statement as the arrow of an editor does."""
    tab.locator(f"#saying-{number} [data-focus]").focus()


def told(tab: Page) -> Any:
    return tab.locator("#ledger-told")


def test_a_claim_by_one_key_and_enter_and_gone_by_another(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    tab.locator("#posts").focus()
    tab.keyboard.press("4")
    expect(tab.locator("#saying-4 [data-focus]")).to_be_focused()
    tab.keyboard.press("j")
    expect(tab.locator(f"#saying-{GERASSIMOW} [data-focus]")).to_be_focused()
    tab.keyboard.press("q")
    question = tab.locator(f"#saying-{GERASSIMOW}-open-q")
    expect(question).to_be_focused()
    expect(question).to_have_value("Die Region Kursk sei vollständig befreit?")
    tab.keyboard.type("Ist Kursk befreit?")
    tab.keyboard.press("Enter")
    expect(told(tab)).to_contain_text("Claim 1 is open.")
    expect(tab.locator(f"#saying-{GERASSIMOW} .ties")).to_contain_text("Ist Kursk befreit?")
    tab.wait_for_timeout(3_000)  # the list has been renewed: the way back is still there
    expect(tab.locator(f"#saying-{GERASSIMOW} [data-focus]")).to_be_focused()
    tab.keyboard.press("u")
    expect(tab.locator(f"#saying-{GERASSIMOW} .ties")).to_have_count(0)


def test_enter_opens_the_claim_of_a_statement_and_esc_leads_back_to_it(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    ask(Editor(room), story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, GERASSIMOW)
    tab.evaluate("window.isSame = true")
    tab.keyboard.press("Enter")
    expect(tab.locator("#claim-title")).to_contain_text("Ist Kursk befreit?")
    assert tab.evaluate("window.isSame"), "the desk was not loaded again"
    tab.keyboard.press("4")
    expect(tab.locator("#claim-title [data-focus]")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator(f"#saying-{GERASSIMOW} [data-focus]")).to_be_focused()
    tab.keyboard.press("4")
    expect(tab.locator(".claimline [data-focus]")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#claim-title")).to_contain_text("Ist Kursk befreit?")
    tab.keyboard.press("Escape")
    expect(tab.locator(".claimline [data-focus]")).to_be_focused()
    assert tab.evaluate("window.isSame"), "the desk was not loaded again"


def test_one_key_accepts_a_figure_and_the_same_key_undoes(open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, SELENSKYJ)
    tab.keyboard.press("f")
    expect(tab.locator(f"#saying-{SELENSKYJ} .chip.accepted")).to_have_count(1)
    tab.keyboard.press("f")
    expect(tab.locator(f"#saying-{SELENSKYJ} .chip.accepted")).to_have_count(0)


def test_the_strip_by_keys(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    ask(Editor(room), story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, 4)
    tab.keyboard.press("y")
    expect(tab.locator("#saying-4 .ties")).to_contain_text("Ist Kursk befreit?")
    tab.keyboard.press("u")
    expect(tab.locator("#saying-4 .ties")).to_have_count(0)
    focus(tab, 4)
    tab.keyboard.press("x")
    expect(tab.locator("#saying-4")).not_to_contain_text("Gerassimow")  # the next likely one may follow


def test_a_standing_by_two_keys_and_its_line_on_the_sheet_by_one(room: Newsroom, open_tab: OpenTab, story: str) -> None:
    ask(Editor(room), story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    tab = open_tab(f"/desk/stories/{story}?claim=1")
    tab.fill("#body", "Vorher. ")
    tab.locator("#claim-title [data-focus]").focus()
    tab.keyboard.press("s")
    tab.keyboard.press("c")
    expect(tab.locator("#claim-title .standing")).to_have_text("Contested")
    expect(tab.locator("#claim-title [data-focus]")).to_be_focused()
    tab.keyboard.press("i")
    expect(tab.locator("#body")).to_have_value(re.compile(r"^Vorher\. \n\n\*\*Umstritten:\*\* Ist Kursk befreit\?"))
    tab.locator("#claim-title [data-focus]").focus()
    tab.keyboard.press("s")
    tab.keyboard.press("v")
    expect(tab.locator("#stand-evidence")).to_be_focused()
    expect(tab.locator("#stand-evidence-refused")).to_contain_text("Name the evidence")
    tab.keyboard.type("Zwei Reporter waren dort.")
    tab.keyboard.press("Enter")
    expect(tab.locator("#claim-title .standing")).to_have_text("Checked by us")
    tab.keyboard.press("u")
    expect(tab.locator("#claim-title .standing")).to_have_text("Contested")


def test_what_is_typed_in_the_chooser_goes_with_the_key_that_follows(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    ask(Editor(room), story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    for leaves in ("Escape", "Enter"):
        tab = open_tab(f"/desk/stories/{story}?claim=1")
        tab.locator("#claim-title [data-focus]").focus()
        tab.keyboard.press("s")
        tab.locator("#stand-evidence").fill("")
        tab.keyboard.type(f"Zwei Reporter waren dort, {leaves}.")
        tab.keyboard.press(leaves)
        tab.keyboard.press("v")
        expect(tab.locator("#claim-title .standing")).to_have_text("Checked by us")
        expect(tab.locator("#stand-evidence")).to_have_value(f"Zwei Reporter waren dort, {leaves}.")


def test_a_missing_speaker_is_named_by_keyboard(open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, NIS)
    tab.keyboard.press("@")
    expect(tab.locator(f"#saying-{NIS}-who-w")).to_be_focused()
    tab.keyboard.type("Lee Seong-kweun")
    tab.keyboard.press("Enter")
    expect(tab.locator(f"#saying-{NIS} [data-focus]")).to_have_text("Lee Seong-kweun")


def test_what_is_published_appears_by_itself_and_typing_is_never_disturbed(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, NIS)
    tab.keyboard.press("q")
    tab.keyboard.type("Wie viele sind es?")
    room.publish(story, "Ein Sprecher des Kreml sagte, die Region Kursk sei seit April befreit.")
    tab.wait_for_timeout(3_000)
    expect(tab.locator(f"#saying-{NIS}-open-q")).to_have_value("Wie viele sind es?")
    expect(tab.locator("#saying-5")).to_have_count(0)
    tab.keyboard.press("Escape")
    expect(tab.locator("#saying-5")).to_be_visible()
    expect(tab.locator(f"#saying-{NIS} [data-focus]")).to_be_focused()
    room.publish(story, "Dmitri Peskow sagte, die Region Kursk sei vollständig befreit.")
    expect(tab.locator("#saying-6")).to_be_visible()


def test_while_writing_the_reading_appears_and_publishing_does_not_wait(
    room: Newsroom, open_tab: OpenTab, story: str
) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    tab.fill("#body", KURSK[3])
    expect(tab.locator("#reading mark.said")).not_to_have_count(0)
    expect(tab.locator("#reading .earlier.denies").first).to_contain_text("Waleri Gerassimow")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("Sent")


def test_without_a_connection_nothing_is_lost_and_nothing_is_pretended(open_tab: OpenTab, story: str) -> None:
    tab = open_tab(f"/desk/stories/{story}")
    focus(tab, SELENSKYJ)
    tab.context.set_offline(True)
    tab.keyboard.press("f")
    expect(told(tab)).to_contain_text("no connection")
    expect(tab.locator(f"#saying-{SELENSKYJ} .chip.accepted")).to_have_count(0)
    tab.context.set_offline(False)
    focus(tab, SELENSKYJ)
    tab.keyboard.press("f")
    expect(tab.locator(f"#saying-{SELENSKYJ} .chip.accepted")).to_have_count(1)


@in_every_look
def test_axe_finds_nothing_in_the_ledger(room: Newsroom, open_tab: OpenTab, story: str, size: Any, scheme: str) -> None:
    editor = Editor(room)
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "open", question="Wie viele?", kind="quantity", measure="killed", statement=NIS, figure=0)
    ask(editor, story, "link", claim=2, statement=SELENSKYJ, stance="figure")
    ask(editor, story, "figure", statement=SELENSKYJ, figure=0, measure="killed", population="soldiers")
    ask(editor, story, "stand", claim=1, standing="refuted", evidence="Bilder")
    tab = open_tab(f"/desk/stories/{story}#claims", color_scheme=scheme, viewport=size)
    found = {}
    paths = [f"/desk/stories/{story}?{query}#claims" for query in ("claims=statements", "claims=claims", "claim=1")]
    paths += [f"/desk/stories/{story}?claim=2#claims", f"/desk/stories/{story}/handover", "/desk/search?who=NIS"]
    for path in paths:
        tab.goto(room.url + path)
        for summary in tab.locator("#claims details > summary").all()[:4]:
            summary.click()
        tab.evaluate("scrollTo(0, 0)")  # what scrolled half under the bar of tabs is no finding
        found[path] = findings(tab)
        assert has_no_sideways_scroll(tab), path
    assert {path: each for path, each in found.items() if each} == {}
