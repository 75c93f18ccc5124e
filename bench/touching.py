"""What does a post cost whose statements answer 20 claims, beside one that answers none? The goal: three times as much.

A story with 200 claims, 5,000 statements that answer them and 5,000 accepted figures; both posts in turns, so that a
busy machine disturbs both alike. First over HTTP to a server in a process of its own, until the answer says that it is
durable; then the desk's own transactions in this process. The claims share some measures, or all count one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench import _report
from bench._processes import serving
from bench._report import Report, ratio, timed
from bench.story import Client
from depesche import app
from depesche.desk.access import SYSTEM, Actor
from depesche.desk.desk import Done, now_us
from depesche.desk.recorder import Recorder
from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.people import Account
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.changes import AnyChange, PostPublished, PostText, StatementsRecorded
from depesche.words.claims import Claim
from depesche.words.commands import AnyCommand, CorrectPost, OpenStory, PublishPost, RetractPost
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import ClaimOpened, FigureAccepted, StatementLinked
from depesche.words.ledgercommands import Judged, LinkStatement

CLAIMS, STATEMENTS, TOUCHED, SPEAKERS = 200, 5_000, 20, 60
GOAL = 3.0
SLUG = "lang"
SAID = "Sprecher {who} sagte, {number} nordkoreanische Soldaten seien bei Kursk getötet worden."
PLAIN = "Auf den Straßen der Stadt liegt an diesem Morgen Schnee, und die Busse fahren langsam weiter."


def text(number: int) -> str:
    """A post of 20 statements, each with a figure."""
    lines = [SAID.format(who=chr(65 + each), number=number + each) for each in range(TOUCHED)]
    return "\n\n".join(lines)


class Newsroom:
    """The story, and who works on it: in this process, or over HTTP."""

    def __init__(self, folder: Path, measures: int, statements: int) -> None:
        self.settings = Settings(folder=folder)
        self._measures, self._statements = measures, statements
        house = app.furnish(self.settings)
        person = house.people.add("bench", "Bench", "chief", uuid.uuid4().hex)
        assert isinstance(person, Account)
        self._token = house.people.make_token(person.id, "bench")
        self._actor = Actor(person.id, person.name, "chief")
        self.story = self._fill(house)
        app.end(house)

    def measure(self, claim: int) -> str:
        """What a claim counts: several claims count the same."""
        return f"killed-{claim % self._measures}"

    def _fill(self, house: House) -> str:
        opened = house.desk.handle(OpenStory(SLUG, "Lang"), self._actor, story="", command_id=str(uuid.uuid4()))
        assert isinstance(opened, Done)
        known, changes = list[RecordedStatement](), list[AnyChange]()
        for kind in range(SPEAKERS):
            line = SAID.format(who=f"{chr(65 + kind % 26)}{kind}", number=100 + kind % 5)
            found = house.plugins.reader().read(line, language="de").statements[0]
            speaker = "".join(line[start:end] for start, end in found.speaker)
            known.append(RecordedStatement(0, found, line, speaker))
        for number in range(1, self._statements + 1):
            changes.append(PostPublished(number, PostText("Ein Beitrag."), now_us()))
            changes.append(StatementsRecorded(number, 1, (replace(known[number % SPEAKERS], number=number),)))
        changes += [
            ClaimOpened(Claim(n, f"Wie viele, {n}?", "quantity", self.measure(n))) for n in range(1, CLAIMS + 1)
        ]
        for number in range(1, self._statements + 1):
            claim = number % CLAIMS + 1
            changes.append(StatementLinked(claim, number, "figure"))
            changes.append(FigureAccepted(number, 0, self.measure(claim)))
        with house.journal.writing(opened.story) as writing:
            writing.append(changes, actor="bench", at=now_us(), command=str(uuid.uuid4()), fingerprint=b"bench")
        return opened.story

    @contextmanager
    def serving(self) -> Iterator[Client]:
        """The server, while the block lasts, and a client of it."""
        with serving(self.settings.folder) as (_, port):
            yield Client(port, self._token)

    @contextmanager
    def working(self) -> Iterator[House]:
        """The parts of a server, in this process."""
        house = app.furnish(self.settings)
        try:
            yield house
        finally:
            app.end(house)

    def read(self, journal: Journal, post: int, revision: int) -> list[int]:
        """The numbers of the post's statements, when this revision was read."""
        for _ in range(600):
            with journal.reading() as connection:
                found = views.statements(connection, self.story, post=post)
            if len(found) == TOUCHED and found[0].revision == revision:
                return sorted(each.number for each in found)
            time.sleep(0.02)
        raise RuntimeError(f"post {post} was not read: {len(found)} statements")

    def ask(self, house: House, command: AnyCommand) -> Done:
        """What must be done."""
        done = house.desk.handle(command, self._actor, story=self.story, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done
        return done


def over_http(room: Newsroom, client: Client, journal: Journal, *, touching: bool) -> Iterator[tuple[str, float]]:
    """Publish, correct every number, and retract, each until it is durable."""
    posts, answers = f"/api/stories/{SLUG}/posts", list[dict[str, int]]()
    new = {"body": text(100) if touching else "\n\n".join([PLAIN] * TOUCHED)}
    yield "publish over HTTP", timed(lambda: answers.append(client.post(posts, new, 201)))
    post = answers[0]["post"]
    if touching:
        for link in links(room.read(journal, post, 1)):
            client.post(f"/api/stories/{SLUG}/ledger", {"ask": msgspec.to_builtins(link)})
    again = {"body": text(200), "correction": "correction", "note": "Andere Zahlen."}
    yield "correct over HTTP", timed(lambda: client.post(f"{posts}/{post}/correct", again))
    room.read(journal, post, 2)
    yield "retract over HTTP", timed(lambda: client.post(f"{posts}/{post}/retract", {"note": "War falsch."}))
    time.sleep(0.1)  # until pages have followed


def in_process(room: Newsroom, house: House, *, touching: bool) -> Iterator[tuple[str, float]]:
    """The transactions alone: the texts are read before, as they are by a server's other process."""
    recorder, desk = Recorder(house.desk, house.plugins.reader()), house.desk

    def record(post: int) -> float:
        asked = recorder.statements(room.story, post)
        assert asked is not None
        return timed(lambda: desk.handle(asked, _SYSTEM, story=room.story, command_id=str(uuid.uuid4())))

    done = room.ask(house, PublishPost(PostText(text(100))))
    post = next(entry.change.post for entry in done.entries if isinstance(entry.change, PostPublished))
    record(post)
    for link in links(room.read(house.journal, post, 1)) if touching else ():
        room.ask(house, link)
    room.ask(house, CorrectPost(post, PostText(text(200)), "correction", "Andere Zahlen."))
    yield "record the corrected statements", record(post)
    yield "retract", timed(lambda: room.ask(house, RetractPost(post, "War falsch.")))


def links(numbers: list[int]) -> list[LinkStatement]:
    """Each statement answers another claim with its figure."""
    return [
        LinkStatement(nth * 7 % CLAIMS + 1, number, "figure", figure=Judged(0)) for nth, number in enumerate(numbers)
    ]


def compare(
    report: Report, measures: int, turn: Callable[..., Iterator[tuple[str, float]]], rounds: int
) -> dict[str, float]:
    """Both kinds in turns; a row for each thing that was timed. Gives the ratios."""
    times: dict[str, tuple[list[float], list[float]]] = {}
    for number in range(rounds + 2):
        for touching in (False, True):
            for name, taken in turn(touching=touching):
                if number >= 2:  # the first ones warm up
                    times.setdefault(name, ([], []))[touching].append(taken)
    for name, (none, some) in times.items():
        report.row(name, measures, none, some, ratio(some, none))
    return {name: ratio(some, none) for name, (none, some) in times.items()}


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("touching", __doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--measures", type=int, nargs="+", default=[40, 1], help="measures that the claims share")
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """Over HTTP, then in this process; with many measures, then with few."""
    report.head("ms", "measures", "answers none", f"answers {TOUCHED}", "ratio")
    for measures in asked.measures:
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            room = Newsroom(Path(folder), measures, asked.statements)
            with room.serving() as client, closing(Journal.open(room.settings.journal_url)) as journal:
                ratios = compare(report, measures, partial(over_http, room, client, journal), asked.rounds)
            with room.working() as house:
                ratios |= compare(report, measures, partial(in_process, room, house), asked.rounds)
        worst = max(ratios, key=ratios.__getitem__)
        report.goal(f"measures: {measures}, the largest ratio ({worst})", ratios[worst], GOAL)


_SYSTEM = Actor(id=SYSTEM, name="Depesche", role="editor")

if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
