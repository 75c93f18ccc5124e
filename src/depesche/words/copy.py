"""Copy, the one normal form of what a wire brings, and Reading, what a reader finds in a text.

In: nothing. Out: frozen values that wires make, readers fill, the desk shows and the journal keeps.
A span never points outside its text, and nothing here is ever invented: what a text doesn't say is None or empty.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from msgspec import Struct

Span: TypeAlias = tuple[int, int]
"""Start and end (exclusive) in Unicode code points of the text that was read; 0 <= start < end <= len(text)."""
Spans: TypeAlias = tuple[Span, ...]
"""A part of a text that may be in several pieces, in the order of the text; empty when the text doesn't have it."""

Form: TypeAlias = Literal["Direct", "Indirect", "Reported", "FreeIndirect", "IndirectFreeIndirect"]
"""The statement types of Petersen-Frey & Biemann (LREC-COLING 2024, arXiv 2404.16764)."""
Medium: TypeAlias = Literal["Speech", "Writing", "Thought", "ST", "SW", "TW", "none"]
Act: TypeAlias = Literal[
    "assert",
    "deny",
    "confirm",
    "concede",
    "demand",
    "announce",
    "estimate",
    "praise",
    "no_comment",
    "gives_no_figure",
]
"""What is done by saying it. "confirm" is an act of a party and never means that something holds."""
Modality: TypeAlias = Literal["asserted", "hedged"]
Approximator: TypeAlias = Literal[
    "exact", "about", "at_least", "more_than", "up_to", "fewer_than", "nearly", "between", "vague"
]
Precision: TypeAlias = Literal["minute", "day", "week", "month", "season", "quarter", "year", "decade", "unknown"]
LintKind: TypeAlias = Literal[
    "speaker_lost", "speaker_without_office", "population_missing", "stray_line", "quote_unclosed",
    "date_without_day",
]  # fmt: skip

SURE = 0.9
"""A statement of this confidence or more is pre-ticked on the desk and shown under "Wer sagt was"."""


class Interval(Struct, frozen=True, omit_defaults=True, gc=False):
    """A time as a text gives it: first and last day (both inclusive, proleptic Gregorian), None = open or unknown."""

    span: Span
    words: str
    first: dt.date | None = None
    last: dt.date | None = None
    precision: Precision = "unknown"


class Figure(Struct, frozen=True, omit_defaults=True, gc=False):
    """A number as a text says it: "zwischen 10.000 und 12.000 Soldaten" is lo 10000, hi 12000, between.

    `lo` and `hi` are None where the words set no such bound ("mehr als 100": lo 100, hi None). Units and
    measures are spans of the text turned into a key of the lexicon ("killed", "wounded", "killed_or_wounded",
    "sent", "percent", "usd"), empty when the text doesn't tell.
    """

    span: Span
    words: str
    lo: float | None = None
    hi: float | None = None
    approximator: Approximator = "exact"
    measure: str = ""
    unit: str = ""
    population: str = ""
    increment: bool = False


class Hop(Struct, frozen=True, omit_defaults=True):
    """One link of an attribution chain: the mention as it stands in the text and the name it resolves to."""

    spans: Spans
    name: str = ""


class Statement(Struct, frozen=True, omit_defaults=True):
    """One act of saying, found in a text: who (speaker), by which word (cue), what (spans).

    `chain` runs from the outlet nearest to us to the root, which comes last ("laut KCNA ... Kim ... zitiert" is
    KCNA, Kim); `name` is the resolved name of the speaker, "" when it is unknown. `inherits` and `within` are
    indexes into Reading.statements: whose speaker this one takes over, and the statement that it stands inside.
    """

    form: Form
    spans: Spans
    speaker: Spans = ()
    cue: Spans = ()
    addressee: Spans = ()
    frame: Spans = ()
    medium: Medium = "Speech"
    name: str = ""
    chain: tuple[Hop, ...] = ()
    act: Act = "assert"
    modality: Modality = "asserted"
    negated: bool = False
    figures: tuple[Figure, ...] = ()
    said: Interval | None = None
    about: tuple[Interval, ...] = ()
    confidence: float = 0.0
    rule: str = ""
    inherits: int | None = None
    within: int | None = None

    @property
    def sure(self) -> bool:
        """True when statements of this confidence were right nine times in ten on the development corpus."""
        return self.confidence >= SURE


class Lint(Struct, frozen=True, omit_defaults=True):
    """Something in a text that a careful editor would ask about before using it."""

    kind: LintKind
    span: Span
    about: str = ""


class Reading(Struct, frozen=True, omit_defaults=True):
    """What a reader found in a text: sentences cover it in order, statements are ordered by their first span."""

    language: str
    sentences: Spans = ()
    statements: tuple[Statement, ...] = ()
    lints: tuple[Lint, ...] = ()
    reader: str = ""


class Copy(Struct, frozen=True, omit_defaults=True):
    """A text that came in from outside, normalised once at intake and never again.

    `text` has "\\n" line ends and no NUL, lone surrogate or bidi control; `published` is microseconds UTC;
    `blob` is the SHA-256 (hex) of the original bytes; `notes` tells what normalising had to do ("latin-1", ...).
    `version` counts from 1 in the order of what corrects what; `numbered` is the one that its source gave, 0 for none.
    """

    id: str
    wire: str
    text: str
    version: int = 1
    title: str = ""
    uri: str = ""
    language: str = ""
    published: int | None = None
    source: str = ""
    canceled: bool = False
    blob: str = ""
    notes: tuple[str, ...] = ()
    numbered: int = 0
