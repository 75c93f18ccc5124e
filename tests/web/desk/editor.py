"""Somebody at the desk without scripts: a client that is signed in, sends forms, and reads pages strictly.

In: a newsroom and a role. Out: pages as trees. A page that isn't valid HTML fails the test that asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import html5lib
import httpx2
from lxml import html as lxml_html
from lxml.html import HtmlElement

from tests.newsroom import PASSWORD, Newsroom

_OPEN: dict[str, list[httpx2.Client]] = {}
"""Clients by the address of their newsroom."""


def browser(room: Newsroom, language: str = "en") -> httpx2.Client:
    """A client that keeps cookies; `hang_up` closes it."""
    address = room.url + room.house.settings.base_path
    made = httpx2.Client(base_url=address, headers={"accept-language": language}, timeout=30)
    _OPEN.setdefault(room.url, []).append(made)
    return made


def hang_up(room: Newsroom) -> None:
    """Close all clients of this newsroom."""
    for client in _OPEN.pop(room.url, []):
        client.close()


class Page:
    """An answer: status, headers, and the page as a tree."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.text = answer.text
        if "html" in answer.headers.get("content-type", ""):
            html5lib.HTMLParser(strict=True).parse(self.text)

    @property
    def tree(self) -> HtmlElement:
        """The page, without what a browser keeps apart."""
        tree = lxml_html.fromstring(self.text)
        for template in tree.xpath("//template"):
            template.drop_tree()
        return tree

    def all(self, css_class: str) -> list[HtmlElement]:
        """The elements with this class."""
        return list(self.tree.find_class(css_class))

    def said(self, css_class: str) -> str:
        """What stands in the elements with this class."""
        return " ".join(" ".join(each.text_content().split()) for each in self.all(css_class))

    def form(self, identity: str) -> dict[str, str]:
        """The fields of the form with this id, as they would be sent."""
        (form,) = self.tree.xpath("//form[@id=$id]", id=identity)
        return {name: (value or "").removeprefix("\n") for name, value in form.fields.items() if name != "do"}


class Editor:
    """A browser without scripts."""

    def __init__(self, room: Newsroom, role: str = "editor", *, language: str = "en") -> None:
        self.room = room
        self.client = browser(room, language)
        room.person(role)  # type: ignore[arg-type]
        answer = self.client.post("/desk/login", data={"login": role, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        self.csrf = self.client.get("/desk/session").json()["csrf"]

    def get(self, path: str) -> Page:
        """A page, redirects followed."""
        return Page(self.client.get(path, follow_redirects=True))

    def send(self, path: str, fields: Mapping[str, Any] | None = None, *, files: Any = None, **more: Any) -> Page:
        """Send a form as a browser does; redirects are followed."""
        data = {"csrf": self.csrf, **(fields or {}), **more}
        return Page(self.client.post(path, data=data, files=files, follow_redirects=True))

    def ask(
        self, path: str, fields: Mapping[str, Any] | None = None, *, files: Any = None, **more: Any
    ) -> httpx2.Response:
        """Send a form as the desk's script does."""
        headers = {"accept": "application/json", "x-csrf-token": self.csrf}
        return self.client.post(path, data={**(fields or {}), **more}, files=files, headers=headers)

    def sheet(self, path: str) -> dict[str, str]:
        """The fields of the sheet on a page."""
        return self.get(path).form("sheet")
