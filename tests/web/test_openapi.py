"""The description of the API, held against what the server takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.newsroom import Newsroom, newsroom

ONE = "/api/stories/{slug}"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("api")) as room:
        assert room.client().post("/api/stories", json={"slug": "kursk", "title": "Kursk"}).status_code == 201
        yield room


@pytest.fixture(scope="module")
def told(room: Newsroom) -> Any:
    return room.client(None).get("/api/openapi.json").json()


def schema(told: Any, path: str, method: str, name: str) -> Any:
    """The schema of a parameter."""
    return next(each["schema"] for each in told["paths"][path][method]["parameters"] if each["name"] == name)


@pytest.mark.parametrize(("given", "taken"), [("17", True), ('"17"', True), ("*", True), ("", False), ("x", False)])
def test_what_if_match_takes(room: Newsroom, told: Any, given: str, taken: bool) -> None:
    pattern = schema(told, f"{ONE}/posts", "post", "If-Match")["pattern"]
    assert bool(re.search(pattern, given)) is taken
    answer = room.client().post("/api/stories/kursk/reopen", headers={"if-match": given})
    assert (answer.status_code != 400) is taken


@pytest.mark.parametrize(
    ("path", "name"), [("", "limit"), ("/entries", "limit"), ("/claims", "limit"), ("", "before"), ("/claims", "first")]
)
def test_which_numbers_a_query_takes(room: Newsroom, told: Any, path: str, name: str) -> None:
    known = schema(told, ONE + path, "get", name)
    for number, status in ((known["minimum"], 200), (known["maximum"], 200), (known["maximum"] + 1, 400)):
        assert room.client().get(f"/api/stories/kursk{path}?{name}={number}").status_code == status


def test_which_words_a_query_takes(room: Newsroom, told: Any) -> None:
    for word, status in [*((each, 200) for each in schema(told, f"{ONE}/alarms", "get", "state")["enum"]), ("x", 400)]:
        assert room.client().get(f"/api/stories/kursk/alarms?state={word}").status_code == status


@pytest.mark.parametrize("slug", ["finale-2", "a--b", "", "Finale"])
def test_which_addresses_a_story_takes(room: Newsroom, told: Any, slug: str) -> None:
    pattern = told["components"]["schemas"]["NewStory"]["properties"]["slug"]["pattern"]
    answer = room.client().post("/api/stories", json={"slug": slug, "title": "Finale"})
    assert (answer.status_code == 201) is bool(re.search(pattern, slug))


def test_a_commands_id_is_a_uuid(told: Any) -> None:
    assert schema(told, f"{ONE}/posts", "post", "Idempotency-Key")["format"] == "uuid"
