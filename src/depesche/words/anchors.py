"""Which statement of a corrected post is which of the revision before: that one's number goes on to it.

In: what was found in the new text, what was recorded of the earlier one. Out: what was found, numbered; 0 is a new one.
On a number hangs all that editors said of it, so better a new one than that of somebody else's words.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from msgspec.structs import replace

from depesche.words.ledger import RecordedStatement
from depesche.words.likeness import STEM, one_speaker
from depesche.words.thesaurus import LANGUAGES, common, fold, turning

_Pairs: TypeAlias = dict[int, int]
"""By the place of a found statement the place of the earlier one that it is, both in the order of their texts."""
_Key: TypeAlias = Callable[[RecordedStatement], Hashable]
ONE_NAME = 0.8
"""Of two spellings of a name: "Kollb" is "Kolb" (.89) and "Maier" is "Meier"; "Iran" isn't "Irak" (.75)."""
MOSTLY, NEAR = 0.6, 0.3
"""Share of telling words in common that two need to be one: anywhere, and between the same neighbours."""
MOST = 100
"""Statements on both sides that are compared with each other, some 0.1 s: where more changed, the post is a new one."""
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d[\d.,]*\b")


def anchored(found: Sequence[RecordedStatement], before: Iterable[RecordedStatement]) -> list[RecordedStatement]:
    """What was found, in the order of the text, with the number of the earlier statement that it is.

    Same words, speaker and act come first, wherever they stand; of several equal ones some may be gone or new, which
    their surroundings tell, else the order in the text. Then what stands in the same place, between statements that are
    paired already, and then what stands elsewhere, as long as only one could be meant; its words may be others there.
    """
    old = sorted(before, key=lambda each: each.statement.spans)
    pairs: _Pairs = {}
    _equals(pairs, found, old, _sentence, whole=True)
    for key in (_surrounded, _preceded, _followed, _sentence):
        _equals(pairs, found, old, key)
    for near in (True, False):
        _likely(pairs, found, old, near=near)
    return [replace(each, number=old[pairs[at]].number if at in pairs else 0) for at, each in enumerate(found)]


