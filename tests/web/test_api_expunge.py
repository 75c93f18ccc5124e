"""What a court takes out by the API: only chiefs may, nothing is left, and all chains hold; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from depesche.journal import dump, rebuild, verify, views
from depesche.words.reckoning import key
from tests.newsroom import Newsroom, newsroom
from tests.web.test_api import problem

SECRET = "Mustermann vom Birkenweg"


@pytest.fixture
def room(tmp_path: Path, empty_journal: str) -> Iterator[Newsroom]:
    with newsroom(tmp_path, database=empty_journal) as opened:
        yield opened


def house_entries(room: Newsroom) -> str:
    return repr(room.house.journal.entries("house"))


def whole(room: Newsroom, slug: str) -> bool:
    """Every chain holds, in the journal and in exports; the views are what the journal makes of itself."""
    journal = room.house.journal
    with journal.reading() as connection:
        view = views.story(connection, slug)
    assert view is not None
    story = view.id
    found = [*verify.check(journal), *dump.verify(dump.export(journal, story))]
    return [*found, *dump.verify(dump.export(journal, story, public=True))] == [] and rebuild.compare(journal) == []


def test_a_post_is_expunged_by_a_chief_and_nothing_of_it_is_left(room: Newsroom) -> None:
    chief, slug = room.client("chief"), room.story()
    path = f"/api/stories/{slug}/posts/1/expunge"
    room.publish(slug, "Er wohnt im Birkenweg 17.")
    chief.post(f"/api/stories/{slug}/posts/1/correct", json={"body": "Er wohnt hier.", "correction": "typo"})
    told = problem(room.client().post(path, json={"reason": "Beschluss"}), 403, "not_allowed")
    assert told["params"] == {"role": "editor", "needed": "chief"}
    problem(chief.post(path, json={}), 422, "reason_missing")
    problem(chief.post(path, json={"reason": "Beschluss", "revision": 2}), 409, "revision_current")
    assert chief.post(path, json={"reason": "Beschluss", "revision": 1}).status_code == 200
    assert "Birkenweg" not in chief.get(f"/api/stories/{slug}/entries").text
    assert chief.get(f"/api/stories/{slug}/posts/1").json()["body"] == "Er wohnt hier."
    assert chief.post(path, json={"reason": "Beschluss"}).status_code == 200
    assert "wohnt" not in chief.get(f"/api/stories/{slug}/entries").text
    assert chief.get(f"/api/stories/{slug}/posts/1").json()["state"] == "expunged"
    problem(chief.post(path, json={"reason": "Noch einmal"}), 409, "post_expunged")
    assert whole(room, slug)


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("of", ["party", "outlet"])
def test_what_the_house_called_somebody_is_expunged(room: Newsroom, of: str, *, forgotten: bool) -> None:
    chief, slug, house = room.client("chief"), room.story(), "/api/house/ledger"
    named = of == "party"
    ask: dict[str, Any] = {"command": "NameOutlet", "outlet": {"id": "p-17", "name": SECRET}}
    if named:
        ask = {"command": "NameParty", "party": {"id": "p-17", "names": {"de": SECRET}}, "note": SECRET}
    assert chief.post(house, json={"ask": ask}).status_code == 200
    if forgotten:
        forget = {"command": "ForgetParty", "party": "p-17"} if named else {"command": "ForgetOutlet", "outlet": "p-17"}
        chief.post(house, json={"ask": forget})
    order = {"command": "ExpungeWords", "of": of, "id": "p-17", "reason": "Beschluss"}
    problem(room.client().post(house, json={"ask": order}), 403, "not_allowed")
    assert SECRET in house_entries(room)
    assert chief.post(house, json={"ask": order}).status_code == 200
    assert SECRET not in house_entries(room)
    with room.house.journal.reading() as connection:
        known = views.house(connection)
    assert (known.parties, known.outlets, known.names) == ({}, {}, {})
    problem(chief.post(house, json={"ask": order}), 404, "party_missing")
    assert whole(room, slug)
    assert chief.post(house, json={"ask": ask | ({"note": None} if named else {})}).status_code == 200
    with room.house.journal.reading() as connection:
        assert key(SECRET) in views.house(connection).names, "named anew, after the order was lifted"


def test_what_a_story_counts_is_expunged(room: Newsroom) -> None:
    chief, slug = room.client("chief"), room.story()
    path = f"/api/stories/{slug}/ledger"
    measure = {"id": "m-1", "names": {"de": SECRET}, "definition": SECRET}
    assert chief.post(path, json={"ask": {"command": "AddMeasure", "measure": measure}}).status_code == 200
    order = {"command": "ExpungeWords", "of": "measure", "id": "m-1", "reason": "Beschluss"}
    assert chief.post(path, json={"ask": order}).status_code == 200
    assert SECRET not in chief.get(f"/api/stories/{slug}/entries").text
    problem(chief.post(path, json={"ask": order}), 422, "measure_unknown")
    assert whole(room, slug)
