"""A statement keeps its number through corrections of its post, and never gets that of another one."""

from __future__ import annotations

from collections import defaultdict
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche import reading
from depesche.desk.recorder import Recorder, numbered, recorded
from depesche.journal import rebuild
from depesche.readers import BuiltIn
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.anchors import says_else
from depesche.words.changes import PostText
from depesche.words.ledger import RecordedStatement
from tests.desk.ledgerroom import Ledgerroom

BRIDGE = (
    "Die russische Armee teilte mit, die Brücke sei zerstört worden. Das ukrainische Innenministerium bestritt, die "
    "Brücke sei zerstört worden. Der Verkehr rolt weiter."
)
SAID = [
    f"{who} {verb}, {what}."
    for who in ("Präsident Selenskyj", "Die russische Armee", "Das ukrainische Innenministerium")
    for verb in ("sagte", "bestritt", "teilte mit")
    for what in ("die Brücke sei zerstört worden", "die Lage sei ruhig", "600 Soldaten seien getötet worden")
]
BETWEEN = ["Der Verkehr rollt weiter.", "Am Abend schneit es.", "Auf dem Platz stehen einige hundert Leute mit Kerzen."]


def found(text: str) -> list[RecordedStatement]:
    return [recorded(text, each) for each in reading.read(text, language="de").statements]


def correct(text: str, before: list[RecordedStatement], free: int = 1) -> list[RecordedStatement]:
    """What the desk would record of a text, new statements numbered from `free` on."""
    fresh = count(free)
    return [each if each.number else replace(each, number=next(fresh)) for each in numbered(text, found(text), before)]


def test_who_affirms_and_who_denies_stays_through_a_typo(room: Ledgerroom) -> None:
    room.ask(commands.PublishPost(PostText(BRIDGE)))
    recorder = Recorder(room.desk, BuiltIn())
    recorder.record(room.story, 1)
    room.ask(q.OpenClaim("Ist die Brücke zerstört?", statement=1, stance="affirms"))
    room.ask(q.LinkStatement(1, 2, "denies"))
    before = [(each.stance, each.chain) for each in room.claim(1).links]
    room.ask(commands.CorrectPost(1, PostText(BRIDGE.replace("rolt", "rollt")), "typo"))
    recorder.record(room.story, 1)
    assert [(each.stance, each.chain) for each in room.claim(1).links] == before
    assert before[0] != before[1]


@given(
    st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from([*BETWEEN, ""])), min_size=1, max_size=6),
    st.data(),
)
def test_sentences_that_stay_keep_their_numbers(post: list[tuple[str, str]], data: st.DataObject) -> None:
    """Whatever is written or taken away around them; of equal ones the order tells, if none of them is gone or new."""
    before = correct(" ".join(part for pair in post for part in pair if part), [])
    assert len(before) == len(post)
    of = defaultdict(list)
    for (sentence, _), each in zip(post, before, strict=True):
        of[sentence].append(each.number)
    edited = data.draw(st.lists(st.sampled_from([sentence for sentence, _ in post] + SAID), max_size=8))
    gaps = data.draw(st.lists(st.sampled_from([*BETWEEN, ""]), min_size=len(edited), max_size=len(edited)))
    text = " ".join(part for pair in zip(gaps, edited, strict=True) for part in pair if part)
    after = correct(text, data.draw(st.permutations(before)), free=100)
    now = defaultdict(list)
    for sentence, each in zip(edited, after, strict=True):
        now[sentence].append(each.number)
    for sentence, numbers in of.items():
        if len(now[sentence]) == len(numbers):
            assert now[sentence] == numbers
        else:
            assert len(set(numbers).intersection(now[sentence])) == min(len(numbers), len(now[sentence]))
    assert len({each.number for each in after}) == len(after)


@pytest.mark.parametrize(
    ("then", "now", "numbers"),
    [
        # of two that are equal the one that is gone is told by what stands around them
        ("A. {0} B. {0}", "B. {0}", [2]),
        ("A. {0} B. {0}", "A. {0}", [1]),
        ("{0}", "{0} B. {0}", [1, 100]),
        ("B. {0}", "A. {0} B. {0}", [100, 1]),
        # another place, another form of the name, a slip of the pen in it
        ("{0} {1}", "{1} {0}", [2, 1]),
        ("Jan Kolb sagte, der Weg sei frei.", "Polizeichef Jan Kolb sagte, der Weg sei frei.", [1]),
        ("Jan Kollb sagte, der Weg sei frei.", "Jan Kolb sagte, der Weg sei frei.", [1]),
        ("Jan Kolb sagte, der Weg sei frei.", "Jan Kolb teilte mit, der Weg sei frei.", [1]),
        # somebody else, or another act
        ("Jan Kolb sagte, der Weg sei frei.", "Anna Berg sagte, der Weg sei frei.", [100]),
        ("Jan Kolb sagte, der Weg sei frei.", "Jan Kolb bestritt, der Weg sei frei.", [100]),
    ],
)
def test_which_statement_is_which(then: str, now: str, numbers: list[int]) -> None:
    fill = {"A.": BETWEEN[2], "B.": "Vor der Stadt brennt seit dem Morgen ein Lager."}
    texts = []
    for text in (then, now):
        for short, long in fill.items():
            text = text.replace(short, long)
        texts.append(text.format(SAID[0], SAID[4]))
    assert [each.number for each in correct(texts[1], correct(texts[0], []), free=100)] == numbers


