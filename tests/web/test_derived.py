"""A figure that was derived says of what, in the words of the post, where the ledger knows them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from depesche.words.copy import Figure, Hop, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgercommands import AcceptFigure, Judged, RejectFigure, ResetFigure
from tests.web.audience import as_read
from tests.web.ledger import Ledger, number

BODY = "Selenskyj sprach von etwa 4.000 Toten und Verwundeten; rund zwei Drittel von ihnen seien tot."
WHOLE = number("etwa 4.000", 4000, "about", "killed_or_wounded")
PART = replace(number("rund zwei Drittel", 0.6667, "about"), unit="share", population="")
TOLD = "rund 2.700 abgeleitet aus „rund zwei Drittel“ von „etwa 4.000“"


def derived(ledger: Ledger, *figures: Figure, words: str = "knapp 2.700", value: float = 2667) -> int:
    """A post with these figures, and one that an editor made of them; the statement."""
    said = ledger.tell(BODY, "zelensky", said="2025-04-28", figures=figures)
    link(ledger, said, len(figures), words, value)
    return said


def link(ledger: Ledger, said: int, place: int, words: str = "knapp 2.700", value: float = 2667) -> None:
    given = Figure((0, 1), words, value, value, "about", "killed", population="soldiers")
    claim = ledger.ask("Wie viele?", "quantity", measure="killed")
    ledger.link(claim, said, "figure", figure=Judged(place, "killed", "soldiers", derived=True, given=given))


def test_a_part_and_its_whole_are_told(reader: TestClient, ledger: Ledger) -> None:
    said = derived(ledger, WHOLE, PART)
    assert TOLD in page(reader)
    ledger.do(RejectFigure(said, 0, "misread"))
    assert "rund 2.700 abgeleitet aus „rund zwei Drittel“ " in page(reader)
    ledger.do(AcceptFigure(said, Judged(0)))
    assert TOLD in page(reader)


def test_the_whole_may_stand_in_another_statement_of_the_post(reader: TestClient, ledger: Ledger) -> None:
    who = Statement("Indirect", ((0, 1),), name="zelensky", chain=(Hop((), "zelensky"),))
    both = [RecordedStatement(0, replace(who, figures=(each,)), each.words, "Selenskyj") for each in (WHOLE, PART)]
    ledger.news.said(ledger.news.post(BODY), *both)
    link(ledger, 2, 1)
    assert TOLD in page(reader)
    ledger.do(RejectFigure(1, 0, "misread"))
    assert TOLD not in page(reader), "no change of the claim's own statement, and it is another page"
    ledger.do(ResetFigure(1, 0))
    assert TOLD in page(reader)


def test_a_whole_of_which_that_is_no_such_part_is_not_told(reader: TestClient, ledger: Ledger) -> None:
    derived(ledger, WHOLE, PART, value=900, words="900")
    assert "rund 900 abgeleitet aus „rund zwei Drittel“ " in page(reader)


@pytest.mark.parametrize(
    ("words", "told"), [("knapp 2.700", "abgeleitet "), ("die meisten", "abgeleitet aus „die meisten“")]
)
def test_the_number_itself_explains_nothing(reader: TestClient, ledger: Ledger, words: str, told: str) -> None:
    derived(ledger, words=words)
    assert f"rund 2.700 {told}" in page(reader)
    assert "„knapp 2.700“" not in page(reader)


def page(reader: TestClient) -> str:
    """What the claim's page says."""
    return " ".join(as_read(reader.get("/kursk/c/1").text).split())
