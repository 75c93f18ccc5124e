"""Claims for programs: what readers see of them as JSON, now and as of a moment; no more with a token."""

from __future__ import annotations

import httpx2
import pytest

from depesche.words.ledgercommands import AmendStatement, MergeClaims, RecordReply, SetStanding
from depesche.words.parties import Chain
from tests.newsroom import Newsroom
from tests.web.coverage import Coverage
from tests.web.ledger import Ledger


@pytest.fixture
def ledger(server: Newsroom) -> Ledger:
    """A story with both examples."""
    news = Coverage(server.house.journal, bus=server.house.bus)
    news.open()
    made = Ledger(news)
    made.cast()
    made.kursk()
    made.losses()
    return made


@pytest.fixture
def reader(server: Newsroom) -> httpx2.Client:
    """A program without a token."""
    return server.client(None)


def test_the_claims_of_a_story_with_their_standing(reader: httpx2.Client, ledger: Ledger) -> None:
    answer = reader.get("/api/stories/kursk/claims").json()
    assert answer["more"] is False
    losses, kursk = answer["claims"]
    assert (kursk["question"], kursk["standing"], kursk["label"]) == (
        "Ist Kursk vollständig zurückerobert?",
        "contested",
        "Umstritten",
    )
    assert kursk["affirming"] == {"roots": 1, "parties": 1, "sides": 1, "unknown": 0}
    assert kursk["url"].endswith("/kursk/c/1")
    assert losses["said"] == "600 (NIS, 30. Apr.), rund 2.700 (Wolodymyr Selenskyj, abgeleitet, 28. Apr.)"
    assert [each["number"] for each in reader.get("/api/stories/kursk/claims?limit=1&first=1").json()["claims"]] == [1]


def test_one_claim_with_statements_figures_and_history(reader: httpx2.Client, ledger: Ledger) -> None:
    ledger.do(RecordReply("Das Ministerium", "Falsch.", claim=2))
    answer = reader.get("/api/stories/kursk/claims/2").json()
    assert {each["words"]: (each["who"], each["newest"], each["derived"]) for each in answer["figures"]} == {
        "etwa 300": ("NIS", False, False),
        "600": ("NIS", True, False),
        "rund 600": ("NIS", False, False),
        "rund zwei Drittel": ("Wolodymyr Selenskyj", True, True),
    }
    lee = next(each for each in answer["statements"] if each["post"] == 6)
    assert (lee["chain"], lee["stance"], lee["superseded"]) == (["Reuters", "Abgeordneter Lee", "NIS"], "figure", False)
    assert lee["published_at"] == "2025-04-28T10:36:00Z"
    assert answer["claim"]["since"] <= answer["claim"]["changed_at"]
    assert [each["standing"] for each in answer["history"]][:2] == ["open", "one_source"]
    assert all(each["accepted"] == (each["standing"] == "contested") for each in answer["history"])
    assert answer["replies"] == [{"who": "Das Ministerium", "words": "Falsch.", "received": None}]


def test_as_of_a_moment(reader: httpx2.Client, ledger: Ledger) -> None:
    at = ledger.news.at
    ledger.do(SetStanding(1, "verified", "geheim", evidence="Augenschein"))
    ledger.news.post("Danach.")
    assert reader.get("/api/stories/kursk/claims/1").json()["claim"]["standing"] == "verified"
    then = reader.get("/api/stories/kursk/claims/1", params={"asof": str(at)}).json()
    assert then["claim"]["standing"] == "contested"
    assert len(reader.get("/api/stories/kursk", params={"asof": str(at)}).json()["posts"]) == 7
    assert reader.get("/api/stories/kursk/posts/8", params={"asof": str(at)}).status_code == 404
    assert reader.get("/api/stories/kursk/posts/7", params={"asof": str(at)}).status_code == 200
    for wrong in ("gestern", "-1", "9" * 17):
        problem = reader.get("/api/stories/kursk/claims", params={"asof": wrong})
        assert problem.status_code == 400
        assert problem.headers["content-type"] == "application/problem+json"
        assert "asof" in problem.json()["detail"]


def test_a_token_shows_no_more_of_the_past_than_readers_saw(
    server: Newsroom, reader: httpx2.Client, ledger: Ledger
) -> None:
    ledger.news.retract(2)
    path = f"/api/stories/kursk?asof={ledger.news.at}"
    assert server.client("chief").get(path).json() == reader.get(path).json()
    assert "Die Kämpfe dauern an" not in server.client("chief").get(path).text


def test_a_merged_claim_is_the_other_and_a_missing_one_a_problem(reader: httpx2.Client, ledger: Ledger) -> None:
    other = ledger.ask("Ist die Region frei?")
    ledger.do(MergeClaims(other, 1))
    assert reader.get(f"/api/stories/kursk/claims/{other}").json()["claim"]["number"] == 1
    for number in (99, 10**20):
        problem = reader.get(f"/api/stories/kursk/claims/{number}")
        assert (problem.status_code, problem.json()["code"]) == (404, "claim_missing")
    assert reader.get("/api/stories/nichts/claims").status_code == 404


def test_a_root_that_nobody_knows_is_an_empty_hop(reader: httpx2.Client, ledger: Ledger) -> None:
    for chain, told in (
        (("dpa", ""), ["dpa", ""]),
        (("tass", "dpa"), ["TASS", "dpa", ""]),
        (("dpa", "nis"), ["dpa", "NIS"]),
    ):
        ledger.do(AmendStatement(1, chain=Chain(chain)))
        (said,) = [e for e in reader.get("/api/stories/kursk/claims/1").json()["statements"] if e["statement"] == 1]
        assert (said["chain"], said["who"]) == (told, told[-1])
