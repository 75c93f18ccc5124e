"""A statement of a copy as words for a post: with its speaker, so that nothing is said by nobody.

In: a copy, what was read in it, the number of a statement. Out: Markdown for the draft, a pattern for a part that an
editor selects, and the line of sources. Pure. Never: a speaker who isn't in the copy; where none was found, the words
say so and wait for the editor.
"""

from __future__ import annotations

import re

from msgspec import Struct

from depesche.render import sayer
from depesche.render.i18n import translator
from depesche.words.copy import Copy, Reading, Span, Statement

_SPECIAL = re.compile(r"([\\`*_\[\]<>&])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d{1,9}[.)])(?=\s|$)", re.MULTILINE)
_MARKS = "„“”\"»«‚‘’›‹'"


class Passage(Struct, frozen=True):
    """What one key puts into the draft. `pattern` has {words} where the selected words go."""

    text: str
    pattern: str
    speaker: str


def passage(copy: Copy, reading: Reading, number: int, language: str) -> Passage:
    """The passage for a statement; `language` is that of the post."""
    statement = reading.statements[number]
    name = speaker(copy.text, statement)
    via = through(statement, name)
    say = translator(language).gettext
    shown = name or say("[who says this?]")
    if via:
        shown = say("%(speaker)s (according to %(outlet)s)") % {"speaker": shown, "outlet": via}
    shown = escape(shown)
    quote = say("“%(words)s”, %(speaker)s said.").replace("%(speaker)s", shown.replace("%", "%%"))
    pattern = quote.replace("%(words)s", "{words}").replace("%%", "%")
    if statement.form == "Direct":
        return Passage(quote % {"words": escape(bare(said(copy.text, statement.spans)))}, pattern, name)
    sentence = _sentence(copy.text, reading, statement)
    words = " ".join(copy.text[slice(*sentence)].split())
    if name and _names_speaker(copy.text, sentence, statement):
        return Passage(escape(words), pattern, name)
    return Passage(f"{sayer.label(shown)}: {escape(words)}", pattern, name)


def said(text: str, spans: tuple[Span, ...]) -> str:
    """The words of these spans, pieces joined by an ellipsis."""
    return sayer.pieces([" ".join(text[start:end].split()) for start, end in spans])


def speaker(text: str, statement: Statement) -> str:
    """Who says it: the resolved name, else the mention unless it is a pronoun, else ""."""
    return sayer.named(statement.name, said(text, statement.speaker))


def through(statement: Statement, name: str) -> str:
    """The outlet that we have it from, where that isn't the speaker."""
    hops = [hop.name for hop in statement.chain if hop.name]
    return hops[0] if len(hops) > 1 and hops[0] != name else ""


def sources(line: str, copy: Copy) -> str:
    """The line of sources with the copy's source in it, once."""
    have = [part.strip() for part in line.split(",") if part.strip()]
    source = copy.source.strip()
    if source and source.casefold() not in (part.casefold() for part in have):
        have.append(source)
    return ", ".join(have)


def escape(text: str) -> str:
    """The text as Markdown that shows just these characters."""
    return _LINE_START.sub(_escaped_start, _SPECIAL.sub(r"\\\1", text))


def _escaped_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"


def bare(words: str) -> str:
    """A quotation without its own marks."""
    words = words.strip()
    if len(words) > 1 and words[0] in _MARKS and words[-1] in _MARKS:
        words = words[1:-1].strip()
    return words.rstrip(",")


def _sentence(text: str, reading: Reading, statement: Statement) -> Span:
    """From the first sentence that the statement touches to the last."""
    first, last = statement.spans[0][0], statement.spans[-1][1]
    touched = [(start, end) for start, end in reading.sentences if start < last and end > first]
    if not touched:
        return first, last
    return min(first, touched[0][0]), max(last, touched[-1][1])


def _names_speaker(text: str, sentence: Span, statement: Statement) -> bool:
    """True when the sentence itself says whose words they are."""
    mention = said(text, statement.speaker)
    inside = all(sentence[0] <= start and end <= sentence[1] for start, end in statement.speaker)
    return bool(mention) and inside and not sayer.is_pronoun(mention)
