"""The desk for everybody: by keyboard alone, on a telephone, without scripts, and without a finding by axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.looks import NARROW, findings, has_no_sideways_scroll, in_every_look
from tests.newsroom import PASSWORD, Newsroom
from tests.web.desk.conftest import OpenTab
from tests.web.desk.editor import Editor

SEED = (Path(__file__).parents[2] / "data" / "seed.txt").read_text()


@pytest.fixture(scope="module")
def full(room: Newsroom) -> str:
    """A story with everything in it: pinned, corrected, retracted and long posts, drafts, copy, a card."""
    slug = room.story("kursk-everything", lead="Was bekannt ist.")
    for number in range(1, 6):
        room.publish(slug, f"Beitrag {number}: " + "Das südkoreanische Militär teilte mit. " * number, sources="dpa")
    editor = Editor(room)
    editor.send(f"/desk/stories/{slug}/posts/2/pin")
    editor.send(f"/desk/stories/{slug}/posts/3/retract", note="Die Meldung war falsch.")
    fields = editor.sheet(f"/desk/stories/{slug}/posts/4")
    editor.send(
        f"/desk/stories/{slug}/sheet", fields, body="Neu", correction="update", note="Neuer Stand", do="publish"
    )
    editor.send(f"/desk/stories/{slug}/sheet", body="Ein Entwurf", do="save")
    editor.send(f"/desk/stories/{slug}/card", {"line": ["Das ist bekannt."], "posts": ["1, 2"]})
    editor.send(f"/desk/stories/{slug}/copy", {"copy": SEED, "source": "KCNA"})
    return slug


@in_every_look
def test_axe_finds_nothing_on_any_page(room: Newsroom, full: str, open_tab: OpenTab, size: Any, scheme: str) -> None:
    tab = open_tab("/desk/", role="admin", color_scheme=scheme, viewport=size)
    empty = room.story()
    paths = ["/desk/", "/desk/people", "/desk/password", f"/desk/stories/{empty}"]
    paths += [f"/desk/stories/{full}", f"/desk/stories/{full}/posts/4", f"/desk/stories/{full}/posts/3"]
    found = {}
    for path in paths:
        tab.goto(room.url + path)
        found[path] = findings(tab)
        assert has_no_sideways_scroll(tab), path
    tab.context.clear_cookies()
    tab.goto(f"{room.url}/desk/login")
    found["/desk/login"] = findings(tab)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(room: Newsroom, full: str, open_tab: OpenTab, scheme: str) -> None:
    tab = open_tab(f"/desk/stories/{full}", color_scheme=scheme)
    tab.locator(".copies h3 a").click()
    expect(tab.locator(".statement").first).to_be_visible()
    tab.fill("#body", "Ein *Text*")
    expect(tab.locator("#preview em")).to_be_visible()
    tab.locator("#post-5 summary").click()
    assert findings(tab) == []
    tab.context.set_offline(True)
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("Not sent yet")
    assert findings(tab) == []
    tab.context.set_offline(False)
    expect(tab.locator("#outbox b")).to_contain_text("Sent")
    tab.locator("#posts").focus()
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_visible()
    assert findings(tab) == []


def test_axe_finds_nothing_in_a_refusal_or_a_conflict(room: Newsroom, open_tab: OpenTab) -> None:
    slug = room.story()
    room.publish(slug, "Alt")
    tab = open_tab(f"/desk/stories/{slug}/posts/1")
    chief = Editor(room, "chief")
    fields = chief.sheet(f"/desk/stories/{slug}/posts/1")
    chief.ask(f"/desk/stories/{slug}/sheet", fields, body="Von ihr", correction="typo", do="publish")
    tab.fill("#body", "Von mir")
    tab.get_by_text("Typing error").click()
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#conflict")).to_be_visible()
    assert findings(tab) == []
    other = open_tab(f"/desk/stories/{slug}")
    other.locator("#body").press("Control+Enter")
    expect(other.locator(".error")).to_be_visible()
    assert findings(other) == []


def test_from_signing_in_to_a_corrected_post_by_keyboard_alone(room: Newsroom, open_tab: OpenTab) -> None:
    slug = room.story(title="Tastatur")
    room.person("editor")
    tab = open_tab("/desk/", role=None)
    keys = tab.keyboard
    expect(tab.get_by_label("Login name")).to_be_focused()  # the browser moves the cursor there when it first paints
    keys.type("editor")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(tab.get_by_role("heading", name="Stories")).to_be_visible()
    tab_to(tab, "Tastatur")
    keys.press("Enter")
    expect(tab.locator("#net")).to_have_text("Connected")  # the scripts listen
    keys.press("n")
    expect(tab.locator("#body")).to_be_focused()
    keys.type("Nur mit Tasten: jkatcr")
    keys.press("Control+Enter")
    expect(tab.locator("#post-1")).to_be_visible()
    keys.press("Escape")
    keys.press("2")
    expect(tab.locator("#post-1 h3 a")).to_be_focused()
    keys.press("t")
    expect(tab.locator("#post-1.pinned")).to_be_visible()
    expect(tab.locator("#post-1 h3 a")).to_be_focused()
    keys.press("c")
    expect(tab.get_by_role("heading", name="Correct")).to_be_visible()
    expect(tab.locator("#net")).to_have_text("Connected")
    keys.press("n")
    keys.press("Control+a")
    keys.type("Nur mit Tasten korrigiert")
    tab_to(tab, "Typing error")
    keys.press("Space")
    keys.press("Control+Enter")
    expect(tab.locator(".notice")).to_have_text("The correction is out.")
    expect(tab.locator("#body")).to_have_value("Nur mit Tasten korrigiert")
    tab.goto(f"{room.url}/desk/stories/{slug}")
    keys.press("j")
    keys.press("r")
    expect(tab.locator("#retract-1")).to_be_focused()
    keys.type("War nur ein Versuch")
    keys.press("Enter")
    expect(tab.locator("#post-1.retracted")).to_be_visible()


def tab_to(tab: Page, name: str) -> None:
    """Press Tab until what has the focus is called so; every stop on the way must be visible to the eye."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        seen = tab.evaluate(
            """() => {
              const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
              const name = [...(each.labels ?? [])].map((label) => label.innerText).join(" ") || each.innerText || "";
              const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return { name, outline, area: box.width * box.height };
            }"""
        )
        assert seen["outline"], f"no visible focus on {seen}"
        assert seen["area"] > 0, f"the focus is on something that isn't there: {seen}"
        if name in seen["name"]:
            return
    pytest.fail(f"Tab never reached {name}")


