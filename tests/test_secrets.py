"""Nothing unpublished, retracted or erased can be reached by a reader: one walk over every public address.

Secrets are planted wherever the desk keeps words: drafts, copy, statements found in copy, retracted and expunged
posts, earlier revisions that were expunged, reasons, names and logins of people; and what the ledger keeps to itself:
reasons of standings, proposals, notes on sources, names of sides. Then a reader without any right follows every link,
asks for every address that readers have, and listens to the stream from the beginning.
"""

from __future__ import annotations

import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.desk.passwords import Denied
from depesche.journal import dump
from depesche.words import commands
from depesche.words import ledgercommands as ledger
from depesche.words.changes import PostText, SummaryLine
from depesche.words.commands import AnyCommand
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import StatementWritten
from depesche.words.parties import Party
from tests.newsroom import PASSWORD, Newsroom

LINK = re.compile(r"""(?:href|src|action|content)=["']?([^"'\s>]+)""")
A_HUNDRED = {"figure": 0, "measure": "killed", "given": {"span": [0, 1], "words": "100", "lo": 100, "hi": 100}}
MOST = 400
"""Pages of the walk: the story has about 60 addresses, as many again as of a moment; the rest is room to grow."""


class Secrets:
    """Words that no reader may ever see."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def new(self, what: str) -> str:
        word = f"geheim{what}{uuid.uuid4().hex[:12]}"
        self.words.append(word)
        return word

    def in_(self, data: bytes) -> list[str]:
        return [word for word in self.words if word.encode() in data]


@pytest.fixture
def planted(server: Newsroom) -> Secrets:
    """A story with a secret in every private place."""
    secrets = Secrets()
    hired = server.house.people.add(secrets.new("login"), secrets.new("name"), "chief", PASSWORD)
    assert not isinstance(hired, Denied)
    chief = Actor(id=hired.id, name=hired.name, role="chief")
    secrets.words.append(hired.id)
    slug = server.story("kursk")
    story = server.house.journal.heads()
    stream = next(name for name in story if name != "wire")

    def ask(command: AnyCommand) -> Done:
        done = server.house.desk.handle(command, chief, story=stream, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done
        return done

    def text(what: str) -> PostText:
        return PostText(body=f"Er sagte: „Das ist {secrets.new(what)}.“", title=secrets.new(what + "title"))

    public = PostText(body="Moskau meldet, die Region sei zurückerobert.", key=True)
    for _ in range(23):
        ask(commands.PublishPost(public))
    ask(commands.SaveDraft(str(uuid.uuid4()), text("draft")))
    ask(commands.PublishPost(text("retracted")))
    ask(commands.RetractPost(24, "Falsch."))
    ask(commands.PublishPost(text("undone")))
    ask(commands.RetractPost(25, undo=True))
    ask(commands.PublishPost(text("expunged")))
    ask(commands.SetSummary((SummaryLine(secrets.new("summary"), (26,)), SummaryLine("Ruhe.", (1,)))))
    ask(commands.Expunge(26, secrets.new("reason")))
    ask(commands.PublishPost(text("revision")))
    ask(commands.CorrectPost(27, public, "correction", "Zahl berichtigt"))
    ask(commands.Expunge(27, secrets.new("reason2"), revision=1))
    plant_ledger(ask, secrets)
    copy = f"{secrets.new('copy')} sagte der Sprecher: „{secrets.new('quote')}“".encode()
    answer = server.client("chief").post(
        f"/api/stories/{slug}/copy", content=copy, headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 201, answer.text
    plant_alarm(server, slug, secrets)
    return secrets


def plant_alarm(server: Newsroom, slug: str, secrets: Secrets) -> None:
    """A post that came from copy which was killed, and why that was left."""
    desk, uri = server.client("chief"), secrets.new("uri")
    headers = {"content-type": "text/plain"}

    def send(**said: str) -> str:
        where = f"/api/stories/{slug}/copy"
        text = secrets.new("upstream").encode()
        answer = desk.post(where, content=text, headers=headers, params={"uri": uri, **said})
        identity: str = answer.json()["copies"][0]["id"]
        return identity

    identity = send(source=secrets.new("source"))
    secrets.words.append(identity)
    number = server.publish(slug, "Aus einer Meldung.", copies=[{"id": identity}])
    send(canceled="true")
    answer = desk.post(
        f"/api/stories/{slug}/alarms/{number}/{identity}/dismiss", json={"reason": secrets.new("dismissal")}
    )
    assert answer.status_code == 200, answer.text


def plant_ledger(ask: Callable[[AnyCommand], Done], secrets: Secrets) -> None:
    """A claim that readers see, and everything of it that they may not."""
    ask(commands.PublishPost(PostText(body=f"Es heißt: {secrets.new('gone')}.")))

    def written(post: int, words: str, who: str) -> int:
        found = Statement("Indirect", ((0, 2),), name=who, rule="hand")
        change = ask(ledger.WriteStatement(post, RecordedStatement(0, found, words, speaker=who))).entries[0].change
        assert isinstance(change, StatementWritten)
        return change.statement.number

    yes, no = written(1, "Moskau", "Moskau"), written(2, "Moskau", "Kiew")
    gone = written(28, secrets.words[-1], "Gerücht")
    ask(ledger.NameParty(Party("moskau", "state", {"de": "Moskau"}), note=secrets.new("note")))
    ask(ledger.NameParty(Party("quelle", "unnamed", {"de": "ein Beamter"}), note=secrets.new("identity")))
    ask(ledger.SetSide("moskau", secrets.new("side")))
    ask(ledger.OpenClaim("Ist die Region zurückerobert?", statement=yes))
    ask(ledger.LinkStatement(1, no, "denies", accepted=False))
    ask(ledger.LinkStatement(1, gone, "affirms"))
    ask(ledger.RejectRelation(no, yes, "contradicts"))
    ask(ledger.SetStanding(1, "verified", secrets.new("standing"), line="Geprüft.", evidence="Augenschein"))
    ask(ledger.LiftStanding(1))
    ask(ledger.ProposeRefuted(1, secrets.new("proposal"), secrets.new("evidence"), secrets.new("line")))
    ask(ledger.RecordReply("Ein Amt", secrets.new("reply"), claim=1))
    ask(ledger.RemoveReply(1))
    ask(commands.RetractPost(28, "Falsch."))


def test_a_reader_who_follows_every_link_meets_no_secret(server: Newsroom, planted: Secrets) -> None:
    visited = {}
    for url, answer in walk(server.client(None), server.url):
        visited[urlsplit(url).path] = answer.status_code
        assert planted.in_(answer.content) == [], url
        assert planted.in_(repr(answer.headers).encode()) == [], url
        if "/c/" in url or "claims" in url:  # what a rule suggested is the desk's
            assert b"Kiew" not in answer.content, url
    told = ("/kursk/c", "/kursk/c/1", "/api/stories/kursk/claims", "/api/stories/kursk/claims/1")
    for path in ("/", "/kursk", "/kursk/p/1", "/kursk/p/27", "/kursk/corrections", "/api/openapi.json", *told):
        assert visited[path] == 200
    assert visited["/kursk/p/24"] in (200, 410)


def test_what_nobody_has_accepted_changes_no_answer(server: Newsroom, planted: Secrets) -> None:
    """A program suggests that statements answer claims, and takes that back: to readers nothing has happened."""
    desk, reader = server.client("chief"), server.client(None)
    stream = next(name for name in server.house.journal.heads() if name not in ("house", "wire"))

    def ask(**command: object) -> None:
        answer = desk.post("/api/stories/kursk/ledger", json={"ask": command})
        assert answer.status_code == 200, answer.text

    def told() -> dict[str, bytes]:
        pages = {url: answer.content for url, answer in walk(reader, server.url) if "asof" not in url}  # of another now
        return {**pages, "export": "".join(dump.export(server.house.journal, stream, public=True)).encode()}

    moscow, kyiv = 1, 2
    ask(command="OpenClaim", question="Wie viele?", kind="quantity", measure="killed")
    ask(command="AcceptFigure", statement=kyiv, figure=A_HUNDRED)
    before = told()
    for stance in ("affirms", "figure", "denies"):
        for number in (moscow, kyiv):
            ask(command="LinkStatement", claim=2, statement=number, stance=stance, accepted=False)
        ask(command="LinkStatement", claim=1, statement=kyiv, stance=stance, accepted=False)
        after = told()
        assert [url for url in before | after if before.get(url) != after.get(url)] == []
    ask(command="UnlinkStatement", claim=2, statement=kyiv)
    assert told() == before
    assert dump.verify(before["export"].splitlines()) == []
    denying = reader.get("/api/stories/kursk/claims/1").json()["claim"]["denying"]
    assert set(denying.values()) == {0}


def test_a_reader_who_listens_from_the_beginning_hears_no_secret(server: Newsroom, planted: Secrets) -> None:
    reader, heard, after = server.client(None), b"", 0
    while True:
        answer = reader.get("/kursk/changes", params={"after": after})
        heard += answer.content
        delta = answer.json()
        if delta["edition"] == after or "reset" in delta:
            break
        after = delta["edition"]
    with reader.stream("GET", "/kursk/live", params={"after": 0}) as stream:
        for line in stream.iter_lines():
            heard += line.encode()
            if line.startswith("id: ") and int(line[4:]) >= after:
                break
    assert b"zur\xc3\xbcckerobert" in heard
    assert planted.in_(heard) == []


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/kursk", "/api/stories/kursk/entries", "/api/stories/kursk/copy", "/metrics", "/readyz"]
)
def test_a_stranger_gets_nothing_of_the_desk(server: Newsroom, planted: Secrets, path: str) -> None:
    answer = server.client(None).get(path)
    assert answer.status_code in (200, 303, 401, 404, 405)
    assert planted.in_(answer.content) == []


def test_the_public_export_has_no_secret(server: Newsroom, planted: Secrets) -> None:
    stream = next(name for name in server.house.journal.heads() if name != "wire")
    lines = list(dump.export(server.house.journal, stream, public=True))
    assert len(lines) > 27
    assert planted.in_("".join(lines).encode()) == []
    assert dump.verify(lines) == []


def walk(reader: httpx2.Client, home: str) -> Iterator[tuple[str, httpx2.Response]]:
    """Every address of this host that a reader can find, and those that are known but not linked."""
    known = ["/", "/kursk", "/kursk/changes?after=0", "/kursk/corrections", "/api/openapi.json", "/api/stories"]
    known += ["/api/stories/kursk", "/kursk?order=oldest", "/kursk?page=1", "/kursk?page=2", "/kursk?asof=1"]
    known += ["/kursk?since=0", "/kursk/c", "/kursk/c/1", "/api/stories/kursk/claims", "/api/stories/kursk/claims/1"]
    known += ["/kursk/c/2", "/api/stories/kursk/claims/2"]
    known += [f"/kursk/p/{number}" for number in range(30)]
    now = time.time_ns() // 1000
    known += [f"{path}?asof={now}" for path in ("/kursk", "/kursk/c/1", "/kursk/corrections", "/api/stories/kursk")]
    known += [f"/.well-known/depesche-checkpoints{more}" for more in ("", "/keys", "/kursk")]
    waiting, seen = deque(urljoin(home, path) for path in known), set[str]()
    while waiting and len(seen) < MOST:
        url = waiting.popleft()
        if url in seen or not url.startswith(home) or "/live" in url or "/static/" in url:
            continue
        seen.add(url)
        answer = reader.get(url, follow_redirects=False)
        yield url, answer
        found = [answer.headers.get("location", ""), *LINK.findall(answer.text)]
        waiting.extend(urljoin(url, each).partition("#")[0] for each in found if each)
