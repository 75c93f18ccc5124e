"""A newsroom to test with: a real server on a free port, a folder of its own, and people of every role.

In: a folder. Out: a Newsroom, through whose clients and tokens a test does what people and programs do. Nothing in it
is replaced: journal, desk, hub and pages are those that readers get.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from msgspec.structs import replace

from depesche import app
from depesche.desk.access import Role
from depesche.desk.passwords import Denied
from depesche.settings import Settings
from depesche.web.house import House
from depesche.web.server import Server
from tests.serving import running

PASSWORD = "correct horse battery"
"""Of everybody in the newsroom."""


@dataclass
class Newsroom:
    """A running Depesche."""

    url: str
    house: House
    _tokens: dict[Role, str] = field(default_factory=dict)
    _clients: dict[Role | None, httpx2.Client] = field(default_factory=dict)

    def token(self, role: Role = "editor") -> str:
        """A token of the person of this role; that person's login is the role's name, the password is PASSWORD."""
        if role not in self._tokens:
            self._tokens[role] = self.house.people.make_token(self.person(role), "test")
        return self._tokens[role]

    def person(self, role: Role = "editor") -> str:
        """The account's id of the person of this role, who is hired when first asked for."""
        people = self.house.people
        for account in people.accounts():
            if account.login == role:
                return account.id
        account_or_not = people.add(role, f"Test {role}", role, PASSWORD)
        assert not isinstance(account_or_not, Denied)
        return account_or_not.id

    def client(self, role: Role | None = "editor") -> httpx2.Client:
        """A program with the token of this role, the same each time; None: without a token, as a reader."""
        headers = {"authorization": f"Bearer {self.token(role)}"} if role else {}
        if role not in self._clients:
            base = self.url + self.house.settings.base_path
            # no certificates are needed here, and loading them takes a quarter of a second
            self._clients[role] = httpx2.Client(base_url=base, headers=headers, timeout=30, verify=False)
        return self._clients[role]

    def story(self, slug: str = "", **said: Any) -> str:
        """Open a story; gives its slug."""
        slug = slug or f"story-{uuid.uuid4().hex[:8]}"
        answer = self.client().post("/api/stories", json={"slug": slug, "title": "Hochwasser", **said})
        assert answer.status_code == 201, answer.text
        return slug

    def publish(self, slug: str, body: str, **said: Any) -> int:
        """Publish a post; gives its number."""
        answer = self.client().post(f"/api/stories/{slug}/posts", json={"body": body, **said})
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["post"]
        return number

    def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            client.close()


@contextlib.contextmanager
def newsroom(folder: Path, **changed: Any) -> Iterator[Newsroom]:
    """Open a newsroom in this folder, with these settings changed."""
    settings = replace(Settings(folder=folder), **changed)
    application = app.create(settings)
    with running(Server(application, settings)) as url:
        made = Newsroom(url, application.state.house)
        try:
            yield made
        finally:
            made.close()
