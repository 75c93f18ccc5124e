"""No regular expression of the reader backtracks: each is tried on strings that are made to hurt."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

from depesche import reading
from depesche.reading import acts, chains

PIECES = (
    "a", "A", "1", " ", ".", ",", "-", "'", "(", "„", "Aa ", "aA ", "a-", "A.", "1.", "1,", "111 ", "1 ", "soll ",
    "nicht ", "in der A ", "In der Erklärung ", "unter Berufung auf ", "sich auf A ", "quoted by ", "citing a ", "des ",
    "von ", "Sprecher A ", "Aa, ", "!?", "…", " (dpa", "Aa (", "2024-", "12/", "a study of ", "the new ",
    "neither confirm nor ",
)  # fmt: skip
LENGTH = 20_000
"""Characters of an attack: a pattern that tries all pairs of places would need hundreds of millions of steps."""
ENDS = ("", "\0", "x", ")", ".")
HOURS = 60.0
"""Seconds for all attacks on one pattern; linear ones take less than one."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of the reader holds, and those that are made of tables."""
    for module in pkgutil.walk_packages(reading.__path__, f"{reading.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value
            if isinstance(value, dict):
                for key, each in value.items():
                    if isinstance(each, re.Pattern):
                        yield f"{module.name}.{name}[{key}]", each
    for language in ("de", "en"):
        for kind in ("not", "hedge", "silent", "howmany"):
            yield f"acts {language} {kind}", acts._pattern(language, kind)
        for kind in ("relying", "through", "by"):
            yield f"chains {language} {kind}", chains._after(language, kind)
        yield f"outlets {language}", chains._outlets(language)


FOUND = dict(patterns())


def test_all_patterns_are_found() -> None:
    assert len(FOUND) > 30


@pytest.mark.parametrize("name", FOUND)
def test_a_pattern_never_goes_back_and_forth(name: str) -> None:
    begun = time.process_time()
    for piece in PIECES:
        body = piece * (LENGTH // len(piece))
        for end in ENDS:
            FOUND[name].search(body + end)
            FOUND[name].match(body + end)
            sum(1 for _ in FOUND[name].finditer(body[: LENGTH // 4] + end))
        assert time.process_time() - begun < HOURS, piece
