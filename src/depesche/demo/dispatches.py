"""Lists of dispatches as they stand in TOML, and the commands that they become.

In: rows that name posts ("bestaetigung"). Out: commands with numbers. A row that repeats only a part of a post leaves
the rest as it was. Never a guess: a row that names a post nobody published is a LookupError.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from depesche.words.changes import Correction, PostPublished, PostText, SummaryLine
from depesche.words.commands import (
    AnyCommand,
    CorrectPost,
    OpenStory,
    PinPost,
    PublishPost,
    RetractPost,
    SetSummary,
)
from depesche.words.copy import Copy
from depesche.words.ledgerchanges import ClaimOpened
from depesche.words.ledgercommands import NameOutlet, NameParty
from depesche.words.parties import Outlet, Party

FOLDER = resources.files(__package__)
"""Where the lists, the journal and the copy lie."""


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the card, with the names of the posts that it rests on."""

    text: str
    posts: tuple[str, ...]


class Dispatch(Struct, frozen=True, forbid_unknown_fields=True):
    """One row: what is done to which post. What a correction leaves out stays as it was.

    `ask` is a command of the ledger with names where it has numbers: a claim by the name that the row which opened it
    gave it in `claim`, a statement as "post: some of its words".
    """

    act: Literal["publish", "correct", "retract", "pin", "summary", "ledger"]
    post: str = ""
    claim: str = ""
    ask: dict[str, Any] = {}
    at: dt.datetime | None = None
    title: str | None = None
    body: str | None = None
    sources: str | None = None
    byline: str | None = None
    key: bool | None = None
    correction: Correction = "typo"
    note: str = ""
    lines: tuple[Line, ...] = ()


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """The story that a list begins with."""

    slug: str
    title: str
    lead: str
    language: str
    zone: str
    opened: dt.datetime

    @property
    def command(self) -> OpenStory:
        """The command that opens it."""
        return OpenStory(self.slug, self.title, self.language, self.zone, self.lead)


class Wired(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in the folder copy/, and what its sender says beside it."""

    file: str
    title: str
    published: dt.datetime
    source: str

    @property
    def said(self) -> Copy:
        """What stands beside the bytes."""
        published = int(self.published.timestamp() * 1_000_000)
        return Copy(id="", wire="", text="", title=self.title, published=published, source=self.source)

    def read(self) -> bytes:
        """The bytes as they came."""
        return (FOLDER / "copy" / self.file).read_bytes()


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is who, for the house."""

    party: tuple[Party, ...]
    outlet: tuple[Outlet, ...]

    @property
    def commands(self) -> list[AnyCommand]:
        """What names them, in the stream of the house."""
        return [*(NameParty(each) for each in self.party), *(NameOutlet(each) for each in self.outlet)]


class Coverage(Struct, frozen=True, forbid_unknown_fields=True):
    """A list with its story, copy and times: what lies behind us."""

    story: Opening
    dispatch: tuple[Dispatch, ...]
    copy: tuple[Wired, ...] = ()


class Playlist(Struct, frozen=True, forbid_unknown_fields=True):
    """A list without times, to be played now."""

    dispatch: tuple[Dispatch, ...]


def people() -> People:
    """people.toml."""
    return msgspec.toml.decode((FOLDER / "people.toml").read_bytes(), type=People)


def coverage() -> Coverage:
    """kursk.toml."""
    return msgspec.toml.decode((FOLDER / "kursk.toml").read_bytes(), type=Coverage)


def playlist() -> Playlist:
    """live.toml."""
    return msgspec.toml.decode((FOLDER / "live.toml").read_bytes(), type=Playlist)


Said: TypeAlias = Callable[[int], Iterable[tuple[int, str]]]
"""The statements of a post, as their numbers and words."""


class Rundown:
    """Which post and which claim is which, and what posts say, while rows are carried out one after the other."""

    def __init__(self, said: Said) -> None:
        self.numbers: dict[str, int] = {}
        self._claims: dict[str, int] = {}
        self._texts: dict[str, PostText] = {}
        self._said = said

    @classmethod
    def of_coverage(cls, said: Said) -> Rundown:
        """The rundown at the end of kursk.toml, where posts and claims are numbered as they came."""
        rundown = cls(said)
        for row in coverage().dispatch:
            if row.act == "publish":
                rundown.numbers[row.post] = len(rundown.numbers) + 1
            if row.claim:
                rundown._claims[row.claim] = len(rundown._claims) + 1
            if row.act in ("publish", "correct"):
                rundown._texts[row.post] = _text(row, rundown._texts.get(row.post, PostText("")))
        return rundown

    def command(self, row: Dispatch) -> AnyCommand:
        """What to ask of the desk. Raises LookupError when the row names a post that was never published."""
        match row.act:
            case "publish":
                return PublishPost(_text(row, PostText("")))
            case "correct":
                text = _text(row, self._texts[row.post])
                return CorrectPost(self._number(row.post), text, row.correction, row.note)
            case "retract":
                return RetractPost(self._number(row.post), row.note)
            case "pin":
                return PinPost(self._number(row.post))
            case "summary":
                lines = (SummaryLine(each.text, tuple(map(self._number, each.posts))) for each in row.lines)
                return SetSummary(tuple(lines))
            case "ledger":
                asked = {name: self._meant(name, value) for name, value in row.ask.items()}
                command: AnyCommand = msgspec.convert(asked, AnyCommand)
                return command

    def title(self, row: Dispatch) -> str:
        """What to call a row in the terminal: its post's title, what is asked, or the first line of a card."""
        if row.act == "ledger":
            return str(row.ask.get("question") or row.ask.get("line") or row.ask["command"])
        return self._texts[row.post].title if row.post else row.lines[0].text

    def note(self, row: Dispatch, command: AnyCommand, changes: list[Any]) -> None:
        """Remember what the desk answered: the number of a new post, the text of a corrected one."""
        for change in changes:
            if isinstance(change, PostPublished):
                self.numbers[row.post] = change.post
            if isinstance(change, ClaimOpened):
                self._claims[row.claim] = change.claim.number
        if isinstance(command, PublishPost | CorrectPost):
            self._texts[row.post] = command.text

    def _meant(self, name: str, value: object) -> object:
        """The number that a name stands for; everything else is itself."""
        if name in ("claim", "into") and isinstance(value, str):
            if value not in self._claims:
                raise LookupError(f"there is no claim “{value}”")
            return self._claims[value]
        if name in ("statement", "one", "other") and isinstance(value, str):
            post, _, words = value.partition(": ")
            for number, said in self._said(self._number(post)):
                if words in said:
                    return number
            raise LookupError(f"nobody says “{words}” in “{post}”")
        return value

    def _number(self, name: str) -> int:
        if name not in self.numbers:
            raise LookupError(f"there is no post “{name}”")
        return self.numbers[name]


def _text(row: Dispatch, before: PostText) -> PostText:
    given: dict[str, Any] = {}
    for name in ("title", "body", "sources", "byline", "key"):
        value = getattr(row, name)
        if value is not None:
            given[name] = value.strip() if isinstance(value, str) else value
    return replace(before, **given)
