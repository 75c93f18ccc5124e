"""What changed between two texts, word by word.

In: two texts. Out: pieces that are kept, taken out or put in. Long texts are compared by line, so that the work stays
small. Pure.
"""

from __future__ import annotations

import difflib
import re
from typing import Literal, TypeAlias

Piece: TypeAlias = tuple[Literal["same", "out", "in"], str]

_WORDS = re.compile(r"\w+(?:[.,:]\w+)*\s*|[^\w\s]\s*|\s+")  # "2.500" is one word
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST_WORDS = 4_000
"""Words of both texts together up to which each is compared (0.5 s at worst, measured); then lines are."""
MOST_LINES = 2_000
"""Lines of both texts together up to which they are compared; a text of more has nothing in common with the other."""


def diff(before: str, after: str) -> list[Piece]:
    """The pieces in the order of the new text; a word taken out stands before the one that replaced it."""
    old, new = _cut(before, after)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(("out", "".join(old[a:b])))
        if d > c:
            pieces.append(("in", "".join(new[c:d])))
    return pieces


def _cut(before: str, after: str) -> tuple[list[str], list[str]]:
    for unit, most in ((_WORDS, MOST_WORDS), (_LINES, MOST_LINES)):
        old, new = unit.findall(before), unit.findall(after)
        if len(old) + len(new) <= most:
            return old, new
    return [before], [after]
