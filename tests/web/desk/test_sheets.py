"""The sheet without scripts: publish, correct, preview, pictures, passages; and nothing that was typed is ever lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import sqlite3
import uuid
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from depesche.journal import views
from depesche.journal.views import PostView
from depesche.render.markdown import html
from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor, Page


def post(room: Newsroom, slug: str, number: int = 1) -> PostView:
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        found = views.post(connection, story.id, number, desk=True)
    assert found is not None
    return found


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(out, "PNG")
    return out.getvalue()


def publish(editor: Editor, slug: str, **fields: str) -> Page:
    return editor.send(
        f"/desk/stories/{slug}/sheet", editor.sheet(f"/desk/stories/{slug}"), **{"do": "publish", **fields}
    )


def test_a_post_is_published_with_everything_that_stands_on_the_sheet(
    room: Newsroom, editor: Editor, slug: str
) -> None:
    page = publish(
        editor, slug, title="Titel", body="Ein *Satz*.", byline="Ada", sources="dpa, KCNA", key="1", language="en"
    )
    assert "Post 1 is out." in page.said("notice")
    text = post(room, slug).text
    assert text is not None
    assert (text.title, text.body, text.byline, text.sources) == ("Titel", "Ein *Satz*.", "Ada", "dpa, KCNA")
    assert text.key
    assert text.language == "en"


def test_the_same_form_sent_twice_publishes_once(room: Newsroom, editor: Editor, slug: str) -> None:
    fields = {**editor.sheet(f"/desk/stories/{slug}"), "body": "Einmal", "do": "publish"}
    for _ in range(3):
        assert "Post 1 is out." in editor.send(f"/desk/stories/{slug}/sheet", fields).said("notice")
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        assert story.posts == 1


def test_a_lost_answer_is_asked_for_again(room: Newsroom, editor: Editor, slug: str) -> None:
    command = str(uuid.uuid4())
    answers = [
        editor.ask(f"/desk/stories/{slug}/sheet", do="publish", body="Text", command=command).json() for _ in range(2)
    ]
    assert [answer["repeated"] for answer in answers] == [False, True]
    assert [answer["post"] for answer in answers] == [1, 1]
    other = editor.ask(f"/desk/stories/{slug}/sheet", do="publish", body="Anderer Text", command=command)
    assert other.status_code == 422
    assert other.json()["refused"]["code"] == "command_reused"


def test_undo_within_ten_seconds_puts_the_text_back_on_the_sheet(room: Newsroom, editor: Editor, slug: str) -> None:
    page = publish(editor, slug, title="Zu früh", body="Unfertig")
    undone = editor.send(f"/desk/stories/{slug}/posts/1/retract", page.form("undo-form"))
    assert undone.form("sheet")["body"] == "Unfertig"
    assert undone.form("sheet")["title"] == "Zu früh"
    assert post(room, slug).state == "retracted"
    assert "Unfertig" not in room.client(None).get(f"/{slug}").text


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"body": " "}, "body", "The post is empty. Write something or add a picture."),
        ({"title": "x" * 201}, "title", "Too long (title): 201 characters, at most 200."),
        ({"body": "x" * 50_001}, "body", "Too long (text): 50001 characters, at most 50000."),
        ({"language": "<b>"}, "language", "“<b>” is not a language tag such as de, en or en-GB."),
        ({"shown_at": "gestern"}, "shown_at", "This time can't be read. Write it as 2026-11-22 14:32."),
        ({"shown_at": "9999-12-31T23:59"}, "shown_at", "The time of a post can't lie in the future."),
        ({"shown_at": "0001-01-01T00:00"}, "shown_at", "This time can't be read. Write it as 2026-11-22 14:32."),
        ({"shown_at": "1700-01-01T00:00"}, "shown_at", "This time is too far away: use a year between 1900 and 9999."),
    ],
)
def test_what_is_refused_comes_back_as_it_was_typed_with_the_reason_beside_it(
    room: Newsroom, editor: Editor, slug: str, fields: dict[str, str], field: str, reason: str
) -> None:
    typed = {"title": "Titel", "body": "Ein Text", "sources": "dpa", "byline": "Ada", **fields}
    page = publish(editor, slug, **typed)
    assert page.status == 422
    (error,) = page.tree.xpath("//*[@id=$id]", id=f"sheet-{field}-error")
    assert error.text_content() == reason
    (bad,) = page.tree.xpath("//*[@aria-invalid='true']")
    assert bad.get("name") == field
    assert f"sheet-{field}-error" in bad.get("aria-describedby")
    again = page.form("sheet")
    assert {name: again[name] for name in typed} == typed
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        assert story.posts == 0


def test_a_closed_story_keeps_the_text(room: Newsroom, editor: Editor, slug: str) -> None:
    chief = Editor(room, "chief")
    chief.send(f"/desk/stories/{slug}/state", do="close")
    page = publish(editor, slug, body="Noch etwas")
    assert "The coverage has ended. What is out can still be corrected;" in page.said("error")
    assert page.form("sheet")["body"] == "Noch etwas"


def test_the_preview_is_what_the_page_will_be(room: Newsroom, editor: Editor, slug: str) -> None:
    body = "Ein **fetter** [Link](https://example.org) und <script>alert(1)</script>\n\n> Zitat\n\n- eins\n- zwei"
    preview = editor.ask(f"/desk/stories/{slug}/preview", body=body, title="Titel").json()["html"]
    assert html(body) in preview
    publish(editor, slug, body=body, title="Titel")
    assert html(body) in room.client(None).get(f"/{slug}").text
    assert "<script>alert" not in preview


def test_preview_without_scripts_keeps_the_sheet(editor: Editor, slug: str) -> None:
    page = publish(editor, slug, body="Noch *nicht*", do="preview")
    assert "<em>nicht</em>" in page.text
    assert page.form("sheet")["body"] == "Noch *nicht*"
    assert "No posts yet." in page.text


def test_the_time_is_the_storys_wall_clock(room: Newsroom, editor: Editor) -> None:
    slug = room.story(zone="Asia/Pyongyang")
    now = dt.datetime.now(ZoneInfo("Asia/Pyongyang")) - dt.timedelta(hours=3)
    publish(editor, slug, body="Früher", shown_at=now.strftime("%Y-%m-%dT%H:%M"))
    shown = dt.datetime.fromtimestamp(post(room, slug).shown_at / 1e6, tz=ZoneInfo("Asia/Pyongyang"))
    assert shown == now.replace(second=0, microsecond=0)


def test_a_correction_with_its_note(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Es sind 300 Tote.")
    before = post(room, slug)
    path = f"/desk/stories/{slug}/posts/1"
    page = editor.send(
        f"/desk/stories/{slug}/sheet",
        editor.sheet(path),
        body="Es sind 600 Tote.",
        correction="correction",
        note="600, nicht 300.",
        do="publish",
    )
    assert "The correction is out." in page.said("notice")
    assert [each.text_content() for each in page.tree.xpath("//del | //ins")] == ["300 ", "600 "]
    after = post(room, slug)
    assert after.text is not None
    assert after.text.body == "Es sind 600 Tote."
    assert after.shown_at == before.shown_at, "nobody moved the time"
    assert after.history[-1].note == "600, nicht 300."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"correction": "correction", "note": ""}, "Say in one line what changed"),
        ({"correction": "", "note": "x"}, "Say what kind of change it is."),
        ({"correction": "lie", "note": "x"}, "Say what kind of change it is."),
    ],
)
def test_a_correction_says_what_it_is(
    room: Newsroom, editor: Editor, slug: str, fields: dict[str, str], reason: str
) -> None:
    room.publish(slug, "Alt")
    page = editor.send(
        f"/desk/stories/{slug}/sheet", editor.sheet(f"/desk/stories/{slug}/posts/1"), body="Neu", do="publish", **fields
    )
    assert reason in page.said("error")
    assert page.form("sheet")["body"] == "Neu"
    assert post(room, slug).revision == 1


def test_two_editors_on_one_post_the_second_sees_what_the_first_did(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Etwa 300 Soldaten starben.")
    path, sheet = f"/desk/stories/{slug}/posts/1", f"/desk/stories/{slug}/sheet"
    chief = Editor(room, "chief")
    mine, theirs = editor.sheet(path), chief.sheet(path)
    chief.send(sheet, theirs, body="Etwa 600 Soldaten starben.", correction="correction", note="600", do="publish")
    page = editor.send(sheet, mine, body="Rund 300 Soldaten starben.", correction="typo", do="publish")
    assert page.status == 409
    assert "Test chief changed this at" in page.said("conflict")
    assert [
        each.text_content().strip() for each in page.tree.xpath("//*[@id='conflict']//del | //*[@id='conflict']//ins")
    ] == [
        "300",
        "600",
        "Etwa 600",
        "Rund 300",
    ]
    assert page.form("sheet")["body"] == "Rund 300 Soldaten starben.", "my text is kept"
    sent = editor.send(sheet, page.form("sheet"), correction="typo", do="publish")
    assert "The correction is out." in sent.said("notice")
    assert post(room, slug).revision == 3


def test_after_a_conflict_theirs_can_be_taken_over(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Alt")
    path, sheet = f"/desk/stories/{slug}/posts/1", f"/desk/stories/{slug}/sheet"
    mine = editor.sheet(path)
    editor.send(sheet, editor.sheet(path), body="Von anderen", correction="typo", do="publish")
    page = editor.send(sheet, mine, body="Von mir", correction="typo", do="publish")
    taken = editor.send(sheet, page.form("sheet"), do="theirs")
    assert taken.form("sheet")["body"] == "Von anderen"


def test_a_post_that_was_retracted_meanwhile_is_a_conflict_that_says_so(
    room: Newsroom, editor: Editor, slug: str
) -> None:
    room.publish(slug, "Alt")
    mine = editor.sheet(f"/desk/stories/{slug}/posts/1")
    editor.send(f"/desk/stories/{slug}/posts/1/retract", note="falsch")
    answer = editor.ask(f"/desk/stories/{slug}/sheet", mine, body="Neu", correction="typo", do="publish")
    assert answer.status_code == 409
    assert "The post was retracted. falsch" in answer.json()["conflict"]["html"]


def test_two_editors_on_two_posts_never_conflict(room: Newsroom, editor: Editor, slug: str) -> None:
    for text in ("Eins", "Zwei"):
        room.publish(slug, text)
    sheets = [editor.sheet(f"/desk/stories/{slug}/posts/{number}") for number in (1, 2)]
    for fields in sheets:
        answer = editor.ask(f"/desk/stories/{slug}/sheet", fields, body="Neu", correction="typo", do="publish")
        assert answer.status_code == 200


def test_pictures_come_with_the_sheet_and_stay_on_it(room: Newsroom, editor: Editor, slug: str) -> None:
    sheet = f"/desk/stories/{slug}/sheet"
    files = [("files", ("rot.png", picture(), "image/png"))]
    page = editor.send(sheet, editor.sheet(f"/desk/stories/{slug}"), files=files, body="Mit Bild", do="attach")
    fields = page.form("sheet")
    assert fields["body"] == "Mit Bild"
    assert len(fields["media"]) == 64
    sent = {**fields, "media_alt": "Ein rotes Feld", "media_credit": "Ada/dpa", "do": "publish"}
    assert "Post 1 is out." in editor.send(sheet, sent).said("notice")
    text = post(room, slug).text
    assert text is not None
    (media,) = text.media
    assert (media.id, media.width, media.height) == (fields["media"], 640, 400)
    assert (media.alt, media.credit) == ("Ein rotes Feld", "Ada/dpa")


def test_a_picture_is_taken_off_the_sheet(editor: Editor, slug: str) -> None:
    sheet = f"/desk/stories/{slug}/sheet"
    files = [("files", ("rot.png", picture(), "image/png"))]
    fields = editor.send(sheet, files=files, body="x", do="attach").form("sheet")
    after = editor.send(sheet, fields, do=f"remove:{fields['media']}").form("sheet")
    assert "media" not in after
    assert after["body"] == "x"


def test_what_is_no_picture_is_refused_and_the_text_is_kept(editor: Editor, slug: str) -> None:
    files = [("files", ("a.svg", b"<svg onload='alert(1)'/>", "image/png")), ("files", ("b.png", picture(), ""))]
    page = editor.send(f"/desk/stories/{slug}/sheet", files=files, body="Mein Text", do="publish")
    assert "a.svg: SVG isn't taken: it can carry scripts." in page.said("error")
    assert page.form("sheet")["body"] == "Mein Text"
    assert len(page.form("sheet")["media"]) == 64, "the picture beside it is kept"


def test_a_picture_that_nobody_uploaded_is_refused(editor: Editor, slug: str) -> None:
    fields = {"media": "a" * 64, "media_alt": "", "media_caption": "", "media_credit": ""}
    page = publish(editor, slug, body="x", **fields)
    assert "The picture aaaaaaaaaaaa isn't here (any more)." in page.said("error")


def test_a_draft_is_put_aside_and_taken_up_by_somebody_else(room: Newsroom, editor: Editor, slug: str) -> None:
    page = publish(editor, slug, body="Fange ich an", do="save")
    assert "It is kept among the drafts." in page.said("notice")
    (link,) = page.tree.xpath("//ul[@class='drafts']//a/@href")
    chief = Editor(room, "chief")
    fields = chief.sheet(link)
    assert fields["body"] == "Fange ich an"
    sent = chief.send(f"/desk/stories/{slug}/sheet", fields, body="Fertig", do="publish")
    assert "Post 1 is out." in sent.said("notice")
    assert not sent.tree.xpath("//ul[@class='drafts']"), "a draft that was published is done with"


def test_two_people_on_one_draft_each_keep_their_text(room: Newsroom, editor: Editor, slug: str) -> None:
    (link,) = publish(editor, slug, body="Anfang", do="save").tree.xpath("//ul[@class='drafts']//a/@href")
    chief = Editor(room, "chief")
    mine, theirs = editor.sheet(link), chief.sheet(link)
    chief.send(f"/desk/stories/{slug}/sheet", theirs, body="Von der Chefin", do="save")
    page = editor.send(f"/desk/stories/{slug}/sheet", mine, body="Von mir", do="save")
    assert page.status == 409
    assert "Von mir" in page.form("sheet")["body"]
    editor.send(f"/desk/stories/{slug}/sheet", page.form("sheet"), do="save")
    with room.house.journal.reading() as connection:
        story = views.story(connection, slug)
        assert story is not None
        assert {each.text.body for each in views.drafts(connection, story.id)} == {"Von der Chefin", "Von mir"}


def test_a_correction_that_was_put_aside_goes_on(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Alt")
    page = editor.send(
        f"/desk/stories/{slug}/sheet", editor.sheet(f"/desk/stories/{slug}/posts/1"), body="Halb", do="save"
    )
    (link,) = page.tree.xpath("//ul[@class='drafts']//a/@href")
    assert "/posts/1?" in link
    fields = editor.sheet(link)
    assert fields["body"] == "Halb"
    assert fields["post"] == "1"


def test_a_reporter_hands_in_and_can_do_no_more(room: Newsroom, slug: str) -> None:
    reporter = Editor(room, "reporter")
    page = reporter.get(f"/desk/stories/{slug}")
    assert not page.tree.xpath("//button[@value='publish']")
    before = publish(reporter, slug, body="Vorschlag")
    assert before.status == 422
    assert "Your role (reporter) may not do this. Ask for editor." in before.said("error")
    assert before.form("sheet")["body"] == "Vorschlag"
    handed = reporter.send(f"/desk/stories/{slug}/sheet", before.form("sheet"), do="save")
    assert "It is kept among the drafts." in handed.said("notice")


def test_a_post_of_a_megabyte_is_an_answer(editor: Editor, slug: str) -> None:
    page = publish(editor, slug, body="x" * 1_000_000)
    assert page.status == 422
    assert "Too long (text): 1000000 characters, at most 50000." in page.said("error")


def test_what_no_page_may_hold_is_taken_out(room: Newsroom, editor: Editor, slug: str) -> None:
    publish(editor, slug, body="a\x00b\u202ec\x07d", title="T\x1b\u2066itel")
    text = post(room, slug).text
    assert text is not None
    assert (text.body, text.title) == ("abcd", "Titel")


def test_an_unknown_story_or_post_is_not_found(editor: Editor, slug: str) -> None:
    for path in ("/desk/stories/none", f"/desk/stories/{slug}/posts/7", f"/desk/stories/{slug}/posts/{10**30}"):
        assert editor.get(path).status == 404
    assert editor.send("/desk/stories/none/sheet", body="x", do="publish").status == 404


@pytest.mark.slow
def test_a_database_that_can_not_be_written_costs_no_text(room: Newsroom, editor: Editor, slug: str) -> None:
    fields = editor.sheet(f"/desk/stories/{slug}")
    with contextlib.closing(sqlite3.connect(room.house.settings.folder / "depesche.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        page = editor.send(f"/desk/stories/{slug}/sheet", fields, body="Mein Text", do="publish")
        script = editor.ask(f"/desk/stories/{slug}/sheet", fields, body="Mein Text", do="publish")
    assert page.status == 503
    assert "The journal is busy with another write. Nothing was stored" in page.said("error")
    assert page.form("sheet")["body"] == "Mein Text"
    assert script.status_code == 503
    sent = editor.send(f"/desk/stories/{slug}/sheet", page.form("sheet"), do="publish")
    assert "Post 1 is out." in sent.said("notice")


def test_a_draft_of_a_correction_never_goes_over_what_came_after_it(room: Newsroom, editor: Editor, slug: str) -> None:
    room.publish(slug, "Eins zwei drei")
    path, sheet = f"/desk/stories/{slug}/posts/1", f"/desk/stories/{slug}/sheet"
    aside = editor.send(sheet, editor.sheet(path), body="Eins zwei vier", correction="typo", do="save")
    (link,) = aside.tree.xpath("//ul[@class='drafts']//a/@href")
    editor.send(sheet, editor.sheet(path), body="Null zwei drei", correction="typo", do="publish")
    page = editor.send(sheet, editor.sheet(link), correction="typo", do="publish")
    assert page.status == 409
    changes = [
        each.text_content().strip() for each in page.tree.xpath("//*[@id='conflict']//del | //*[@id='conflict']//ins")
    ]
    assert changes[:2] == ["Eins", "Null"], "shown against the text that the draft began with"


def test_adopting_takes_the_copy_into_the_story(room: Newsroom, editor: Editor, slug: str) -> None:
    editor.send(f"/desk/stories/{room.story()}/copy", {"copy": f"Ada sagte am Montag: „Ja“. {slug}", "source": "dpa"})
    found = editor.get(f"/desk/stories/{slug}?copies=all")
    (link,) = [each for each in found.tree.xpath("//ul[@class='copies']//a") if slug in each.text_content()]
    opened = editor.get(link.get("href").removesuffix("#wire"))
    (value, *_) = opened.tree.xpath("//button[starts-with(@value, 'adopt:')]/@value")
    editor.send(f"/desk/stories/{slug}/sheet", opened.form("sheet"), do=value)
    assert len(editor.get(f"/desk/stories/{slug}").tree.xpath("//ul[@class='copies']/li")) == 1
