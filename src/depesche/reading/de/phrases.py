"""Items -> noun phrases, by their outer signs only: article, adjectives, capitals, genitives, names, brackets.

In: the items of a unit and a place. Out: where the phrase ends, or None when none begins there. No phrase reaches
past a verb, and what it can't tell from a phrase of another clause it leaves out.
"""

from __future__ import annotations

from depesche.reading.items import BRACKET, MARK, QUOTE, WORD, Item
from depesche.reading.lexis import Lexis

_ADVERBIAL = (
    "isch",
    "lich",
    "ig",
    "lang",
    "weise",
    "los",
    "haft",
    "end",
    "maßen",
    "mäß",
    "dessen",
    "seits",
    "wärts",
    "malig",
)
_ADJECTIVE = ("e", "en", "er", "es", "em")
_LINKS = frozenset({"von", "vom", "für", "aus", "um"})
"""Prepositions that most often belong to the noun before them, also after the verb."""
_WIDE = _LINKS | frozenset(
    {
        "zu",
        "zur",
        "zum",
        "bei",
        "beim",
        "an",
        "am",
        "in",
        "im",
        "gegen",
        "über",
        "mit",
        "auf",
        "der",
        "vor",
        "ohne",
    }
)
_AFTER_ARTICLE = frozenset(
    {
        "beiden",
        "vielen",
        "wenigen",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "zahlreichen",
        "mehreren",
        "eigenen",
        "diese",
        "dieser",
        "diesen",
        "ihre",
        "seine",
        "meisten",
    }
)
_OUTLETS = ("zeitung", "agentur", "presse", "magazin", "welt", "bild", "“")
"""Who is told after a name: "sagte Anna Kern der Zeitung"."""
_JOINS = frozenset({"und", "sowie", "oder", "&", "bzw", "beziehungsweise"})
_NAME_LINKS = frozenset(
    {"van", "de", "al", "el", "bin", "ibn", "ben", "del", "di", "da", "la", "le", "of", "the", "international", "for"}
)
_AGED = ("Jährige", "Jähriger", "Jährigen")
"""Endings of a noun that begins with a figure: "der 52-Jährige"."""
_PLAIN_QUOTE = 60
"""A quotation of more characters than this is no name."""


def is_noun(item: Item) -> bool:
    """A capital word, or a short quotation that stands for a name."""
    if item.kind == WORD:
        return item.cap and (not item.text[0].isdigit() or item.text.endswith(_AGED))
    return item.kind == QUOTE and item.end - item.start < _PLAIN_QUOTE


def is_article(item: Item, lex: Lexis) -> bool:
    """An article or a determiner."""
    return item.low in lex.kinds["article"] or item.low in lex.kinds["determiner"]


def is_adjective(item: Item, lex: Lexis) -> bool:
    """A word that may stand between an article and its noun."""
    if item.kind != WORD or (item.cap and not item.text[0].isdigit()):
        return False
    if item.text[0].isdigit():
        return True
    return (
        item.low.endswith(_ADJECTIVE)
        and item.low not in lex.kinds["preposition"]
        and item.low not in lex.kinds["oblique"]
        and item.low not in lex.kinds["pronoun"]
        and item.low not in lex.kinds["article"]
    )


