"""A speaker's name as a text has it -> whom it names: without articles, titles and whoever speaks for somebody.

In: a name ("Ein Sprecher der Polizei", "die New York Times"). Out: its words for comparing ("polizei"), and whether it
names anybody who can be a source. The words are in names.tsv and outlets.tsv; no name is ever made up here, and what
is taken off is only left out of the comparison.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from msgspec import Struct

REMEMBERED = 20_000
"""Names that are kept as they were read: more than all running stories have, some 10 MB."""
BODY = 3
"""Letters that must be left of a compound when "sprecher" is taken off: "UN" has its own hyphen."""
_QUOTES = str.maketrans("", "", '„“”"»«›‹‚‘()[],;:!?')
_NATION = re.compile(r"(isch|deutsch)(?:e|en|er|es|em)$")
_ADJECTIVE = re.compile(r"(?<=\w{4})(?:e|en|er|es|em)$")


class Called(Struct, frozen=True, gc=False):
    """Whom a name names: `words` folded, in order, with the links between them ("ministerium für inneres").

    `core` are the words that tell, without links. `unnamed`: "ein Augenzeuge", who has no name. `outlet`: one that
    everybody knows, or that calls itself one. `joint`: two in one. `led`: an article stood before it. `proper`: every
    word that tells has a capital.
    """

    words: tuple[str, ...]
    core: frozenset[str]
    unnamed: bool
    outlet: bool
    joint: bool
    led: bool
    proper: bool

    @property
    def nobody(self) -> bool:
        """True when it can't be a source: what it says has another root, or one that nobody can count."""
        return self.unnamed or self.outlet


@lru_cache(maxsize=REMEMBERED)
def called(name: str) -> Called:
    """Whom this name names. One of which nothing is left but small words is taken as it is."""
    tokens = unicodedata.normalize("NFKC", name).translate(_QUOTES).replace("’", "'").split()
    rest = _past(tokens, "article", "indefinite")
    led, unnamed = len(rest) < len(tokens), _any(tokens[: len(tokens) - len(rest)], "indefinite")
    spoken = _spoken_for(rest)
    meant = rest if spoken is None else spoken
    bare = _untitled(meant, "outletlabel")
    kept = _untitled(bare, "title", "titletail") or rest or tokens
    words = tuple(_plain(token, last=at == len(kept) - 1) for at, token in enumerate(kept))
    core = frozenset(words) - _words("link") - _words("joining")
    return Called(
        words,
        core or frozenset(words),
        (unnamed and spoken is None) or not meant,
        len(bare) < len(meant) or _outlet(words),
        _any(kept, "joining"),
        led,
        all(token[0].isupper() for token in kept if token.casefold() not in _words("link")),
    )


def _past(tokens: Sequence[str], *kinds: str) -> list[str]:
    """Without the words of these kinds at the front."""
    first = next((at for at, token in enumerate(tokens) if not _any([token], *kinds)), len(tokens))
    return [*tokens[first:]]


def _any(tokens: Sequence[str], *kinds: str) -> bool:
    return any(token.casefold() in _words(kind) for token in tokens for kind in kinds)


def _untitled(tokens: Sequence[str], *kinds: str) -> list[str]:
    """Without titles, or labels, before a name: "Präsident der Ukraine" stays, as nobody is named behind it."""
    kept = [*tokens]
    while len(kept) > 1 and _is(kept[0].rstrip("."), *kinds) and not _any([kept[1]], "link", "joining"):
        del kept[0]
    return kept


def _is(token: str, *kinds: str) -> bool:
    """True for a word of one of these kinds; of a kind of tails for one that ends in it."""
    folded = token.casefold()
    return any(folded.endswith(_tails(kind)) if kind.endswith("tail") else folded in _words(kind) for kind in kinds)


def _spoken_for(tokens: list[str]) -> list[str] | None:
    """For whom a speaker speaks, else the speaker's own name, () without both; None where no speaker is meant."""
    at = next((at for at, token in enumerate(tokens) if _is(token, "speaker", "speakertail")), None)
    if at is None:
        return None
    behind = tokens[at + 1 :]
    if behind and not _any(behind[:1], "speaksfor"):
        return behind
    if behind:
        rest = _past(behind, "speaksfor", "article")
        return [_nominative(rest[0]), *rest[1:]] if rest and _any(behind, "article") else rest
    stem = "" if _is(tokens[at], "speaker") else _tail_off(tokens[at])
    return [*tokens[:at], *([stem] if stem else [])]


def _tail_off(token: str) -> str:
    """ "Polizeisprecherin" -> "Polizei", "Regierungssprecher" -> "Regierung"."""
    tail = max((each for each in _tails("speakertail") if token.casefold().endswith(each)), key=len)
    stem = token[: -len(tail)]
    stem = stem[:-1] if stem.endswith(("-", "ngs", "ums", "ts")) else stem
    return stem if len(stem) >= BODY or stem.isupper() else token


def _nominative(token: str) -> str:
    """ "Ministeriums" -> "Ministerium", "Landkreises" -> "Landkreis": whom "ein Sprecher des" speaks for."""
    if len(token) > 5 and token.endswith("es"):
        return token[:-2]
    return token[:-1] if len(token) > 4 and token.endswith("s") and not token.endswith(("ss", "us", "is")) else token


def _plain(token: str, *, last: bool) -> str:
    """A word for comparing: folded, without the endings that German adjectives have, without an owner's s."""
    folded = token.casefold().rstrip(".").removesuffix("'s")
    folded = _NATION.sub(r"\1", folded)
    return _ADJECTIVE.sub("", folded) if token[0].islower() and not last else folded


def _outlet(words: tuple[str, ...]) -> bool:
    """True for an outlet that everybody knows, or one whose name says that it is one."""
    return words in _outlets() or any(_is(word, "outletword", "outlettail") for word in words[-1:])


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for row in _rows("names") if row[0] == kind for word in row[1].split())


@cache
def _tails(kind: str) -> tuple[str, ...]:
    return tuple(sorted(_words(kind)))


@cache
def _outlets() -> frozenset[tuple[str, ...]]:
    names = [_past(name.split(), "article") or name.split() for row in _rows("outlets") for name in row]
    return frozenset(tuple(_plain(token, last=at == len(name) - 1) for at, token in enumerate(name)) for name in names)


def _rows(table: str) -> list[tuple[str, ...]]:
    lines = (line.strip() for line in files(__package__).joinpath(f"{table}.tsv").read_text("utf-8").splitlines())
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]
