"""How long does an editor wait for a key, in a story with 5,000 statements? The goal is 100 ms for each.

A real server in a process of its own, a story of 5,000 posts with a statement each, 200 claims and 5,000 links; then
one editor with a session, over HTTP, as the desk's script asks. Out: median, quartiles and the slowest of each key in
milliseconds.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from msgspec.structs import replace

from bench import _report
from bench._processes import serving
from bench._report import Report, timed
from depesche import app
from depesche.desk.access import Actor
from depesche.desk.desk import Done, now_us
from depesche.journal.people import Account
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.changes import AnyChange, PostPublished, PostText, StatementsRecorded
from depesche.words.claims import Claim
from depesche.words.commands import OpenStory
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import ClaimOpened, StatementLinked

GOAL = 100.0
"""Milliseconds: above it people feel that they wait (Miller 1968; Nielsen 1993)."""
PASSWORD = "correct horse battery"  # of a server that lives for a minute
SPEAKERS = ("Waleri Gerassimow", "Wolodymyr Selenskyj", "Der Geheimdienst NIS", "Dmitri Peskow", "Der Generalstab")
PLACES = ("Kursk", "Sudscha", "Pokrowsk", "Cherson", "Isjum", "Charkiw", "Awdijiwka", "Bachmut", "Lyman", "Toretsk")
PATTERNS = (
    "{who} sagte, {number} nordkoreanische Soldaten seien bei {where} getötet worden.",
    "{who} sagte, die Region {where} sei vollständig befreit.",
    "{who} bestritt, dass die Stadt {where} gefallen sei.",
    "{who} teilte mit, bei {where} seien {number} Drohnen abgeschossen worden.",
)


class Desk:
    """The server, the story, and one editor's connection."""

    def __init__(self, folder: Path, statements: int) -> None:
        house = app.furnish(Settings(folder=folder))
        person = house.people.add("bench", "Bench", "chief", PASSWORD)
        assert isinstance(person, Account)
        self._fill(house, Actor(person.id, person.name, "chief"), statements)
        app.end(house)
        self._folder = folder
        self._headers: dict[str, str] = {}

    def _fill(self, house: House, actor: Actor, statements: int) -> None:
        """Posts with a statement each, read by the real reader, and claims that they answer."""
        opened = house.desk.handle(OpenStory("lang", "Lang"), actor, story="", command_id=str(uuid.uuid4()))
        assert isinstance(opened, Done)
        reader, changes = house.plugins.reader(), list[AnyChange]()
        known: dict[int, RecordedStatement] = {}
        for number in range(1, statements + 1):
            kind = number % (len(PATTERNS) * len(SPEAKERS) * len(PLACES))
            text = PATTERNS[kind % len(PATTERNS)].format(
                who=SPEAKERS[kind % len(SPEAKERS)], where=PLACES[kind // 20], number=100 + kind
            )
            if kind not in known:
                found = reader.read(text, language="de").statements[0]
                words = " … ".join(text[start:end] for start, end in found.spans)
                speaker = "".join(text[start:end] for start, end in found.speaker)
                known[kind] = RecordedStatement(0, found, words, speaker)
            changes.append(PostPublished(number, PostText(text), now_us()))
            changes.append(StatementsRecorded(number, 1, (replace(known[kind], number=number),)))
        claims = max(1, statements // 25)
        changes += [ClaimOpened(Claim(n + 1, f"Frage {n + 1} nach {PLACES[n % 10]}?")) for n in range(claims)]
        changes += [StatementLinked(n % claims + 1, n + 1) for n in range(statements - 200)]
        with house.journal.writing(opened.story) as writing:
            writing.append(changes, actor=actor.id, at=now_us(), command=str(uuid.uuid4()), fingerprint=b"bench")

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server with somebody signed in, while the block lasts."""
        with serving(self._folder) as (_, port):
            self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
            self._sign_in()
            yield

    def _sign_in(self) -> None:
        body = urlencode({"login": "bench", "password": PASSWORD})
        self._connection.request("POST", "/desk/login", body, {"content-type": "application/x-www-form-urlencoded"})
        answer = self._connection.getresponse()
        answer.read()
        found = re.search(r"depesche=[^;]+", answer.headers["set-cookie"] or "")
        assert found is not None
        self._headers = {"cookie": found[0], "accept": "application/json"}
        self._headers["x-csrf-token"] = json.loads(self.asked("GET", "/desk/session"))["csrf"]

    def asked(self, method: str, path: str, fields: dict[str, str] | None = None) -> bytes:
        """What the server answers; anything but success ends the measurement."""
        headers = self._headers | ({"content-type": "application/x-www-form-urlencoded"} if fields else {})
        self._connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} {fields}: {answer.status} {found[:300]!r}")
        return found

    def key(self, **fields: str | int) -> float:
        """Milliseconds of one key."""
        sent = {name: str(value) for name, value in fields.items()}
        return timed(lambda: self.asked("POST", "/desk/stories/lang/ledger", sent))


def keys(desk: Desk, last: int) -> dict[str, Callable[[int], float]]:
    """What an editor does, by the number of the round; each works on another of the newest statements."""
    here = "/desk/stories/lang"

    def commands(*asked: dict[str, object]) -> str:
        return json.dumps(asked)

    def at(turn: int) -> int:
        return last - turn % 190

    def link(turn: int) -> float:
        return desk.key(
            act="link", claim=turn % 100 + 1, statement=at(turn), stance="denies", view=f"saying:{at(turn)}"
        )

    def accept(turn: int) -> float:
        number = at(turn) // 4 * 4 - 4
        return desk.key(
            commands=commands({"command": "AcceptFigure", "statement": number, "figure": {"measure": "killed"}}),
            view=f"saying:{number}",
        )

    def undo(turn: int) -> float:
        number = at(turn) // 4 * 4 - 4
        reset = {"command": "ResetFigure", "statement": number, "figure": 0}
        return desk.key(commands=commands(reset), view=f"saying:{number}")

    def strip(turn: int) -> float:
        pair: dict[str, object] = {"one": at(turn), "other": at(turn) - 40, "relation": "repeats"}
        both = {"command": "AcceptRelation", **pair}, {"command": "LinkStatement", "claim": 7, "statement": at(turn)}
        return desk.key(commands=commands(*both), view=f"saying:{at(turn)}")

    def stand(turn: int) -> float:
        which = ("contested", "unverifiable")[turn % 2]
        return desk.key(act="stand", claim=turn % 150 + 1, standing=which, view=f"claim:{turn % 150 + 1}")

    def repair(turn: int) -> float:
        return desk.key(act="speaker", statement=at(turn), speaker=f"Zeugin {turn}", new="", view=f"saying:{at(turn)}")

    def opened(turn: int) -> float:
        return desk.key(act="open", question=f"Neu {turn}?", statement=at(turn), view=f"saying:{at(turn)}")

    def typing(turn: int) -> float:
        body = PATTERNS[turn % 4].format(who=SPEAKERS[turn % 5], where=PLACES[turn % 10], number=turn)
        return timed(lambda: desk.asked("POST", f"{here}/reading", {"body": body}))

    return {
        "q: open a claim": opened,
        "l: link to a claim": link,
        "f: accept a figure": accept,
        "f: undo that": undo,
        "y: accept what the strip suggests": strip,
        "s c: set a standing": stand,
        "@: repair a speaker": repair,
        "the newest statements": lambda _: timed(lambda: desk.asked("GET", f"{here}/claims?tab=statements")),
        "the list of claims": lambda _: timed(lambda: desk.asked("GET", f"{here}/claims?tab=claims")),
        "a claim laid open": lambda turn: timed(lambda: desk.asked("GET", f"{here}/claims/{turn % 150 + 1}")),
        "the reading while typing": typing,
    }


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("desk", __doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between the server's start and the first key")
    parser.add_argument("--statements", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """The first look, then each key."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        desk = Desk(Path(folder), asked.statements)
        with desk.serving():
            time.sleep(asked.pause)
            typed = timed(lambda: desk.asked("POST", "/desk/stories/lang/reading", {"body": "Er sagte, es sei so."}))
            first = timed(lambda: desk.asked("GET", "/desk/stories/lang/claims"))
            report.head("ms", "median", "slowest")
            report.row(f"{asked.pause:g} s after a start: the first reading while typing", typed, "")
            report.row("then the first page", first, "")
            slowest = {"the first ones": max(typed, first)}
            for name, press in keys(desk, asked.statements).items():
                times = [press(turn) for turn in range(asked.rounds)]
                report.row(name, times, max(times))
                slowest[name] = max(times)
    name = max(slowest, key=slowest.__getitem__)
    report.goal(f"the slowest of all ({name}), ms", slowest[name], GOAL)


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