def test_single_letters_can_be_switched_off(room: Newsroom, full: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{full}")
    tab.locator("#show-keys").click()
    tab.locator("#singles").uncheck()
    tab.keyboard.press("Escape")
    tab.locator("#posts").focus()
    tab.keyboard.press("n")
    expect(tab.locator("#body")).not_to_be_focused()
    tab.reload()
    tab.locator("#show-keys").click()
    expect(tab.locator("#singles")).not_to_be_checked()
    tab.locator("#singles").check()
    tab.keyboard.press("Escape")
    tab.locator("#posts").focus()
    tab.keyboard.press("n")
    expect(tab.locator("#body")).to_be_focused()


def test_letters_in_a_field_are_letters(full: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{full}")
    tab.locator("#body").click()
    tab.keyboard.type("njkacrtou?123v")
    expect(tab.locator("#body")).to_have_value("njkacrtou?123v")
    expect(tab.locator("#keys")).to_be_hidden()


def test_on_a_telephone_one_part_at_a_time(full: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{full}", viewport=NARROW, has_touch=True)
    for name in ("write", "posts", "wire", "card"):
        tab.locator(f"[data-pane={name}]").tap()
        visible = tab.locator(".pane:visible").evaluate_all("all => all.map(each => each.id)")
        assert visible == [name]
        assert has_no_sideways_scroll(tab)
    tab.locator("[data-pane=wire]").tap()
    tab.locator(".copies h3 a").tap()
    tab.locator(".statement button").nth(3).tap()
    tab.locator("[data-pane=write]").tap()
    expect(tab.locator("#sources")).to_have_value("KCNA")
    tab.locator("#publish").tap()
    expect(tab.locator("#outbox b")).to_contain_text("Sent: post")


def test_without_scripts_everything_is_a_form(room: Newsroom, open_tab: OpenTab) -> None:
    slug = room.story()
    tab = open_tab(f"/desk/stories/{slug}", java_script_enabled=False)
    tab.fill("#body", "Ganz *ohne* Skripte")
    tab.locator("button[value=preview]").last.click()
    expect(tab.locator("#preview em")).to_have_text("ohne")
    tab.locator("#publish").click()
    expect(tab.locator("#published")).to_contain_text("Post 1 is out.")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#body")).to_have_value("Ganz *ohne* Skripte")
    tab.locator("#publish").click()
    expect(tab.locator("#post-2")).to_be_visible()
    tab.fill("#paste-text", "Ada sagte: „Ja, so ist es gewesen“.")
    tab.get_by_role("button", name="Take it in").click()
    tab.fill("#body", "Vorher.")
    tab.locator(".statement button").first.click()
    expect(tab.locator("#body")).not_to_have_value("Vorher.")
    assert tab.locator("#body").input_value().startswith("Vorher.")


def test_the_desk_in_german(room: Newsroom, full: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{full}", locale="de-DE")
    expect(tab.locator("#net")).to_have_text("Verbunden")
    tab.fill("#body", "Auf Deutsch")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("ist veröffentlicht")
    assert tab.locator("html").get_attribute("lang") == "de"
