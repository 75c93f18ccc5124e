"""Writing in a real browser: one key publishes, ten seconds to undo, and no accident loses a text or sends it twice."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from depesche.journal import views
from depesche.journal.views import PostView
from depesche.render.dates import clock
from tests.newsroom import Newsroom
from tests.web.desk.conftest import OpenTab, token

SOON = 3_000
"""Milliseconds: a second is what is promised, and machines that run tests are busy."""
SENT = re.compile(r"^Sent: post \d+ is out")


def posts(room: Newsroom, slug: str) -> list[PostView]:
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        return views.posts(connection, story.id, limit=100, desk=True)


def drafts(room: Newsroom, slug: str) -> list[str]:
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        return [each.text.body for each in views.drafts(connection, story.id)]


def write(tab: Page, text: str) -> None:
    tab.locator("#body").click()
    tab.keyboard.type(text)


def test_ctrl_enter_publishes_and_a_reader_sees_it_within_a_second(
    room: Newsroom, slug: str, open_tab: OpenTab
) -> None:
    reader = open_tab(f"/{slug}", role=None)
    expect(reader.locator("[data-feed]")).to_have_text("Live")
    reader.evaluate("window.isSame = true")
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Nordkorea bestätigt die Entsendung.")
    tab.keyboard.press("Control+Enter")
    expect(reader.locator("article")).to_contain_text("Nordkorea bestätigt die Entsendung.", timeout=SOON)
    assert reader.evaluate("window.isSame"), "the page was not loaded again"
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    expect(tab.locator("#body")).to_have_value("")
    expect(tab.locator("#body")).to_be_focused()
    expect(tab.locator("#post-1")).to_contain_text("Nordkorea bestätigt die Entsendung.")


def test_a_publish_is_undone_with_one_key_and_the_text_comes_back(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.fill("#title", "Zu früh")
    tab.fill("#sources", "dpa")
    write(tab, "Noch nicht fertig")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("[data-undo]")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("u")
    expect(tab.locator("#body")).to_have_value("Noch nicht fertig")
    expect(tab.locator("#title")).to_have_value("Zu früh")
    expect(tab.locator("#sources")).to_have_value("dpa")
    (post,) = posts(room, slug)
    assert (post.state, post.undo) == ("retracted", True)
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b").last).to_have_text(SENT)
    assert [each.state for each in posts(room, slug)] == ["published", "retracted"]


def test_what_was_being_written_at_an_undo_is_kept_too(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Erster")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("[data-undo]")).to_be_visible()
    write(tab, "Schon der nächste")
    tab.locator("[data-undo]").click()
    expect(tab.locator("#body")).to_have_value("Erster")
    expect(tab.locator("#found")).to_contain_text("Schon der nächste")
    tab.locator("#found button", has_text="Put it on the sheet").click()
    expect(tab.locator("#body")).to_have_value("Schon der nächste")
    expect(tab.locator("#found")).to_contain_text("Erster")


def test_undo_is_offered_for_ten_seconds(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.clock.install()
    write(tab, "Text")
    tab.keyboard.press("Control+Enter")
    tab.clock.run_for(1_000)
    expect(tab.locator("[data-undo]")).to_be_visible()
    tab.clock.run_for(11_000)
    expect(tab.locator("[data-undo]")).to_have_count(0)


def test_without_a_connection_the_text_waits_and_is_sent_once(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    expect(tab.locator("#net")).to_have_text("Connected")
    tab.context.set_offline(True)
    write(tab, "Im Funkloch geschrieben")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(re.compile("^Not sent yet: no connection. Next try in"))
    expect(tab.locator("#net")).to_contain_text("No connection.")
    write(tab, "Und schon der nächste")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox > div")).to_have_count(2)
    assert posts(room, slug) == []
    tab.context.set_offline(False)
    expect(tab.locator("#outbox b").last).to_have_text(SENT)
    bodies = [each.text.body for each in posts(room, slug) if each.text]
    assert bodies == ["Und schon der nächste", "Im Funkloch geschrieben"], "in the order in which they were written"


def lose_answers(times: int) -> Callable[[Route], None]:
    """Let requests reach the server, and their answers nobody."""
    left = [times]

    def handle(route: Route) -> None:
        publishes = 'name="do"\r\n\r\npublish' in (route.request.post_data or "")
        if publishes and left[0]:
            left[0] -= 1
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    return handle


def test_a_lost_answer_publishes_exactly_once(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.route("**/sheet", lose_answers(2))
    write(tab, "Nur einmal")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("Not sent yet")
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    assert [each.text.body for each in posts(room, slug) if each.text] == ["Nur einmal"]


def test_a_server_that_can_not_write_is_asked_again(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    answers = [503, 500]

    def fail(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), body="disk full", headers={"retry-after": "1"})
        else:
            route.continue_()

    tab.route("**/sheet", fail)
    write(tab, "Geduldig")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    assert answers == []
    assert len(posts(room, slug)) == 1


def test_what_waits_survives_a_reload(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.route("**/sheet", lambda route: route.abort())
    write(tab, "Vor dem Absturz")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("Not sent yet")
    tab.unroute("**/sheet")
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.reload()
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    assert [each.text.body for each in posts(room, slug) if each.text] == ["Vor dem Absturz"]


def test_every_key_is_kept_across_a_reload(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.route("**/sheet", lambda route: route.abort())
    tab.fill("#title", "Titel")
    write(tab, "Jeder Buchstabe")
    tab.locator("summary", has_text="Picture, time").click()
    tab.locator("[name=key]").check()
    tab.reload()
    expect(tab.locator("#body")).to_have_value("Jeder Buchstabe")
    expect(tab.locator("#title")).to_have_value("Titel")
    expect(tab.locator("[name=key]")).to_be_checked()


def test_a_text_of_a_crashed_tab_is_found_in_the_next_one(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Vom abgestürzten Tab")
    tab.close()
    other = tab.context.new_page()
    other.goto(tab.url)
    expect(other.locator("#body")).to_have_value("")
    expect(other.locator("#found")).to_contain_text("Vom abgestürzten Tab")
    other.locator("#found button", has_text="Put it on the sheet").click()
    expect(other.locator("#body")).to_have_value("Vom abgestürzten Tab")
    expect(other.locator("#found button")).to_have_count(0)


def test_a_pause_saves_the_draft_on_the_desk(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.clock.install()
    write(tab, "Ein Anfang")
    expect(tab.locator("#state")).to_have_text("Kept in this browser")
    tab.clock.run_for(3_000)
    expect(tab.locator("#state")).to_have_text(re.compile("^Saved on the desk, "))
    assert drafts(room, slug) == ["Ein Anfang"]
    write(tab, " und mehr")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    with tab.expect_response("**/list?*"):
        tab.clock.run_for(15_000)  # longer than any pause before a draft is saved: nothing may rise again
    assert drafts(room, slug) == []


def test_put_aside_and_taken_up_again(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Für später")
    tab.get_by_role("button", name="Put aside").click()
    expect(tab.locator("#body")).to_have_value("")
    tab.locator("#drafts a", has_text="Für später").click()
    expect(tab.locator("#body")).to_have_value("Für später")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    assert drafts(room, slug) == []


def test_a_refusal_brings_the_text_back_with_the_reason(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.locator("summary", has_text="Picture, time").click()
    tab.fill("#shown_at", "2099-01-01T00:00")
    write(tab, "Aus der Zukunft")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#sheet-shown_at-error")).to_have_text("The time of a post can't lie in the future.")
    expect(tab.locator("#shown_at")).to_be_focused()
    expect(tab.locator("#body")).to_have_value("Aus der Zukunft")
    tab.fill("#shown_at", "")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(SENT)


def test_a_refusal_while_the_next_is_written_loses_neither(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.context.set_offline(True)
    write(tab, "Der erste")
    tab.keyboard.press("Control+Enter")
    write(tab, "Der zweite")
    chief = open_tab(f"/desk/stories/{slug}", role="chief")
    chief.locator("summary", has_text="Title, address").click()
    chief.get_by_role("button", name="End the coverage").click()
    expect(chief.locator("#write .notice")).to_be_visible()
    tab.context.set_offline(False)
    expect(tab.locator("#outbox b")).to_have_text(re.compile("^Not sent: The coverage has ended."))
    expect(tab.locator("#body")).to_have_value("Der zweite")
    tab.locator("#outbox button", has_text="Back to the sheet").click()
    expect(tab.locator("#body")).to_have_value("Der erste")
    expect(tab.locator("#found")).to_contain_text("Der zweite")


def test_an_empty_sheet_is_not_sent(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#sheet-body-error")).to_have_text("There is nothing on the sheet yet.")
    assert posts(room, slug) == []


def test_enter_in_a_field_publishes_nothing(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Text")
    tab.fill("#title", "Titel")
    tab.locator("#title").press("Enter")
    tab.locator("#sources").press("Enter")
    expect(tab.locator("#body")).to_have_value("Text")
    assert posts(room, slug) == []


def test_a_session_that_ended_while_writing_costs_nothing(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}", role="chief")
    write(tab, "Um drei Uhr nachts")
    room.house.people.sign_out_everywhere(room.person("chief"))
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text("Not sent yet: your session has ended.")
    with tab.context.expect_page() as opening:
        tab.locator("#outbox a", has_text="Sign in in a new tab").click()
    login = opening.value
    login.fill("#login", "chief")
    login.fill("#password", "correct horse battery")
    login.keyboard.press("Enter")
    expect(login.locator(".person")).to_be_visible()
    tab.bring_to_front()
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    assert [each.text.body for each in posts(room, slug) if each.text] == ["Um drei Uhr nachts"]


def test_the_preview_follows_what_is_typed(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Ein **fetter** <script>alert(1)</script>")
    expect(tab.locator("#preview strong")).to_have_text("fetter")
    expect(tab.locator("#preview")).to_contain_text("<script>alert(1)</script>")
    tab.fill("#body", "")
    expect(tab.locator("#preview")).to_be_hidden()


def test_a_browser_without_storage_says_so(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    tab.reload()
    write(tab, "Kein Platz")
    expect(tab.locator("#state")).to_contain_text("No room in this browser")
    expect(tab.locator("#state")).to_have_text(re.compile("^Saved on the desk, "))


def test_pressing_twice_is_pressing_once(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Zweimal gedrückt")
    tab.keyboard.press("Control+Enter")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    expect(tab.locator("#sheet .error")).to_have_count(0)
    assert len(posts(room, slug)) == 1


def test_nothing_is_ever_sent_under_somebody_elses_name(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    write(tab, "Von der Redakteurin")
    tab.context.add_cookies([{"name": "depesche", "value": token(room, "chief"), "url": room.url}])
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#outbox b")).to_have_text("Not sent yet: your session has ended.")
    assert posts(room, slug) == []
    tab.context.add_cookies([{"name": "depesche", "value": token(room, "editor"), "url": room.url}])
    expect(tab.locator("#outbox b")).to_have_text(SENT)
    (entry,) = [each for each in room.house.journal.entries(posts(room, slug)[0].story) if each.kind == "PostPublished"]
    assert entry.actor == room.person("editor")


def test_another_person_doesnt_see_the_first_ones_texts(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.route("**/sheet", lambda route: route.abort())
    write(tab, "Nur für mich")
    tab.context.add_cookies([{"name": "depesche", "value": token(room, "chief"), "url": room.url}])
    tab.reload()
    expect(tab.locator("#body")).to_have_value("")
    expect(tab.locator("#found")).to_be_empty()
    tab.context.add_cookies([{"name": "depesche", "value": token(room, "editor"), "url": room.url}])
    tab.reload()
    expect(tab.locator("#body")).to_have_value("Nur für mich")


def test_a_text_left_in_this_browser_has_the_time_of_the_story_and_no_draft_is_told_twice(
    slug: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{slug}", timezone_id="America/New_York")
    tab.fill("#body", "Liegen geblieben")
    expect(tab.locator("#state")).to_contain_text("Kept in this browser")
    other = tab.context.new_page()
    other.goto(tab.url)
    told = other.locator("#found").inner_text()
    now = time.time_ns() // 1000
    minutes = [clock("en", "Europe/Berlin").time(now - back * 60_000_000).replace("\u00a0", " ") for back in (0, 1)]
    assert any(minute in told for minute in minutes), told
    expect(tab.locator("#state")).to_contain_text("Saved on the desk")
    other.reload()
    expect(other.locator("#drafts")).to_contain_text("Liegen geblieben")
    expect(other.locator("#found")).to_be_empty()
    tab.locator("#body").press("End")
    tab.keyboard.type(" und weiter")
    other.reload()
    expect(other.locator("#found")).to_contain_text("Liegen geblieben und weiter")