def _attribute(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> int:
    """Past the words between an article and its noun; an extended attribute ("der in Bonn geborene") included."""
    stop = min(end, at + 12)
    place = at
    while place < stop and not is_noun(items[place]):
        item = items[place]
        if item.kind == MARK and item.text not in ("-", ",", ".", "/"):
            return at
        if item.text == "," and not (place + 1 < stop and is_adjective(items[place + 1], lex)):
            return at
        if item.low in lex.kinds["preposition"] and place > at - 1:
            return _extended(items, place, stop, lex) or at
        strange = item.kind == WORD and not is_adjective(item, lex) and item.low not in lex.kinds["adverb"]
        if strange and (item.low in lex.anyfinite or place > at):
            return at
        place += 1
    return place


def _extended(items: tuple[Item, ...], at: int, stop: int, lex: Lexis) -> int | None:
    for place in range(at + 1, stop - 1):
        item = items[place]
        if item.kind == MARK and item.text not in "-/.":
            return None
        if (
            is_adjective(item, lex)
            and item.text[0].islower()
            and is_noun(items[place + 1])
            and not is_article(item, lex)
        ):
            return place + 1
    return None


def _head(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> int | None:
    """The end of article + adjectives + capital words that begin at `at`."""
    place = at
    article = place < end and is_article(items[place], lex) and items[place].kind == WORD
    if article:
        place += 1
        if place < end and items[place].low in _AFTER_ARTICLE:
            place += 1
    start = place
    place = _attribute(items, place, end, lex) if article or _bare_adjectives(items, place, end, lex) else place
    if place >= end or not is_noun(items[place]):
        return None
    if not article and place == start and (_is_function(items[place], lex) or _opens_as_adverb(items, place, end, lex)):
        return None
    return _names(items, place + 1, end, lex)


def _opens_as_adverb(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> bool:
    """True for a capital word that opens a sentence as an adverb or a participle: "Monatelang", "Besorgt"."""
    if at or items[at].kind != WORD:
        return False
    low = items[at].low
    if at + 1 < end and is_noun(items[at + 1]):
        return False
    return low in lex.anyparticiple or (low.endswith(_ADVERBIAL) and len(low) > 5)


def _is_function(item: Item, lex: Lexis) -> bool:
    low = item.low
    kinds = lex.kinds
    return item.kind == WORD and (
        low in kinds["preposition"] or low in kinds["adverb"] or low in kinds["subordinator"]
        or low in kinds["conjunction"] or low in kinds["question"] or low in kinds["oblique"]
    )  # fmt: skip


def _bare_adjectives(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> bool:
    """True when adjectives without article lead to a noun: "türkische Behörden", "500 neue Stellen"."""
    place = at
    while place < end and place < at + 4 and (
        is_adjective(items[place], lex)
        or (items[place].cap and items[place].low.endswith(_ADJECTIVE) and place == at and items[place].kind == WORD)
    ):  # fmt: skip
        if _is_function(items[place], lex) or (items[place].low in lex.anyfinite and not items[place].cap):
            return False
        place += 1
    return at < place < end and is_noun(items[place])


def _names(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> int:
    place = at
    while place < end:
        item = items[place]
        if (
            is_noun(item)
            or item.kind == BRACKET
            or _numbers(items, place, end, lex)
            or (item.text == "." and place + 1 < end and is_noun(items[place + 1]) and len(items[place - 1].text) <= 4)
            or (item.low in _NAME_LINKS and place + 1 < end and is_noun(items[place + 1]))
            or (item.text == "&" and place + 1 < end and is_noun(items[place + 1]))
        ):
            place += 1
        else:
            break
    return place


def _numbers(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> bool:
    """True for the number of a name ("Agenda 2030"), not for what is counted ("des NIS 4.700 getötet")."""
    item = items[at]
    if item.kind != WORD or not item.text.isdecimal() or len(item.text) > 4:
        return False
    after = items[at + 1] if at + 1 < end else None
    return after is None or not (is_noun(after) or after.low in lex.anyparticiple or is_adjective(after, lex))


def _somebody(items: tuple[Item, ...], at: int, end: int, lex: Lexis) -> bool:
    """True for a person's name, which has no genitive after it: "Meier", "Amtschefin Karla Meier", not "Vertreter"."""
    if is_article(items[at], lex) or not all(item.kind == WORD and item.cap for item in items[at:end]):
        return False
    last = items[end - 1]
    if last.low.endswith(lex.speakertails) or last.low.endswith(lex.sourcetails):
        return False
    return not any(last.text in each for each in (lex.nouns["speaker"], lex.nouns["source"], lex.saying))


def phrase(items: tuple[Item, ...], at: int, end: int, lex: Lexis, *, wide: bool = False) -> int | None:
    """The end of the noun phrase that begins at `at`; `wide` also takes prepositional attributes of any kind."""
    place = _head(items, at, end, lex)
    if place is None:
        return None
    while place < end:
        item = items[place]
        grown: int | None = None
        if item.kind == WORD and item.low in lex.kinds["genitive"] and not item.cap:
            short = items[place - 1].text
            told = place + 1 < end and items[place + 1].low.endswith(_OUTLETS) and _somebody(items, at, place, lex)
            dative = item.low in ("der", "einer") and ((short.isupper() and len(short) > 1) or told)
            grown = None if dative else _head(items, place, end, lex)  # "wirft die UNO der Armee vor"
        elif item.kind == WORD and not item.cap and item.low.endswith("er") and is_adjective(item, lex):
            grown = None if is_article(item, lex) else _head(items, place, end, lex)  # "Angaben norwegischer Stellen"
        elif (item.low in (_WIDE if wide else _LINKS) and item.kind == WORD) or item.low in _JOINS:
            grown = _head(items, place + 1, end, lex)
        if grown is None:
            break
        place = grown
    return place


def with_apposition(items: tuple[Item, ...], at: int, end: int, limit: int, lex: Lexis) -> int:
    """`end`, or the end of the apposition after it: "der Leiter, Jan Holm," up to but without the last comma."""
    if end >= limit or items[end].text != ",":
        return end
    quoted = end + 1 < limit and items[end + 1].kind == QUOTE  # sagte Jan Holm, „sonst wäre es zu spät“
    inner = None if quoted else phrase(items, end + 1, limit, lex, wide=True)
    if inner is None:
        return end
    if inner >= limit or items[inner].text in (",", ":", ".", "!", "?", ";", "–"):
        return inner
    return end
