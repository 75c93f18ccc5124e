"""The watch and the ledger: a statement whose copy was killed is withdrawn, one that stands on other copy too isn't."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.desk.intake import Arrival
from depesche.desk.recorder import Recorder
from depesche.journal import views
from depesche.web.house import House
from depesche.words.alarms import CopyRef
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand, DismissAlarm, OpenStory, PublishPost
from depesche.words.copy import Copy
from depesche.words.ledgercommands import OpenClaim

EDITOR = Actor("e" * 8, "Ada", "chief")
STORY = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0009"
SAYING = "Gouverneurin Anna Berg sagte am Montag: „Die Stadt ist vollständig zurückerobert worden.“"


class Desk:
    """A house with one story and nobody else in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.recorder = Recorder(house.desk, house.plugins.reader())
        self.ask(OpenStory("elbe", "Elbe"))

    def ask(self, command: AnyCommand) -> None:
        done = self.house.desk.handle(command, EDITOR, story=STORY, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done

    def send(self, uri: str, text: str, *, version: int = 1, canceled: bool = False) -> Copy:
        given = Copy("", "", "", uri=uri, version=version, canceled=canceled, source="dpa")
        arrival = self.house.intake.receive(
            text.encode(), actor=EDITOR, story=STORY, media_type="text/plain", given=given
        )
        assert isinstance(arrival, Arrival), arrival
        return arrival.copies[0]

    def publish(self, text: str, copies: Sequence[Copy]) -> None:
        self.ask(PublishPost(PostText(text), copies=tuple(CopyRef(each.id, each.version) for each in copies)))
        with self.house.journal.reading() as connection:
            number = views.post_numbers(connection, STORY)
        assert isinstance(self.recorder.record(STORY, number), Done)

    def standing(self) -> str:
        with self.house.journal.reading() as connection:
            return views.ledger(connection, STORY).claims[1].standing


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def test_a_killed_copy_withdraws_what_was_said_in_it(desk: Desk) -> None:
    copy = desk.send("a", SAYING)
    desk.publish(SAYING, [copy])
    desk.ask(OpenClaim("Ist die Stadt zurückerobert?", statement=1))
    assert desk.standing() == "one_source"
    desk.send("a", SAYING.replace("vollständig", "fast ganz"), version=2)
    assert desk.standing() == "one_source", "a correction is for an editor to judge"
    desk.send("a", "", version=3, canceled=True)
    assert desk.standing() == "withdrawn"


def test_a_statement_that_other_copy_carries_stands(desk: Desk) -> None:
    one, other = desk.send("a", SAYING), desk.send("b", f"Das meldet auch Reuters. {SAYING}")
    desk.publish(SAYING, [one, other])
    desk.ask(OpenClaim("Ist die Stadt zurückerobert?", statement=1))
    desk.send("a", "", version=2, canceled=True)
    assert desk.standing() == "one_source"
    desk.send("b", "", version=2, canceled=True)
    assert desk.standing() == "withdrawn"


def test_a_dismissed_kill_lets_the_statement_stand(desk: Desk) -> None:
    copy = desk.send("a", SAYING)
    desk.publish(SAYING, [copy])
    desk.ask(OpenClaim("Ist die Stadt zurückerobert?", statement=1))
    desk.send("a", "", version=2, canceled=True)
    desk.ask(DismissAlarm(1, copy.id, "Unsere Reporterin war dabei."))
    assert desk.standing() == "one_source"
