"""The ledger through the API: the same commands, refusals and conflicts as at the desk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from depesche.journal import views
from tests.newsroom import Newsroom, newsroom
from tests.web.test_api import problem

SECRET = "Birkenweg siebzehn"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("api")) as opened:
        yield opened


@pytest.fixture
def slug(room: Newsroom) -> str:
    return room.story()


def test_a_claim_is_opened_amended_and_set_by_a_program(room: Newsroom, slug: str) -> None:
    desk, path = room.client(), f"/api/stories/{slug}/ledger"

    def ask(status: int = 200, headers: dict[str, str] | None = None, **said: Any) -> dict[str, Any]:
        answer = desk.post(path, json={"ask": said}, headers=headers or {})
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    opened = ask(command="OpenClaim", question="Hält der Deich?")
    ask(command="SetStanding", claim=1, standing="unverifiable", reason="gesperrt", on="2025-04-28", line="Unklar")
    shown = room.client(None).get(f"/api/stories/{slug}/claims").json()
    assert [(each["number"], each["standing"]) for each in shown["claims"]] == [(1, "unverifiable")]
    amended = {"number": 1, "question": "Hält der Deich bei Lauenburg?"}
    ask(command="AmendClaim", claim=amended, headers={"if-match": f'"{opened["seq"]}"'})
    again = desk.post(path, json={"ask": {"command": "AmendClaim", "claim": {"number": 1, "question": "Anders?"}}})
    assert again.status_code == 200
    outdated = {"if-match": f'"{opened["seq"]}"'}
    problem(desk.post(path, json={"ask": {"command": "DropClaim", "claim": 1}}, headers=outdated), 409, "conflict")
    problem(
        desk.post(path, json={"ask": {"command": "LinkStatement", "claim": 1, "statement": 99}}),
        404,
        "statement_missing",
    )
    problem(desk.post(path, json={"ask": {"command": "PublishPost", "text": {"body": "x"}}}), 422, "json_misfit")
    problem(room.client("reporter").post(path, json={"ask": {"command": "DropClaim", "claim": 1}}), 403, "not_allowed")


def test_a_party_is_named_for_every_story(room: Newsroom, slug: str) -> None:
    party = {"id": "", "kind": "agency", "names": {"de": "Wasserwirtschaftsamt"}}
    said = {"ask": {"command": "NameParty", "party": party, "note": "Durchwahl 12"}}
    assert room.client().post("/api/house/ledger", json=said).status_code == 200
    with room.house.journal.reading() as connection:
        assert "wasserwirtschaftsamt" in views.house(connection).parties
    taken = {"ask": {"command": "NameParty", "party": {**party, "id": "other"}}}
    problem(room.client().post("/api/house/ledger", json=taken), 409, "name_taken")
    assert room.client(None).post("/api/house/ledger", json=taken).status_code == 401


def test_who_is_party_and_outlet_has_one_key_and_a_refusal_says_so(room: Newsroom, slug: str) -> None:
    def name(command: str, **named: object) -> httpx2.Response:
        return room.client().post("/api/house/ledger", json={"ask": {"command": command, **named}})

    party = {"id": "kcna", "kind": "agency", "names": {"de": "KCNA"}}
    assert name("NameParty", party=party).status_code == 200
    refused = name("NameOutlet", outlet={"id": "kcna-outlet", "name": "KCNA", "kind": "state_media"})
    problem(refused, 409, "name_taken")
    assert "belongs to “kcna” already. If it is the same one, use that key: a party and an outlet" in refused.text
    assert name("NameOutlet", outlet={"id": "kcna", "name": "KCNA", "kind": "state_media"}).status_code == 200


def test_what_is_expunged_from_the_ledger_is_on_no_page(room: Newsroom, slug: str) -> None:
    desk, path, reader = room.client(), f"/api/stories/{slug}/ledger", room.client(None)
    asked: list[dict[str, object]] = [
        {"command": "OpenClaim", "question": f"Wohnt er im {SECRET}?"},
        {"command": "SetStanding", "claim": 1, "standing": "contested", "reason": "So.", "line": f"Im {SECRET}?"},
        {"command": "RecordReply", "who": "Er", "words": f"Nicht im {SECRET}.", "claim": 1},
    ]
    for each in asked:
        assert desk.post(path, json={"ask": each}).status_code == 200
    pages = [f"/{slug}", f"/{slug}/c", f"/{slug}/c/1", f"/{slug}/changes?after=0", f"/{slug}?since=0"]
    assert all(SECRET in reader.get(each).text for each in pages[:3])
    then = time.time_ns() // 1000
    erase = {"ask": {"command": "ExpungeWords", "of": "claim", "number": 1, "reason": "Beschluss"}}
    problem(desk.post(path, json=erase), 403, "not_allowed")
    assert room.client("chief").post(path, json=erase).status_code == 200
    pages += [f"{each}?asof={then}" for each in pages[:3]]
    answers = [reader.get(each) for each in pages]
    answers += [desk.get(f"/api/stories/{slug}{part}") for part in ("", "/entries", "/claims")]
    assert not any(SECRET in each.text for each in answers)
    assert reader.get(f"/{slug}/c/1").status_code == 410
    problem(room.client("chief").post(path, json=erase), 409, "claim_expunged")
