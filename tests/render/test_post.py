"""One post as a fragment: headings, pictures, languages, and what is cut."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.journal.views import PostView
from depesche.render.post import article, blurb, heading, picture, shortened
from depesche.render.site import Frame
from depesche.words.changes import Media, PostText

FRAME = Frame("id", "kursk", "de", "Europe/Berlin", "/live")
AT = 1_745_843_525_000_000
PICTURE = Media("ab" * 32, 2000, 1250, alt="Ein Dorf", credit="Foto: Beispiel", caption="Kursk im Januar")


def post(body: str = "Ein Text.", *, number: int = 7, **text: Any) -> PostView:
    return PostView(
        story="id",
        number=number,
        state="published",
        revision=1,
        text=PostText(body, **text),
        shown_at=AT,
        published_at=AT,
        changed_at=AT,
        edition=9,
        seq=0,
        note="",
        undo=False,
        history=(),
    )


def tree(markup: str) -> Any:
    return html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)


def test_a_picture_has_its_size_its_words_and_its_credit() -> None:
    made = tree(article(FRAME, post(media=(PICTURE,))))
    img = made.find(".//figure/img").attrib
    assert (img["width"], img["height"], img["alt"]) == ("2000", "1250", "Ein Dorf")
    assert (img["loading"], img["decoding"]) == ("lazy", "async")
    assert img["src"] == f"/live/media/{PICTURE.id}/1600.webp"
    assert f"/live/media/{PICTURE.id}/480.webp 480w" in img["srcset"]
    assert "".join(made.find(".//figcaption").itertext()) == "Kursk im Januar Foto: Beispiel"


def test_the_first_picture_of_a_posts_own_page_is_not_late() -> None:
    made = tree(article(FRAME, post(media=(PICTURE, replace(PICTURE, id="cd" * 32))), "page"))
    assert [each.attrib.get("loading") for each in made.iter("img")] == [None, "lazy"]


def test_a_picture_without_words_is_decoration() -> None:
    made = tree(article(FRAME, post(media=(replace(PICTURE, alt="", caption="", credit=""),))))
    assert made.find(".//img").attrib["alt"] == ""
    assert made.find(".//figcaption") is None


def test_a_post_in_another_language_says_so() -> None:
    made = tree(article(FRAME, post("شاهد", title="خبر", language="ar")))
    assert {(each.attrib["lang"], each.attrib["dir"]) for each in made.iter() if "lang" in each.attrib} == {
        ("ar", "rtl")
    }
    assert [each.tag for each in made.iter() if "lang" in each.attrib] == ["h3", "div"]


@pytest.mark.parametrize(
    ("view", "title"),
    [
        (post("Ein Text.", title=" Der Titel "), "Der Titel"),
        (post("**Ein** [Link](https://x.example) im\nText."), "Ein Link im Text."),
        (post("wort " * 40), "wort wort wort wort wort wort wort wort wort wort wort wort wort wort…"),
        (post("", media=(PICTURE,)), "Ein Dorf"),
        (post("", media=(replace(PICTURE, alt=""),)), "Beitrag vom 28. Apr., 14:32"),
        (replace(post(), text=None, state="retracted"), "Diesen Beitrag haben wir zurückgezogen."),
    ],
)
def test_every_post_has_a_heading(view: PostView, title: str) -> None:
    assert heading(FRAME, view) == title


def test_the_same_post_stands_pinned_under_another_id() -> None:
    ids = [
        {each.attrib["id"] for each in tree(article(FRAME, post(), place)).iter() if "id" in each.attrib}
        for place in ("stream", "pin")
    ]
    assert ids == [{"p7", "h7"}, {"pin-p7", "pin-h7"}]


def test_a_post_that_is_gone_has_neither_blurb_nor_picture() -> None:
    gone = replace(post("Geheim", media=(PICTURE,)), text=None, state="retracted")
    assert (blurb(gone), picture(gone)) == ("", None)


@given(st.text(max_size=300), st.integers(2, 100))
def test_what_is_cut_is_never_too_long_and_never_more_than_the_text(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= most
    assert " ".join(text.split()).startswith(cut.removesuffix("…").rstrip())
    assert "\n" not in cut
