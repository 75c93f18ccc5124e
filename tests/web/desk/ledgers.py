"""A story with something to argue about, and the panel "Claims" as a person without scripts sees it.

In: a newsroom, an editor. Out: a slug whose statements are recorded, and the commands that buttons carry.
"""

from __future__ import annotations

import time
from typing import Any

from lxml.html import HtmlElement

from depesche.journal import views
from depesche.journal.views import ClaimView
from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor, Page

KURSK = (
    "Der südkoreanische Geheimdienst NIS teilte mit, 600 nordkoreanische Soldaten seien in Kursk getötet worden.",
    "Wolodymyr Selenskyj sagte, etwa 4.000 nordkoreanische Soldaten seien getötet worden.",
    "Waleri Gerassimow sagte, die Region Kursk sei vollständig befreit.",
    "Der ukrainische Generalstab bestritt, dass die Region Kursk vollständig befreit sei.",
)
"""Four posts, a statement each: two figures, a claim and its denial."""
NIS, SELENSKYJ, GERASSIMOW, GENERALSTAB = 1, 2, 3, 4
"""Their statements."""


def kursk(room: Newsroom, **said: Any) -> str:
    """A story with these posts."""
    slug = room.story(**said)
    for body in KURSK:
        room.publish(slug, body)
        recorded(room, slug, KURSK.index(body) + 1)
    return slug


def recorded(room: Newsroom, slug: str, count: int, *, within: float = 20.0) -> None:
    """Wait until so many statements of the story are in the journal."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        with room.house.journal.reading() as connection:
            story = views.story(connection, slug)
            assert story is not None
            if len(views.statements(connection, story.id, limit=1000)) >= count:
                return
        time.sleep(0.05)
    raise AssertionError("the statements were not recorded in time")


def ask(editor: Editor, slug: str, act: str = "", **fields: Any) -> dict[str, Any]:
    """Send a form of the panel as the script does; the desk has done it."""
    answer = editor.ask(f"/desk/stories/{slug}/ledger", {"act": act, **fields} if act else fields)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def claim(room: Newsroom, slug: str, number: int) -> ClaimView:
    """A claim of the story, as readers and the desk have it."""
    with room.house.journal.reading() as connection:
        about = views.story(connection, slug)
        assert about is not None
        return views.ledger(connection, about.id).claims[number]


def panel(page: Page) -> HtmlElement:
    """The panel on the story's page."""
    found: HtmlElement = page.tree.get_element_by_id("claims")
    return found


def statement(page: Page, number: int) -> HtmlElement:
    """A statement in the panel."""
    found: HtmlElement = page.tree.get_element_by_id(f"saying-{number}")
    return found


def words(element: HtmlElement) -> str:
    """What stands there, with single spaces."""
    return " ".join(element.text_content().split())


def carried(element: HtmlElement, key: str) -> str:
    """The commands of the button that this key presses."""
    (button,) = element.xpath(f".//button[@data-do='{key}']")
    return str(button.getparent().fields["commands"])


def press(editor: Editor, slug: str, element: HtmlElement, key: str) -> Page:
    """Press a button with this key as a browser without scripts does."""
    (button,) = element.xpath(f".//button[@data-do='{key}']")
    fields = dict(button.getparent().fields)
    return editor.send(f"/desk/stories/{slug}/ledger", fields)
