"""English: units -> drafts of statements. The words are in the tables beside it.

In: the units of a text in order and the English lexicon. Out: drafts. English keeps its order where German marks its
mood: who says it stands right before the verb of saying, or right after it when what is said comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from depesche.reading.drafts import REACH, Draft
from depesche.reading.en.frames import English, verbs
from depesche.reading.en.sentence import Verbs
from depesche.reading.items import BRACKET, QUOTE, WORD, Unit, itemise
from depesche.reading.lexis import Lexis
from depesche.reading.quotes import pair
from depesche.words.copy import Span

_CLOSE = frozenset("”\"»’'“‘")
_NEAR = 8
"""Items in which a sentence names who says the quotation before it."""


def drafts(runs: Iterable[Unit], lex: Lexis) -> tuple[list[Draft], list[Span]]:
    """The drafts of all units; a quotation that stands alone goes on with the one before."""
    found: list[Draft] = []
    known = verbs()
    last: Draft | None = None
    for unit in _whole(map(_unbracketed, runs), lex, known):
        here = English(unit, lex, known).find()
        alone = len(unit.items) <= 2 and bool(unit.items) and unit.items[0].kind == QUOTE
        if not here and alone and last is not None and unit.number - last.unit <= REACH:
            quote = unit.items[0]
            if last.form == "Direct" and last.open:
                last.spans[-1] = (last.spans[-1][0], quote.end)  # the same quotation in its next paragraph
                last.open, last.unit = quote.text[-1] not in _CLOSE, unit.number
                continue
            made = Draft("Direct", [(quote.start, quote.end)], "quote_alone", unit=unit.number)
            made.speaker, made.cue, made.frame = last.speaker, last.cue, last.frame
            made.addressee, made.verb = last.addressee, last.verb
            made.inherits = last.inherits or last
            made.open = quote.text[-1] not in _CLOSE
            here = [made]
        last = next((d for d in reversed(here) if d.within is None), last)
        found += here
    return found, []


def _unbracketed(unit: Unit) -> Unit:
    """A sentence in brackets as the sentence: "(Smith has said that he was joking.)"."""
    if len(unit.items) != 1 or unit.items[0].kind != BRACKET:
        return unit
    text, start = unit.items[0].text, unit.start
    inside = (1, len(text) - 1)
    marks = tuple(quote.span for quote in pair(text, (inside,)).top)
    items = next(itemise(text, *inside, marks), ())
    return unit._replace(items=tuple(i._replace(start=i.start + start, end=i.end + start) for i in items))


def _whole(runs: Iterable[Unit], lex: Lexis, known: Verbs) -> Iterator[Unit]:
    """The units; "“Stop!” Smith shouted" is one sentence, though its first full stop is in the quotation."""
    held: Unit | None = None
    for unit in runs:
        if held is not None:
            if unit.paragraph == held.paragraph and _opens(unit, lex, known):
                held = Unit(held.start, unit.end, held.items + unit.items, unit.paragraph, unit.number)
                unit, held = held, None
                yield unit
                continue
            yield held
            held = None
        if unit.items and unit.items[-1].kind == QUOTE and unit.items[-1].text[-2:-1] in "!?" and len(unit.items) <= 2:
            held = unit
        else:
            yield unit
    if held is not None:
        yield held


def _opens(unit: Unit, lex: Lexis, known: Verbs) -> bool:
    """True when a sentence begins with a name and a verb that introduces quotations, and no quotation follows."""
    for place, item in enumerate(unit.items[:_NEAR]):
        if item.kind == QUOTE or item.text in ".:;" or item.low in lex.kinds["finite"]:
            return False
        if item.kind == WORD and not item.cap and place and any("q" in v.frames for v in known.get(item.low, ())):
            after = unit.items[place + 1] if place + 1 < len(unit.items) else None
            return after is None or after.low != "that"
    return False
