"""Two editors at once, and copy beside the draft, in real browsers."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from depesche.journal import views
from depesche.journal.views import PostView
from tests.newsroom import Newsroom
from tests.web.desk.conftest import OpenTab
from tests.web.desk.editor import Editor

SEED = (Path(__file__).parents[2] / "data" / "seed.txt").read_text()


def post(room: Newsroom, slug: str, number: int = 1) -> PostView:
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        found = views.post(connection, story.id, number, desk=True)
    assert found is not None
    return found


def body(room: Newsroom, slug: str) -> str:
    text = post(room, slug).text
    assert text is not None
    return text.body


def correct(editor: Editor, slug: str, text: str) -> None:
    """What the other editor does meanwhile."""
    fields = editor.sheet(f"/desk/stories/{slug}/posts/1")
    sent = editor.ask(f"/desk/stories/{slug}/sheet", fields, body=text, correction="update", note="Neu.", do="publish")
    assert sent.status_code == 200


def conflicted(tab: Page, room: Newsroom, slug: str) -> None:
    """Begin a correction, let the chief be faster, and send it."""
    correct(Editor(room, "chief"), slug, "Etwa 600 Soldaten starben.")
    tab.fill("#body", "Rund 300 Soldaten starben.")
    tab.get_by_text("Typing error").click()
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#conflict")).to_be_visible()


@pytest.fixture
def one_post(room: Newsroom, slug: str) -> str:
    """A story with one post."""
    room.publish(slug, "Etwa 300 Soldaten starben.")
    return slug


def test_a_conflict_shows_theirs_beside_mine_and_one_key_sends_mine(
    room: Newsroom, one_post: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{one_post}/posts/1")
    conflicted(tab, room, one_post)
    panel = tab.locator("#conflict")
    expect(panel).to_be_focused()
    expect(panel.locator("h3")).to_contain_text("Test chief changed this at")
    assert panel.locator(".sides > div").first.locator("del, ins").all_inner_texts() == ["300 ", "600 "]
    assert panel.locator(".sides > div").last.locator("del, ins").all_inner_texts() == ["Etwa 600 ", "Rund 300 "]
    expect(tab.locator("#body")).to_have_value("Rund 300 Soldaten starben.")
    tab.keyboard.press("m")
    expect(tab.locator(".notice")).to_have_text("The correction is out.")
    assert body(room, one_post) == "Rund 300 Soldaten starben."


def test_one_key_takes_theirs_and_mine_is_still_there(room: Newsroom, one_post: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{one_post}/posts/1")
    conflicted(tab, room, one_post)
    tab.keyboard.press("t")
    expect(tab.locator("#body")).to_have_value("Etwa 600 Soldaten starben.")
    expect(tab.locator("#found")).to_contain_text("Rund 300 Soldaten starben.")
    tab.fill("#body", "Etwa 600 Soldaten starben, heißt es.")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator(".notice")).to_have_text("The correction is out.")
    assert body(room, one_post) == "Etwa 600 Soldaten starben, heißt es."


def test_what_another_editor_does_appears_without_reload(room: Newsroom, one_post: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{one_post}")
    tab.evaluate("window.isSame = true")
    room.publish(one_post, "Von der Kollegin")
    expect(tab.locator("#post-2")).to_contain_text("Von der Kollegin")
    correct(Editor(room, "chief"), one_post, "Etwa 600 Soldaten starben.")
    expect(tab.locator("#post-1")).to_contain_text("Etwa 600 Soldaten starben.")
    expect(tab.locator("#post-1 .meta b")).to_have_text("Update")
    assert tab.evaluate("window.isSame")


def test_a_note_being_written_is_not_taken_from_under_the_hands(
    room: Newsroom, one_post: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{one_post}")
    tab.locator("#post-1 summary").click()
    tab.locator("#retract-1").fill("Die Meldung war")
    correct(Editor(room, "chief"), one_post, "Etwa 600 Soldaten starben.")
    expect(tab.locator("#post-1 .news")).to_contain_text("Changed by somebody else just now")
    expect(tab.locator("#retract-1")).to_have_value("Die Meldung war")
    tab.locator("#retract-1").press("Enter")
    expect(tab.locator("#post-1 .conflict")).to_contain_text("Etwa 600 Soldaten starben.")
    expect(tab.locator("#retract-1")).to_have_value("Die Meldung war")
    tab.locator("#retract-1").press("Enter")
    expect(tab.locator("#post-1.retracted")).to_be_visible()
    assert post(room, one_post).note == "Die Meldung war"


def test_a_small_form_without_connection_keeps_its_words(room: Newsroom, one_post: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{one_post}")
    tab.locator("#post-1 summary").click()
    tab.locator("#retract-1").fill("Falsch")
    tab.context.set_offline(True)
    tab.locator("#retract-1").press("Enter")
    expect(tab.locator("#post-1 .error")).to_have_text("Not done: no connection. Nothing is lost; try again. ")
    expect(tab.locator("#retract-1")).to_have_value("Falsch")
    tab.context.set_offline(False)
    tab.locator("#retract-1").press("Enter")
    expect(tab.locator("#post-1.retracted")).to_be_visible()


def test_the_card_is_set_without_losing_the_sheet(room: Newsroom, one_post: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{one_post}")
    tab.fill("#body", "Mitten im Satz")
    tab.fill("#line-1", "Das ist bekannt.")
    tab.fill("#posts-1", "1")
    tab.get_by_role("button", name="Set the card").click()
    expect(tab.locator("#card-form .answer")).to_have_text("Done.")
    tab.fill("#line-1", "Das ist jetzt bekannt.")
    tab.get_by_role("button", name="Set the card").click()
    expect(tab.locator("#card-form .answer")).to_have_text("Done.")
    expect(tab.locator("#body")).to_have_value("Mitten im Satz")
    reader = open_tab(f"/{one_post}", role=None)
    expect(reader.locator("[data-part=summary]")).to_contain_text("Das ist jetzt bekannt.")


def paste(tab: Page, text: str, source: str = "KCNA") -> None:
    """Paste copy by keyboard."""
    tab.locator("body").press("Escape")
    tab.locator("#posts").focus()
    tab.keyboard.press("v")
    tab.locator("#paste-text").fill(text)
    tab.fill("#paste-source", source)
    tab.get_by_role("button", name="Take it in").click()
    expect(tab.locator(".copy")).to_be_visible()


def test_pasted_copy_opens_beside_the_draft_and_one_key_adopts(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.fill("#body", "Mein Anfang.")
    paste(tab, SEED)
    statements = tab.locator(".statement button")
    expect(statements.first).to_be_focused()
    wanted = statements.filter(has_text="Schulter an Schulter").last
    for _ in range(statements.count()):
        if wanted.evaluate("each => each === document.activeElement"):
            break
        tab.keyboard.press("j")
    lit = "".join(tab.locator("mark.on").all_inner_texts())
    assert lit.startswith("„Schulter an Schulter mit den russischen Kämpfern")
    tab.keyboard.press("a")
    expect(tab.locator("#body")).to_have_value(
        re.compile(r"^Mein Anfang\.\n\n„Schulter an Schulter .* eigenes“, sagte Wladimir Putin", re.DOTALL)
    )
    expect(tab.locator("#sources")).to_have_value("KCNA")
    expect(wanted).to_have_attribute("data-done", "Adopted.")  # seen where the sheet isn't, on a telephone
    tab.keyboard.press("a")
    expect(tab.locator("#sources")).to_have_value("KCNA")


def select(tab: Page, words: str) -> None:
    """Select these words in the copy, as with a mouse."""
    tab.evaluate(
        """(words) => {
          const text = document.getElementById("copytext");
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(node, at, node, at + words.length);
            return;
          }
          throw new Error("not in the copy");
        }""",
        words,
    )


def test_from_pasted_copy_to_a_sourced_post_in_five_keys(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.fill("#body", "Halb fertig")
    tab.locator("#posts").focus()
    tab.keyboard.press("v")
    tab.keyboard.insert_text(SEED)
    tab.fill("#paste-source", "KCNA")
    tab.locator("#paste-text").press("Control+Enter")
    expect(tab.locator(".statement button").first).to_be_focused()
    expect(tab.locator("#body")).to_have_value("Halb fertig")
    expect(tab.locator("#items [data-post]")).to_have_count(0)  # what is half written isn't published
    tab.keyboard.press("a")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#post-1")).to_contain_text("Halb fertig")
    published = post(room, slug).text
    assert published is not None
    assert published.sources == "KCNA"


def test_selected_words_are_adopted_with_their_speaker(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    paste(tab, "🇰🇵 Vorab. „Wir *sind* 🔥 bereit und bleiben es“, sagte Kim Jong-un am Montag.\n\nNiemand sagt dies.")
    select(tab, "*sind* 🔥 bereit")
    tab.locator("#wire").press("a")
    expect(tab.locator("#body")).to_have_value(r"„\*sind\* 🔥 bereit“, sagte Kim Jong-un.")
    select(tab, "Niemand sagt dies")
    tab.get_by_role("button", name="Adopt the selected words").click()
    expect(tab.locator("#body")).to_have_value(re.compile(r"\n\n„Niemand sagt dies“$"))
    expect(tab.locator("#preview")).to_contain_text("„*sind* 🔥 bereit“")


def test_without_a_selection_the_desk_says_what_to_do(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    paste(tab, "Ada sagte: „Ja“.")
    tab.get_by_role("button", name="Adopt the selected words").click()
    expect(tab.locator("#state")).to_have_text("Select words in the copy first.")
    expect(tab.locator("#body")).to_have_value("")


def test_hostile_copy_runs_nothing(slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    hostile = "\"><img src=x onerror='window.hit=1'><script>window.hit=1</script> sagte Ada: „</textarea><b>Ja</b>“."
    paste(tab, hostile, source="<b>KCNA</b>")
    tab.locator(".statement button").first.focus()
    tab.keyboard.press("a")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#post-1")).to_be_visible()
    assert tab.evaluate("window.hit") is None


def png(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), colour).save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_uploaded_described_and_published(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.fill("#body", "Mit Bild")
    tab.locator("summary", has_text="Picture, time").click()
    tab.set_input_files("#files", {"name": "rot.png", "mimeType": "image/png", "buffer": png("crimson")})
    row = tab.locator("#pictures > li[data-media]")
    expect(row).to_be_visible()
    assert row.locator("img").evaluate("each => each.decode().then(() => each.naturalWidth)") == 480
    row.get_by_label("What it shows").fill("Ein rotes Feld")
    row.get_by_label("Credit").fill("Ada/dpa")
    tab.reload()
    expect(row.get_by_label("Credit")).to_have_value("Ada/dpa")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#outbox b")).to_contain_text("Sent: post 1 is out")
    expect(row).to_have_count(0)
    text = post(room, slug).text
    assert text is not None
    assert [(each.width, each.height, each.alt, each.credit) for each in text.media] == [
        (1200, 800, "Ein rotes Feld", "Ada/dpa")
    ]


def test_a_picture_that_can_not_be_says_why_and_one_without_connection_is_tried_again(
    slug: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{slug}")
    tab.locator("summary", has_text="Picture, time").click()
    tab.set_input_files("#files", {"name": "a.svg", "mimeType": "image/png", "buffer": b"<svg/>"})
    expect(tab.locator("#pictures .error")).to_contain_text("a.svg: not uploaded. SVG isn't taken")
    tab.context.set_offline(True)
    tab.set_input_files("#files", {"name": "b.png", "mimeType": "image/png", "buffer": png("teal")})
    expect(tab.locator("#pictures")).to_contain_text("b.png: not uploaded. No connection.")
    tab.context.set_offline(False)
    tab.get_by_role("button", name="Upload again").click()
    expect(tab.locator("#pictures > li[data-media]")).to_be_visible()


def test_a_correction_begun_before_theirs_never_goes_over_it_unnoticed(
    room: Newsroom, one_post: str, open_tab: OpenTab
) -> None:
    tab = open_tab(f"/desk/stories/{one_post}/posts/1")
    tab.fill("#body", "Rund 300 Soldaten starben.")
    tab.get_by_text("Typing error").click()
    tab.goto(f"{room.url}/desk/")
    correct(Editor(room, "chief"), one_post, "Etwa 600 Soldaten starben.")
    tab.goto(f"{room.url}/desk/stories/{one_post}/posts/1")
    expect(tab.locator("#body")).to_have_value("Rund 300 Soldaten starben.")
    tab.locator("#body").press("Control+Enter")
    expect(tab.locator("#conflict .sides > div").first.locator("ins")).to_have_text(["600 "])
    assert body(room, one_post) == "Etwa 600 Soldaten starben."


def test_two_tabs_of_one_person_put_aside_the_same_draft_and_both_stay(
    room: Newsroom, slug: str, open_tab: OpenTab
) -> None:
    editor = Editor(room)
    page = editor.send(f"/desk/stories/{slug}/sheet", body="Anfang", do="save")
    (link,) = page.tree.xpath("//ul[@class='drafts']//a/@href")
    tab = open_tab(link)
    tab.route("**/sheet", lambda route: route.abort())  # no draft is saved while it is typed
    tab.fill("#body", "Von diesem Tab")
    editor.send(f"/desk/stories/{slug}/sheet", editor.sheet(link), body="Vom anderen", do="save")
    tab.unroute("**/sheet")
    tab.get_by_role("button", name="Put aside").click()
    expect(tab.locator("#drafts li")).to_have_count(2)
    with room.house.journal.reading() as connection:
        found = views.drafts(connection, post_story(room, slug))
    assert {each.text.body for each in found} == {"Von diesem Tab", "Vom anderen"}


def post_story(room: Newsroom, slug: str) -> str:
    """The id of a story."""
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
    assert story is not None
    return story.id


def test_a_passage_from_everybodys_copy_takes_it_into_the_story(room: Newsroom, slug: str, open_tab: OpenTab) -> None:
    words = f"Ada sagte am Montag: „Ja, {slug}“."
    Editor(room).send(f"/desk/stories/{room.story()}/copy", {"copy": words, "source": "dpa"})
    tab = open_tab(f"/desk/stories/{slug}")
    tab.locator(".which a", has_text="Everything").click()
    tab.locator(".copies a", has_text=slug).click()
    with tab.expect_response("**/take"):
        tab.locator(".statement button").first.click()
    expect(tab.locator("#sources")).to_have_value("dpa")
    with room.house.journal.reading() as connection:
        assert len(views.copies(connection, story=post_story(room, slug))) == 1