BERG = "Die Bürgermeisterin Anna Berg sagte, die Brücke über die Oder sei gesperrt worden. "


@pytest.mark.parametrize(
    ("then", "now", "numbers", "changed"),
    [
        (
            BERG + "Der Polizeichef Jan Kolb wies zurück, dass die Brücke gesperrt sei.",
            BERG + "Der Chef der Polizei, Jan Kolb, wies aber zurück, dass die Brücke über den Fluss gesperrt ist.",
            [1, 2],
            [],
        ),
        ("Kolb sagte, 600 Soldaten seien tot.", "Kolb sagte, 900 Soldaten seien tot.", [1], [1]),
        ("Kolb sagte, der Weg nach Sudscha sei frei.", "Kolb sagte, der Weg nach Sudscha sei nicht frei.", [1], [1]),
        ("Kolb sagte, der Weg nach Sudscha sei frei.", "Kolb sagte, der Weg nach Sudscha sei zu.", [1], [1]),
        ("Kolb sagte, der Weg nach Sudscha sei frei.", "Kolb sagte, der Weg nach Sudscha sei gesperrt.", [1], [1]),
        ("Kolb sagte, der Weg sei gespert.", "Kolb sagte, der Weg sei gesperrt.", [1], []),
        # nothing in common but who says it
        ("Kolb sagte, der Weg nach Sudscha sei frei.", "Kolb sagte, am Abend komme Regen.", [100], []),
        # somebody else says nearly the same
        ("Kolb sagte, der Weg nach Sudscha sei frei.", "Berg sagte, der Weg nach Sudscha sei jetzt frei.", [100], []),
        # two could be meant
        (
            "Kolb sagte, der Weg nach Sudscha sei frei.",
            "Kolb sagte, der Weg nach Sudscha sei jetzt frei. Kolb sagte, der Weg nach Sudscha sei endlich frei.",
            [100, 101],
            [],
        ),
        # unless a neighbour tells
        (
            "Kolb sagte, der Weg nach Rylsk sei frei. " + BERG + "Kolb sagte, der Weg nach Rylsk sei frei, aber eng.",
            "Kolb sagte, der Weg nach Rylsk sei bald frei. "
            + BERG
            + "Kolb sagte, der Weg nach Rylsk sei frei und eng.",
            [1, 2, 3],
            [],
        ),
    ],
)
def test_what_is_reworded_is_the_same_where_nothing_else_could_be_meant(
    then: str, now: str, numbers: list[int], changed: list[int]
) -> None:
    before = correct(then, [])
    after = correct(now, before, free=100)
    assert [each.number for each in after] == numbers
    old = {each.number: each for each in before}
    assert [n for n in numbers if n in old and says_else(after[numbers.index(n)], old[n])] == changed


def test_what_says_something_else_now_answers_no_claim_until_an_editor_looks(room: Ledgerroom) -> None:
    room.ask(commands.PublishPost(PostText("Jan Kolb sagte, der Weg nach Sudscha sei frei.")))
    recorder = Recorder(room.desk, BuiltIn())
    recorder.record(room.story, 1)
    room.ask(q.OpenClaim("Ist der Weg frei?", statement=1, stance="affirms"))

    def correct(text: str) -> tuple[str, list[bool]]:
        room.ask(commands.CorrectPost(1, PostText(text), "correction", "genauer"))
        recorder.record(room.story, 1)
        return room.claim(1).standing, [each.accepted for each in room.claim(1).links]

    assert correct("Jan Kolb sagte, der Weg nach Sudscha sei jetzt frei.") == ("one_source", [True])
    assert correct("Jan Kolb sagte, der Weg nach Sudscha sei jetzt nicht frei.") == ("open", [False])
    room.ask(q.LinkStatement(1, 1, "denies"))
    assert correct("Jan Kolb sagte, der Weg nach Sudscha sei nicht frei.") == ("open", [True])
    assert correct("Jan Kolb sagte, der Weg nach Sudscha sei frei.") == ("open", [False])
    room.ask(q.UnlinkStatement(1, 1))
    assert correct("Jan Kolb sagte, der Weg nach Sudscha ist frei.") == ("open", [])
    assert rebuild.compare(room.journal) == []
