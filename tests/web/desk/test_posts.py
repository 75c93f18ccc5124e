"""What is done with posts that are out, with the card, and with the story itself."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from depesche.journal import views
from depesche.journal.views import StoryView
from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor


def story(room: Newsroom, slug: str) -> StoryView:
    with room.house.journal.reading() as connection:
        found = views.story(connection, slug, desk=True)
    assert found is not None
    return found


def reader(room: Newsroom, path: str) -> str:
    return room.client(None).get(path).text


@pytest.fixture
def posts(room: Newsroom, slug: str) -> str:
    """A story with three posts."""
    for text in ("Erster Beitrag", "Zweiter Beitrag", "Dritter Beitrag"):
        room.publish(slug, text)
    return slug


def test_a_post_is_pinned_and_unpinned(room: Newsroom, editor: Editor, posts: str) -> None:
    page = editor.send(f"/desk/stories/{posts}/posts/2/pin")
    assert story(room, posts).pinned == 2
    assert "pinned" in page.tree.get_element_by_id("post-2").get("class")
    editor.send(f"/desk/stories/{posts}/posts/2/unpin")
    assert story(room, posts).pinned is None


def test_pinning_what_is_pinned_says_so(editor: Editor, posts: str) -> None:
    editor.send(f"/desk/stories/{posts}/posts/2/pin")
    page = editor.send(f"/desk/stories/{posts}/posts/2/pin")
    assert page.status == 422
    assert "Post 2 is pinned already." in page.said("notice")


def test_two_editors_pin_two_posts_the_second_is_told(editor: Editor, posts: str) -> None:
    seen = editor.get(f"/desk/stories/{posts}").tree.xpath("string(//body/@data-seq)")
    editor.send(f"/desk/stories/{posts}/posts/1/pin", expect=seen)
    answer = editor.ask(f"/desk/stories/{posts}/posts/2/pin", expect=seen)
    assert answer.status_code == 409
    conflict = answer.json()["conflict"]
    assert "Test editor changed this at" in conflict["html"]
    assert "Post 1 is pinned now." in conflict["html"]
    assert editor.ask(f"/desk/stories/{posts}/posts/2/pin", expect=conflict["expect"]).status_code == 200


def test_a_retraction_is_seen_at_once_and_says_why(room: Newsroom, editor: Editor, posts: str) -> None:
    page = editor.send(f"/desk/stories/{posts}/posts/2/retract", note="Die Meldung war falsch.")
    item = page.tree.get_element_by_id("post-2")
    assert "retracted" in item.get("class")
    seen = reader(room, f"/{posts}")
    assert "Zweiter Beitrag" not in seen
    assert "Die Meldung war falsch." in seen


def test_a_retraction_without_a_reason_comes_back_open(editor: Editor, posts: str) -> None:
    page = editor.send(f"/desk/stories/{posts}/posts/2/retract", note=" ")
    assert page.status == 422
    (error,) = page.tree.xpath("//*[@id='retract-2-note-error']")
    assert "Say in one line what changed" in error.text_content()
    assert page.tree.get_element_by_id("post-2").xpath(".//details[@open]")


def test_an_undo_that_comes_late_is_refused(room: Newsroom, editor: Editor, posts: str) -> None:
    editor.ask(f"/desk/stories/{posts}/sheet", editor.sheet(f"/desk/stories/{posts}/posts/1"),
               body="Neu", correction="typo", do="publish")  # fmt: skip
    answer = editor.ask(f"/desk/stories/{posts}/posts/1/retract", undo="1")
    assert answer.status_code == 422
    assert answer.json()["refused"]["code"] == "undo_too_late"


def test_the_desk_still_sees_what_a_retracted_post_said(room: Newsroom, editor: Editor, posts: str) -> None:
    editor.send(f"/desk/stories/{posts}/posts/2/retract", note="falsch")
    page = editor.get(f"/desk/stories/{posts}/posts/2")
    assert "Zweiter Beitrag" in page.said("old")
    assert not page.tree.xpath("//form[@id='sheet']")
    again = editor.get(f"/desk/stories/{posts}?from=2")
    assert again.form("sheet")["body"] == "Zweiter Beitrag"


def test_a_chief_expunges_for_good(room: Newsroom, editor: Editor, posts: str) -> None:
    chief = Editor(room, "chief")
    page = chief.send(f"/desk/stories/{posts}/posts/2/expunge", reason="Beschluss des Gerichts")
    assert "Zweiter Beitrag" not in page.text
    for path in (f"/desk/stories/{posts}", f"/desk/stories/{posts}/posts/2"):
        assert "Zweiter Beitrag" not in editor.get(path).text
    assert "Beschluss" not in reader(room, f"/{posts}")


def test_an_expunged_picture_is_gone(room: Newsroom, editor: Editor, slug: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "purple").save(out, "PNG")
    files = [("files", ("p.png", out.getvalue(), "image/png"))]
    fields = editor.send(f"/desk/stories/{slug}/sheet", files=files, body="x", do="attach").form("sheet")
    editor.send(f"/desk/stories/{slug}/sheet", fields, do="publish")
    path = f"/media/{fields['media']}/640.webp"
    assert room.client(None).get(path).status_code == 200
    Editor(room, "chief").send(f"/desk/stories/{slug}/posts/1/expunge", reason="Beschluss")
    assert room.client(None).get(path).status_code == 404
    assert editor.client.get(path).status_code == 404, "nor has the desk it any more"


def test_one_revision_is_expunged_and_the_current_one_is_not(room: Newsroom, editor: Editor, posts: str) -> None:
    chief = Editor(room, "chief")
    fields = chief.sheet(f"/desk/stories/{posts}/posts/1")
    chief.send(f"/desk/stories/{posts}/sheet", fields, body="Besser", correction="update", note="neu", do="publish")
    refused = chief.send(f"/desk/stories/{posts}/posts/1/expunge", revision="2", reason="Irrtum")
    assert "Revision 2 is what readers see." in refused.said("error")
    page = chief.send(f"/desk/stories/{posts}/posts/1/expunge", revision="1", reason="Name eines Kindes")
    assert "Erster Beitrag" not in page.text
    assert "Expunged." in page.said("revisions")
    assert "Besser" in reader(room, f"/{posts}")


@pytest.mark.parametrize(
    ("role", "path", "fields"),
    [
        ("reporter", "posts/1/pin", {}),
        ("reporter", "posts/1/retract", {"note": "x"}),
        ("reporter", "posts/1/retract", {"undo": "1"}),
        ("reporter", "card", {"line": "x", "posts": "1"}),
        ("reporter", "posts/1/expunge", {"reason": "x"}),
        ("editor", "posts/1/expunge", {"reason": "x"}),
        ("editor", "about", {"title": "x", "slug": "x"}),
        ("editor", "state", {"do": "close"}),
    ],
)
def test_a_role_can_do_no_more_than_it_may(
    room: Newsroom, posts: str, role: str, path: str, fields: dict[str, str]
) -> None:
    before = room.house.journal.heads()
    answer = Editor(room, role).ask(f"/desk/stories/{posts}/{path}", fields)
    assert answer.json()["refused"]["code"] == "not_allowed"
    assert "may not do this" in answer.json()["refused"]["reason"]
    assert room.house.journal.heads() == before


def test_the_card_is_set_line_by_line(room: Newsroom, editor: Editor, posts: str) -> None:
    lines = {"line": ["Das ist bekannt.", "", " Und das. "], "posts": ["1, 3", "", "2 und 2"]}
    page = editor.send(f"/desk/stories/{posts}/card", lines)
    summary = story(room, posts).summary
    assert [(line.text, line.posts) for line in summary] == [("Das ist bekannt.", (1, 3)), ("Und das.", (2,))]
    assert [each.text for each in page.tree.xpath("//textarea[@name='line']")][:2] == ["Das ist bekannt.", "Und das."]
    assert "Das ist bekannt." in reader(room, f"/{posts}")


def test_a_card_that_cites_what_is_not_there_keeps_its_lines(editor: Editor, posts: str) -> None:
    page = editor.send(f"/desk/stories/{posts}/card", {"line": ["Meine Zeile"], "posts": ["99"]})
    assert page.status == 422
    assert "There is no post 99 in this story." in page.said("error")
    assert page.tree.xpath("//textarea[@name='line']")[0].text == "Meine Zeile"


def test_two_editors_on_the_card_the_second_sees_the_lines_of_the_first(editor: Editor, posts: str) -> None:
    seen = editor.get(f"/desk/stories/{posts}").form("card-form")["expect"]
    editor.send(f"/desk/stories/{posts}/card", {"line": ["Von anderen"], "posts": ["1"], "expect": seen})
    page = editor.send(f"/desk/stories/{posts}/card", {"line": ["Von mir"], "posts": ["2"], "expect": seen})
    assert page.status == 409
    assert "Von anderen (1)" in page.said("conflict")
    assert page.tree.xpath("//textarea[@name='line']")[0].text == "Von mir"
    again = editor.send(
        f"/desk/stories/{posts}/card",
        {"line": ["Von mir"], "posts": ["2"], "expect": page.form("card-form")["expect"]},
    )
    assert again.status == 200


def test_a_chief_renames_and_old_addresses_lead_on(room: Newsroom, posts: str) -> None:
    chief = Editor(room, "chief")
    page = chief.send(f"/desk/stories/{posts}/about", title="Neuer Titel", slug=f"{posts}-neu", lead="Worum es geht")
    assert page.answer.url.path == f"/desk/stories/{posts}-neu"
    assert chief.get(f"/desk/stories/{posts}").answer.url.path == f"/desk/stories/{posts}-neu"
    assert chief.get(f"/desk/stories/{posts}/posts/1").answer.url.path == f"/desk/stories/{posts}-neu/posts/1"


@pytest.mark.parametrize("slug_wanted", ["desk", "mit/strich", "ÄÖÜ", "", "-x", "taken-slug"])
def test_an_address_that_can_not_be_comes_back(room: Newsroom, posts: str, slug_wanted: str) -> None:
    if slug_wanted == "taken-slug":
        slug_wanted = room.story()
    page = Editor(room, "chief").send(f"/desk/stories/{posts}/about", title="Titel", slug=slug_wanted, lead="Vorspann")
    assert page.status == 422
    (error,) = page.tree.xpath("//*[@id='about-slug-error']")
    assert error.text_content()
    assert page.tree.get_element_by_id("about-lead").text == "\nVorspann".strip()


def test_the_coverage_ends_and_goes_on(room: Newsroom, posts: str) -> None:
    chief = Editor(room, "chief")
    page = chief.send(f"/desk/stories/{posts}/state", do="close")
    assert story(room, posts).state == "closed"
    assert "The coverage has ended." in page.text
    chief.send(f"/desk/stories/{posts}/state", do="reopen")
    assert story(room, posts).state == "open"


def test_the_list_is_told_only_when_something_changed(room: Newsroom, editor: Editor, posts: str) -> None:
    room.house.journal.heads()
    seq = story(room, posts).seq
    path = f"/desk/stories/{posts}/list"
    answer = editor.client.get(path, params={"after": seq - 1}, headers={"accept": "application/json"})
    assert answer.json()["seq"] >= seq
    seq = answer.json()["seq"]
    assert "Dritter Beitrag" in answer.json()["posts"]
    room.publish(posts, "Vierter Beitrag")
    news = editor.client.get(path, params={"after": seq}, headers={"accept": "application/json"}).json()
    assert "Vierter Beitrag" in news["posts"]
    assert news["seq"] > seq


def test_a_long_list_has_pages(room: Newsroom, editor: Editor, slug: str) -> None:
    for number in range(1, 33):
        room.publish(slug, f"Text {number}")
    page = editor.get(f"/desk/stories/{slug}")
    assert len(page.all("item")) == 30
    (older,) = page.tree.xpath("//a[starts-with(@href, '?before=')]/@href")
    rest = editor.get(f"/desk/stories/{slug}{older.removesuffix('#posts')}")
    assert [each.get("data-post") for each in rest.all("item")] == ["2", "1"]


def test_a_draft_is_thrown_away(editor: Editor, slug: str) -> None:
    page = editor.send(f"/desk/stories/{slug}/sheet", body="Weg damit", do="save")
    (drop,) = page.tree.xpath("//ul[@class='drafts']//form/@action")
    after = editor.send(drop)
    assert not after.tree.xpath("//ul[@class='drafts']")
    assert editor.send(drop).status == 422
