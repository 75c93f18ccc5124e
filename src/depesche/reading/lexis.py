"""The lexicon of a language, compiled once from its plain tables: word forms -> what they may be.

In: the name of a language. Out: a Lexis of dictionaries and sets. Nothing here looks at a text; German verbs are
inflected by rule from three principal parts, so that the tables stay as short as a dictionary's.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from depesche.reading import tables
from depesche.words.copy import Act

_UNSTRESSED = ("be", "emp", "ent", "er", "ge", "miss", "ver", "zer", "über", "unter", "wider")
"""Prefixes without "ge-" in the participle: bestätigt, versprochen."""


class Verb(NamedTuple):
    """A verb of saying: its separable particle ("" when it has none), act and frames (see verbs.tsv)."""

    lemma: str
    base: str
    particle: str
    act: Act
    frames: str


class Lexis(NamedTuple):
    """What the tables of a language say, by lower-case word form unless told otherwise; `says` may be a cue's verb."""

    finite: dict[str, tuple[Verb, ...]]
    joined: dict[str, tuple[Verb, ...]]
    participle: dict[str, tuple[Verb, ...]]
    infinitive: dict[str, tuple[Verb, ...]]
    particles: frozenset[str]
    anyfinite: frozenset[str]
    anyparticiple: frozenset[str]
    zuinfinitive: frozenset[str]
    konjunktiv: frozenset[str]
    kinds: dict[str, frozenset[str]]
    saying: dict[str, Act]
    nouns: dict[str, frozenset[str]]
    speakertails: tuple[str, ...]
    sourcetails: tuple[str, ...]
    eventtails: tuple[str, ...]
    says: frozenset[str]


def _inseparable(stem: str) -> bool:
    return stem.startswith(_UNSTRESSED) and len(stem) > 5


def _parts(infinitive: str, given: str) -> tuple[list[str], list[str], str]:
    """Finite forms, Konjunktiv I forms, participle of a verb without particle."""
    stem = infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]
    glide = "e" if stem.endswith(("t", "d", "chn", "ffn", "gn", "dm", "tm")) else ""
    wish = [stem + "e"]
    if infinitive.endswith(("eln", "ern")):
        wish.append(infinitive[:-3] + infinitive[-2] + "e")  # handle, ändre beside handele, ändere
    if given and given != "-":
        present, past, participle = given.split("/")
        plural = past + ("n" if past.endswith("e") else "en")
        return [present, past, plural, infinitive], wish, participle
    past = stem + glide + "te"
    plain = infinitive.endswith("ieren") or _inseparable(stem)
    return (
        [stem + glide + "t", past, past + "n", infinitive],
        wish,
        ("" if plain else "ge") + stem + glide + "t",
    )


def _put(into: dict[str, tuple[Verb, ...]], form: str, verb: Verb) -> None:
    if verb not in into.get(form, ()):
        into[form] = (*into.get(form, ()), verb)


def _kinds(language: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind, *cells in tables.rows(language, "function"):
        found.setdefault(kind, set()).update(word for cell in cells for word in cell.split())
    return {kind: frozenset(words) for kind, words in found.items()}


def _nouns(language: str) -> tuple[dict[str, Act], dict[str, frozenset[str]]]:
    saying: dict[str, Act] = {}
    found: dict[str, set[str]] = {}
    for kind, *cells in tables.rows(language, "nouns"):
        if kind == "saying":
            saying.update(dict.fromkeys(cells[1].split(), cells[0]))  # type: ignore[arg-type]
            continue
        found.setdefault(kind, set()).update(word for cell in cells for word in cell.split())
    return saying, {kind: frozenset(words) for kind, words in found.items()}


class _Forms:
    """Collects the forms of all verbs while the tables are read."""

    def __init__(self) -> None:
        self.finite: dict[str, tuple[Verb, ...]] = {}
        self.joined: dict[str, tuple[Verb, ...]] = {}
        self.participle: dict[str, tuple[Verb, ...]] = {}
        self.infinitive: dict[str, tuple[Verb, ...]] = {}
        self.anyfinite: set[str] = set()
        self.anyparticiple: set[str] = set()
        self.zuinfinitive: set[str] = set()
        self.konjunktiv: set[str] = set()

    def speech(self, lemma: str, given: str, act: Act, frames: str) -> None:
        """Add a verb of saying, with its particle apart ("teilte ... mit") and joined ("mitteilte")."""
        particle, _, base = lemma.rpartition("|")
        verb = Verb(lemma.replace("|", ""), base, particle, act, frames)
        finite, wish, participle = _parts(base, given)
        for form in (*finite, *wish):
            _put(self.finite, form, verb)
            if particle:
                _put(self.joined, particle + form, verb)
        _put(self.participle, particle + participle, verb)
        _put(self.infinitive, particle + base, verb)
        if particle:
            self.zuinfinitive.add(f"{particle}zu{base}")
            _put(self.infinitive, f"{particle}zu{base}", verb)
        self._any(finite, wish, participle, particle)

    def _any(self, finite: list[str], wish: list[str], participle: str, particle: str = "") -> None:
        self.anyfinite.update(finite, wish, (particle + form for form in (*finite, *wish)))
        self.anyparticiple.add(particle + participle)
        self.konjunktiv.update(wish, (particle + form for form in wish))

    def common(self, cell: str) -> None:
        """Add a verb that is none of saying."""
        infinitive, _, given = cell.partition(":")
        self._any(*_parts(infinitive, given))


@cache
def lexis(language: str) -> Lexis:
    """The lexicon of a language; empty for one without tables."""
    forms = _Forms()
    inflected = tables.rows(language, "verbs") if language == "de" else ()  # English forms are written out
    for lemma, given, act, frames in inflected:
        forms.speech(lemma, given, "assert" if act == "-" else act, frames)  # type: ignore[arg-type]
    for row in tables.rows(language, "common"):
        for cell in row:
            for word in cell.split():
                forms.common(word)
    kinds = _kinds(language)
    saying, nouns = _nouns(language)
    wish = (forms.konjunktiv | kinds.get("konjunktiv", frozenset())) - kinds.get("notkonjunktiv", frozenset())
    auxiliaries = frozenset().union(*(kinds.get(k, ()) for k in ("haben", "sein", "werden", "modal")))
    return Lexis(
        forms.finite, forms.joined, forms.participle, forms.infinitive,
        kinds.get("particle", frozenset()),
        frozenset(forms.anyfinite - kinds.get("notkonjunktiv", frozenset())) | auxiliaries | wish,
        frozenset(forms.anyparticiple), frozenset(forms.zuinfinitive), frozenset(wish), kinds, saying, nouns,
        tuple(nouns.get("speakertail", ())), tuple(nouns.get("sourcetail", ())), tuple(nouns.get("eventtail", ())),
        frozenset(forms.finite) | frozenset(forms.joined) | auxiliaries,
    )  # fmt: skip
