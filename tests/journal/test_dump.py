"""A story leaves as lines and comes back with the same digests; what was forged or cut stays outside."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.journal import dump, form, rebuild, verify, views
from depesche.journal.dump import ExportRefused, ImportRefused
from depesche.journal.errors import SlugTaken
from depesche.journal.log import Journal
from depesche.words.changes import (
    AnyChange,
    DraftSaved,
    EntriesErased,
    Media,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostText,
    StatementsRecorded,
    StoryAmended,
    StoryClosed,
    StoryOpened,
    SummaryLine,
    SummarySet,
)
from depesche.words.claims import Claim
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import ClaimOpened, StatementLinked
from tests.databases import Databases
from tests.journal.made import ACTOR, NOW, PICTURE, STORY, Told

DRAFT = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001"
OTHER = "11111111-6a0c-4a5e-9a51-5d5f0c1f7a01"


@pytest.fixture
def story(told: Told) -> Told:
    """Something of everything: post 2 is retracted, post 3 expunged."""
    told.publish("Erster – mit Umlaut ü und 😀 und \u2028.")
    told.say(DraftSaved(DRAFT, PostText("Entwurf")), command="c1")
    told.publish("Zweiter.")
    told.record(2, "Zweites Wort.")
    told.correct(2, "Zweiter, neu.", note="Korrigiert.")
    told.say(PostRetracted(2, "Falsch."))
    told.publish("Dritter.")
    told.expunge(3, 8, free=2)
    told.say(SummarySet((SummaryLine("Karte", (1,)),)))
    told.say(StoryAmended("kursk-2024", "Truppen in Kursk"))
    return told


@pytest.fixture
def other(databases: Databases) -> Iterator[Journal]:
    """A second installation."""
    url = databases.empty()
    opened = Journal.open(url)
    yield opened
    opened.close()
    databases.remove(url)


def test_a_story_comes_back_as_it_was(story: Told, other: Journal) -> None:
    lines = list(dump.export(story.journal, STORY))
    assert dump.load(other, lines) == STORY
    assert other.heads() == story.journal.heads()
    assert other.entries(STORY) == story.journal.entries(STORY)
    assert list(dump.export(other, STORY)) == lines
    assert verify.check(other) == []
    assert rebuild.compare(other) == []
    with story.journal.reading() as one, other.reading() as two:
        assert views.stories(one, desk=True) == views.stories(two, desk=True)
        assert views.posts(one, STORY, desk=True) == views.posts(two, STORY, desk=True)


def test_an_imported_story_goes_on(story: Told, other: Journal) -> None:
    dump.load(other, list(dump.export(story.journal, STORY)))
    on = [PostPublished(4, PostText("Weiter."), NOW)]
    with other.writing(STORY) as writing:
        assert writing.receipt("c1") is not None, "a retry of a command from before the move is still known"
        assert writing.append(on, actor=ACTOR, at=NOW)[0].seq == 13
    assert verify.check(other) == []
    assert rebuild.compare(other) == []


def test_a_line_stays_a_line_whatever_the_text_holds(told: Told, other: Journal) -> None:
    told.publish("".join(map(chr, [0x0B, 0x0C, 0x1C, 0x85, 0x2028, 0x2029])) + "Ende")
    lines = list(dump.export(told.journal, STORY))
    assert "".join(lines).splitlines(keepends=True) == lines
    dump.load(other, lines)
    assert other.heads() == told.journal.heads()


@pytest.mark.parametrize("public", [False, True])
def test_a_file_verifies_alone(story: Told, tmp_path: Path, public: bool) -> None:
    lines = list(dump.export(story.journal, STORY, public=public))
    assert dump.verify(lines) == []
    file = tmp_path / "story.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    with file.open("rb") as raw:
        assert dump.verify(raw) == []
    with file.open(encoding="utf-8") as text:
        assert dump.verify(text) == []


def test_a_public_export_has_what_readers_may_know_and_nothing_else(story: Told) -> None:
    text = "".join(dump.export(story.journal, STORY, public=True))
    assert "Erster" in text
    assert "Falsch." in text, "the note of a retraction is public"
    for hidden in (
        "Entwurf",
        "Zweiter",
        "Zweites Wort",
        "Dritter",
        "Beschluss",
        ACTOR,
        '"seq"',
        '"actor"',
        '"command"',
    ):
        assert hidden not in text
    header, *entries = [json.loads(line) for line in text.splitlines()]
    assert header["edition"] == len(entries) == 10
    assert [entry["edition"] for entry in entries] == list(range(1, 11))


def test_links_of_old_journals_that_nobody_accepted_are_left_out_of_a_public_export(told: Told) -> None:
    told.say(ClaimOpened(Claim(1, "Wer?")), StatementLinked(1, 2, "partly", accepted=False))
    told.say(StatementLinked(1, 3, "affirms"))
    lines = list(dump.export(told.journal, STORY, public=True))
    assert "partly" not in "".join(lines)
    assert [json.loads(line).get("body") for line in lines[-2:]] == [
        None,
        '{"change":"StatementLinked","claim":1,"statement":3}',
    ]
    assert dump.verify(lines) == []
    assert "partly" in "".join(dump.export(told.journal, STORY))


def test_a_public_export_is_the_same_whatever_the_desk_did(databases: Databases) -> None:
    """Two journals with the same public history and different drafts, made with the same salts."""
    files = []
    for drafts in (0, 3):
        url = databases.empty()
        journal = Journal.open(url, salt=lambda: bytes(16))
        twin = Told(journal)
        for number in range(drafts):
            with journal.writing(STORY) as writing:
                writing.append([DraftSaved(DRAFT, PostText(str(number)))], actor="x", at=0)
        twin.publish()
        files.append(list(dump.export(journal, STORY, public=True)))
        journal.close()
        databases.remove(url)
    assert files[0] == files[1]


def test_a_public_export_cannot_be_imported(story: Told, other: Journal) -> None:
    with pytest.raises(ImportRefused, match="can be verified, but not imported"):
        dump.load(other, list(dump.export(story.journal, STORY, public=True)))


def test_an_unknown_story_cannot_be_exported(journal: Journal) -> None:
    with pytest.raises(ExportRefused, match="no such story"):
        list(dump.export(journal, STORY))


def test_a_story_that_is_here_is_not_imported_again(story: Told) -> None:
    with pytest.raises(ImportRefused, match="here already"):
        dump.load(story.journal, list(dump.export(story.journal, STORY)))


def test_a_taken_slug_is_told_with_the_way_out(story: Told, other: Journal) -> None:
    Told(other, OTHER, "kursk")
    lines = list(dump.export(story.journal, STORY))
    with pytest.raises(ImportRefused, match=r"“kursk” belongs to another story.*--slug NEW"):
        dump.load(other, lines)
    assert list(other.heads()) == [OTHER]
    with pytest.raises(ImportRefused, match="can't be used"):
        dump.load(other, lines, slug="a/b")
    with pytest.raises(ImportRefused, match="belongs to Depesche itself"):
        dump.load(other, lines, slug="desk")
    dump.load(other, lines, slug="oskol", now=NOW + 10**9)
    with other.reading() as c:
        assert views.slug(c, "oskol") == (STORY, "oskol")
        assert views.slug(c, "kursk") == (OTHER, "kursk")
        assert views.slug(c, "kursk-2024") == (STORY, "oskol")
    assert verify.check(other) == []
    assert rebuild.compare(other) == []


def test_a_new_slug_that_is_taken_is_refused(story: Told, other: Journal) -> None:
    Told(other, OTHER, "kursk")
    with pytest.raises(SlugTaken, match="“kursk”"):
        dump.load(other, list(dump.export(story.journal, STORY)), slug="kursk")
    assert list(other.heads()) == [OTHER]


def test_entries_of_the_future_are_refused(story: Told, other: Journal) -> None:
    with pytest.raises(ImportRefused, match="future"):
        dump.load(other, list(dump.export(story.journal, STORY)), now=NOW - 10**9)


def test_a_receipt_that_is_known_here_stays_with_its_story(story: Told, other: Journal) -> None:
    Told(other, OTHER, "berlin").say(StoryClosed(), command="c1")
    dump.load(other, list(dump.export(story.journal, STORY)))
    with other.writing(STORY) as writing:
        receipt = writing.receipt("c1")
    assert receipt is not None
    assert receipt.stream == OTHER
    assert verify.check(other) == []


def altered(lines: list[str], index: int, **fields: Any) -> list[str]:
    line = json.loads(lines[index]) | fields
    return [
        *lines[:index],
        json.dumps({name: value for name, value in line.items() if value is not ...}),
        *lines[index + 1 :],
    ]


BAD: dict[str, Callable[[list[str]], list[str]]] = {
    "nothing": lambda _: [],
    "blank lines": lambda _: ["\n", "\n"],
    "another file": lambda _: ["Lieber Kollege,\n", "anbei\n"],
    "json that isn't ours": lambda _: ['{"a": 1}'],
    "another format": lambda lines: altered(lines, 0, format="liveblog"),
    "a later form": lambda lines: altered(lines, 0, form=2),
    "no header": lambda lines: lines[1:],
    "a stream that isn't a story": lambda lines: altered(lines, 0, stream="wire"),
    "a path as the story": lambda lines: altered(lines, 0, stream="../../etc"),
    "another story's entries": lambda lines: altered(lines, 0, stream=OTHER),
    "a cut tail": lambda lines: lines[:-1],
    "a cut line": lambda lines: [*lines[:-1], lines[-1][:-20]],
    "a missing line": lambda lines: lines[:3] + lines[4:],
    "lines swapped": lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]],
    "a line twice": lambda lines: lines[:4] + lines[3:],
    "another actor": lambda lines: altered(lines, 2, actor="somebody"),
    "another time": lambda lines: altered(lines, 2, at=NOW),
    "another text": lambda lines: altered(lines, 2, body='{"change":"PostPublished","post":1}'),
    "no salt": lambda lines: altered(lines, 2, salt=...),
    "no body": lambda lines: altered(lines, 2, salt=..., body=...),
    "a number as text": lambda lines: altered(lines, 2, seq="2"),
    "a huge number": lambda lines: altered(lines, 2, seq=2**80),
    "deep nesting": lambda lines: [*lines[:2], "[" * 100_000, *lines[3:]],
    "half a character": lambda lines: [*lines[:2], '{"edition": 2, "kind": "\udfff"}', *lines[3:]],
    "null": lambda lines: [*lines[:2], "null", *lines[3:]],
}


@pytest.mark.parametrize("how", BAD)
def test_a_file_that_is_not_whole_is_refused_and_leaves_nothing(story: Told, other: Journal, how: str) -> None:
    lines = BAD[how](list(dump.export(story.journal, STORY)))
    with pytest.raises(ImportRefused) as refused:
        dump.load(other, lines)
    assert len(str(refused.value)) > 20
    assert other.heads() == {}
    with other.reading() as c:
        assert views.stories(c) == []
    assert rebuild.compare(other) == []


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(story: Told, other: Journal) -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    with pytest.raises(ImportRefused, match="longer than any line"):
        dump.load(other, io.BufferedReader(Endless()))


def forged(*changes: AnyChange, at: int = NOW, **header: Any) -> list[str]:
    """A file whose chains hold, as anybody can make one who knows the form."""
    previous = public = form.GENESIS
    edition, lines = 0, []
    for seq, change in enumerate(changes, 1):
        body = form.encode(change)
        committed = form.commitment(b"salt", body)
        clear = (at, "", change.kind, change.object, committed)
        previous = form.digest(previous, STORY, seq, *clear)
        line = {"seq": seq, "edition": None, "at": at, "kind": change.kind, "object": change.object}
        if change.public:
            edition += 1
            public = form.public_digest(public, STORY, edition, at, change.kind, change.object, committed)
            line |= {"edition": edition, "public_digest": code(public)}
        line |= {"commitment": code(committed), "digest": code(previous), "salt": code(b"salt"), "body": body.decode()}
        lines.append(json.dumps(line))
    head = {"format": "depesche-journal", "kind": "full", "stream": STORY, "seq": len(changes), "edition": edition}
    head |= {"digest": code(previous), "public_digest": code(public)}
    return [json.dumps(head | header), *lines]


def code(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


OPENED = StoryOpened("kursk", "Kursk", "de", "Europe/Berlin")
TEXT = PostText("Text")
RECORDED = RecordedStatement(-1, Statement(form="Direct", spans=((0, 3),)), "x")
HOSTILE: dict[str, list[AnyChange]] = {
    "a reserved slug": [StoryOpened("desk", "Kursk", "de", "Europe/Berlin")],
    "a path as the slug": [StoryOpened("../x", "Kursk", "de", "Europe/Berlin")],
    "no title": [StoryOpened("kursk", "", "de", "Europe/Berlin")],
    "no zone": [StoryOpened("kursk", "Kursk", "de", "../../etc/passwd")],
    "a script as the language": [StoryOpened("kursk", "Kursk", '"><script>', "Europe/Berlin")],
    "amended to a reserved slug": [OPENED, StoryAmended("api", "Kursk")],
    "not opened": [PostPublished(1, TEXT, NOW)],
    "opened twice": [OPENED, OPENED],
    "a post too many": [OPENED, PostPublished(2, TEXT, NOW)],
    "post 0": [OPENED, PostPublished(0, TEXT, NOW)],
    "a negative post": [OPENED, PostPublished(-1, TEXT, NOW)],
    "a post twice": [OPENED, PostPublished(1, TEXT, NOW), PostPublished(1, TEXT, NOW)],
    "an endless post": [OPENED, PostPublished(1, PostText("x" * 60_000), NOW)],
    "an empty post": [OPENED, PostPublished(1, PostText(""), NOW)],
    "a time beyond all calendars": [OPENED, PostPublished(1, TEXT, 2**62)],
    "a picture by a path": [OPENED, PostPublished(1, PostText("x", media=(Media("../../secret", 1, 1),)), NOW)],
    "a correction of nothing": [OPENED, PostCorrected(1, 2, TEXT, "update", "x")],
    "a revision too many": [OPENED, PostPublished(1, TEXT, NOW), PostCorrected(1, 3, TEXT, "update", "x")],
    "a retraction of nothing": [OPENED, PostRetracted(7, "x")],
    "a pin on nothing": [OPENED, PostPinned(2**70)],
    "statements of nothing": [OPENED, StatementsRecorded(1, 1)],
    "an impossible statement": [OPENED, PostPublished(1, TEXT, NOW), StatementsRecorded(1, 1, (RECORDED,))],
    "an erasure of the future": [OPENED, PostPublished(1, TEXT, NOW), EntriesErased((9,), "x", 1, 1)],
    "an erasure that didn't happen": [OPENED, PostPublished(1, TEXT, NOW), EntriesErased((2,), "x", 1, 1)],
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_forged_file_whose_chains_hold_is_refused(other: Journal, how: str) -> None:
    with pytest.raises(ImportRefused, match=r"Line \d+ can't be imported: .{10}"):
        dump.load(other, forged(*HOSTILE[how]))
    assert other.heads() == {}


@pytest.mark.parametrize("at", [-(2**62), 2**62])
def test_a_forged_time_is_refused(other: Journal, at: int) -> None:
    with pytest.raises(ImportRefused):
        dump.load(other, forged(OPENED, at=at))


def test_a_lawful_file_by_another_hand_is_taken(other: Journal) -> None:
    picture = Media(PICTURE, 16, 9)
    dump.load(
        other, forged(OPENED, PostPublished(1, PostText("x", media=(picture,)), NOW), PostPinned(1), StoryClosed())
    )
    assert verify.check(other) == []


def test_an_unknown_kind_names_the_release_as_the_cause(other: Journal) -> None:
    lines = forged(OPENED, StoryClosed())
    with pytest.raises(ImportRefused, match="doesn't know changes of the kind “StoryPraised”"):
        dump.load(other, altered(lines, 2, kind="StoryPraised"))


def test_no_bytes_do_anything_but_refuse(databases: Databases, back_end: str) -> None:
    whole = "\n".join(forged(OPENED, PostPublished(1, TEXT, NOW), StoryClosed())).encode()

    @settings(max_examples=60 if back_end == "sqlite" else 10, deadline=None)
    @given(data=st.data())
    def trial(data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 20)))
        raw = whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:]
        url = databases.empty()
        journal = Journal.open(url)
        try:
            dump.load(journal, io.BytesIO(raw))
        except ImportRefused:
            assert journal.heads() == {}
        else:
            assert verify.check(journal) == []
        finally:
            journal.close()
            databases.remove(url)

    trial()