def _equals(
    pairs: _Pairs,
    found: Sequence[RecordedStatement],
    old: Sequence[RecordedStatement],
    key: _Key,
    *,
    whole: bool = False,
) -> None:
    """Pair those that are left and have the same key, in the order of the text; `whole`: where all find another."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, each in _left(found, pairs):
        groups[key(each)][0].append(at)
    for at, each in _left(old, pairs.values()):
        groups[key(each)][1].append(at)
    for mine, theirs in groups.values():
        if not whole or len(mine) == len(theirs):
            pairs.update(zip(mine, theirs, strict=False))


def _likely(pairs: _Pairs, found: Sequence[RecordedStatement], old: Sequence[RecordedStatement], *, near: bool) -> None:
    """Pair those of which one alone could be meant; `near`: between the same neighbours."""
    here, there = _gaps(len(found), pairs), _gaps(len(old), {at: at for at in pairs.values()})
    fresh, earlier = _left(found, pairs), _left(old, pairs.values())
    if len(fresh) * len(earlier) > MOST**2:
        return
    asked = [(theirs, _Asked(each)) for theirs, each in earlier]
    could = [
        (mine, theirs)
        for mine, new in [(mine, _Asked(each)) for mine, each in fresh]
        for theirs, each in asked
        if (here[mine] == there[theirs] or not near) and _could_be(new, each, near=near)
    ]
    news, olds = Counter(mine for mine, _ in could), Counter(theirs for _, theirs in could)
    pairs.update((mine, theirs) for mine, theirs in could if news[mine] == olds[theirs] == 1)


def says_else(new: RecordedStatement, old: RecordedStatement) -> bool:
    """True when a statement's words changed in substance: a number, a negation, or a telling word is gone.

    What only came on top changes nothing ("die Brücke" is "die Brücke über den Fluss"), nor does an ending.
    """
    if (new.statement.negated, _amounts(new)) != (old.statement.negated, _amounts(old)):
        return True
    if new.words == old.words:
        return False
    mine, theirs = _words(new), _words(old)
    if any(mine[each] != theirs[each] for each in _turning()):
        return True
    come, gone = _telling(mine - theirs), _telling(theirs - mine)
    return not all(any(_one_word(each, other) for other in come) for each in gone)


class _Asked:
    """A statement as it is compared with many: its telling words are cut to what likeness.py compares."""

    def __init__(self, said: RecordedStatement) -> None:
        self.said, self.who = said, said.statement.name or said.speaker
        self.act = "assert" if said.statement.act == "announce" else said.statement.act  # "sagte" and "teilte mit"
        words = _words(said)
        self.stems = frozenset(each[:STEM] for each in _telling(words) or words)


def _could_be(new: _Asked, old: _Asked, *, near: bool) -> bool:
    if new.act != old.act:
        return False
    same = one_speaker(new.who, old.who)
    if new.said.words == old.said.words:
        return same or (near and (new.said.speaker == old.said.speaker or _unsure(new.who, old.who)))
    if not (same or (near and not new.who + old.who)):
        return False
    most = max(len(new.stems), len(old.stems), 1)
    return len(new.stems & old.stems) / most >= (NEAR if near else MOSTLY)


def _words(said: RecordedStatement) -> Counter[str]:
    return Counter(fold(word) for word in _WORD.findall(said.words))


def _telling(words: Iterable[str]) -> list[str]:
    return [each for each in words if each not in _common()]


def _amounts(said: RecordedStatement) -> tuple[Hashable, ...]:
    """The numbers: as they were read, and those of dates and the like as they stand there."""
    figures = ((each.lo, each.hi, each.approximator) for each in said.statement.figures)
    return *figures, *_NUMBER.findall(said.words)


def _one_word(word: str, other: str) -> bool:
    """True when they differ in an ending or by a slip of the pen; "unmöglich" isn't "möglich"."""
    return word[:1] == other[:1] and _slip(word, other)


@cache
def _common() -> frozenset[str]:
    return frozenset[str]().union(*(common(each) for each in LANGUAGES))


@cache
def _turning() -> frozenset[str]:
    """Words that turn what a sentence says: negations, and those by which a denial is made."""
    return frozenset[str]().union(*(turning(each) for each in LANGUAGES))


def _unsure(name: str, other: str) -> bool:
    """True when one of them isn't known, or both are one name as far as a slip of the pen goes."""
    return not name or not other or _slip(name, other)


def _slip(word: str, other: str) -> bool:
    alike = difflib.SequenceMatcher(None, word, other, autojunk=False)
    return alike.real_quick_ratio() >= ONE_NAME and alike.quick_ratio() >= ONE_NAME and alike.ratio() >= ONE_NAME


def _gaps(number: int, paired: Mapping[int, int]) -> list[tuple[int, int]]:
    """For each place the nearest paired ones on both sides, as they were numbered in the earlier text; -1 none."""
    left, right = [-1] * number, [-1] * number
    for at in range(1, number):
        left[at] = paired.get(at - 1, left[at - 1])
        right[-1 - at] = paired.get(number - at, right[-at])
    return list(zip(left, right, strict=True))


def _left(some: Sequence[RecordedStatement], taken: Iterable[int]) -> list[tuple[int, RecordedStatement]]:
    gone = set(taken)
    return [(at, each) for at, each in enumerate(some) if at not in gone]


def _who(each: RecordedStatement) -> str:
    return each.statement.name or each.speaker


def _sentence(each: RecordedStatement) -> tuple[Hashable, ...]:
    return each.words, _who(each), each.statement.act, each.statement.negated, each.statement.form


def _surrounded(each: RecordedStatement) -> tuple[Hashable, ...]:
    return *_sentence(each), each.before, each.after


def _preceded(each: RecordedStatement) -> tuple[Hashable, ...]:
    return *_sentence(each), each.before


def _followed(each: RecordedStatement) -> tuple[Hashable, ...]:
    return *_sentence(each), each.after
