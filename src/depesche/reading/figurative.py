"""Which numbers count nothing: ordinals, clock times, scores, ages, telephone numbers, names ("F-16", "Artikel 5").

In: tokens and the place of a number. Out: yes or no. Each question looks at a few neighbours.
"""

from __future__ import annotations

from functools import cache

from depesche.reading.counted import noun, phrases, singles
from depesche.reading.events import victim
from depesche.reading.numerals import Numeral
from depesche.reading.sentences import stays
from depesche.reading.tokens import Tokens

_INSIDE = frozenset("/@#_=&\\~^*")
"""Signs that tie a number to an address, a key or a fraction."""
_OPENING, _CLOSING = frozenset("„“\"»«‚‘'"), frozenset("“”\"«»‘’'")
_OLDEST = 120
"""A number of years between commas after a name is an age up to this one."""
_SMALL = 999
"""Numbers up to this one are parts of names ("Hannover 96"); larger ones are grouped and count."""
_LIST = 12
"""Numbers in a list after one label: "Linien 5, 10, 18 und 49"."""
_RUN = 3
"""So many groups of digits in a row are a telephone or account number."""


@cache
def _label_tails(language: str) -> tuple[str, ...]:
    return tuple(label[1:] for label in singles(language, "label") if label.startswith("-"))


def _is_label(word: str, language: str) -> bool:
    return word in singles(language, "label") or (word.endswith(_label_tails(language)) and len(word) > 5)


def is_part(tokens: Tokens, at: int) -> bool:
    """True when the token hangs on the sign or letter before it: "F-16", "Rückfragen@30", "-Millionen"."""
    before = tokens.text[tokens.starts[at] - 1 : tokens.starts[at]]
    if not before or before.isspace():
        return False
    if before in "-–":
        earlier = tokens.text[tokens.starts[at] - 2 : tokens.starts[at] - 1]
        return bool(earlier) and not earlier.isspace() and earlier not in '(„“"»«'
    return before.isalnum() or before in _INSIDE


def _hangs_on(tokens: Tokens, stop: int, language: str) -> bool:
    """True when something hangs on the number: "16er", "5G", "10-Punkte-Plan", "45-jährig"."""
    if not tokens.glued(stop):
        return False
    word = tokens.word(stop)
    if word == "-" and not tokens.glued(stop + 1):
        return True  # "27- bis 30-jährig"; a range of numbers was read as one
    if word == "-":
        tail = tokens.word(stop + 1)
        return tail not in singles(language, "tail")  # "2-1": what is a range was read as one
    if word == "–":
        return tokens.glued(stop + 1) and tokens.digits(stop + 1)
    return word[0].isalpha() or word in _INSIDE or (word in "'’" and tokens.glued(stop + 1))


def _is_ordinal(tokens: Tokens, stop: int, language: str) -> bool:
    return tokens.word(stop) == "." and tokens.glued(stop) and stop + 1 < len(tokens) and stays(tokens, stop, language)


def _labelled(tokens: Tokens, at: int, language: str) -> bool:
    """True after a word that makes the number a name, also in a list: "Artikel 5", "Nr. 1", "Kapitel 3 und 4"."""
    for _ in range(_LIST):
        place = at - 1
        if tokens.word(place) == "." and tokens.glued(place):
            place -= 1
        if _is_label(tokens.word(place), language):
            return True
        if not (
            tokens.word(place) in ("und", "and", "bis", "to", ",", "-", "–", "oder", "or") and tokens.digits(place - 1)
        ):
            return False
        at = place - 1
    return False


def _age(tokens: Tokens, at: int, numeral: Numeral) -> bool:
    """ "Müller, 52, sagte", "Müller (52)"."""
    around = tokens.word(at - 1), tokens.word(numeral.stop)
    enclosed = around in ((",", ","), ("(", ")"))
    return enclosed and numeral.digits and numeral.value <= _OLDEST and tokens.capital(at - 2)


def _proper(tokens: Tokens, at: int, numeral: Numeral, stop: int, language: str) -> bool:
    """A small number right after a noun and without one of its own: "Hannover 96 hat", "Apollo 11".

    Not at the beginning of a sentence, where any word has a capital, nor before a plural or a word for victims.
    """
    before = tokens.word(at - 2)
    if not numeral.digits or numeral.scale > 1 or stop != at + 1 or numeral.value > _SMALL or "." in tokens.words[at]:
        return False
    if not tokens.capital(at - 1) or not before[:1].isalnum() or tokens.word(at - 1) in singles(language, "more"):
        return False
    after = tokens.word(stop)
    counted = (
        noun(tokens, stop, language).at >= 0 or after in singles(language, "plural") or victim(tokens, stop, language)
    )
    return not counted and not (
        language != "de" and not tokens.capital(stop) and after.endswith("s") and len(after) > len("was")
    )


def _title(tokens: Tokens, at: int, stop: int) -> bool:
    """The end of a name in quotation marks: the club „911“, the film „Stuttgart 21“."""
    return tokens.word(stop) in _CLOSING and (tokens.word(at - 1) in _OPENING or tokens.capital(at - 1))


def _dialled(tokens: Tokens, at: int, stop: int) -> bool:
    """True in a run of groups of digits: telephone, account and serial numbers."""
    groups = 1
    for step, place in ((1, stop), (-1, at - 1)):
        for _ in range(2 * _RUN):
            if tokens.digits(place):
                groups += 1
            elif tokens.word(place) not in ("/", "-", "(", ")", "+") or not tokens.word(place):
                break
            place += step
    return groups >= _RUN or (tokens.word(at - 1) == "+" and tokens.glued(at) and groups > 1)


def _hour(tokens: Tokens, at: int, numeral: Numeral, language: str, *, unit: bool) -> bool:
    """ "um 18.30" in German, where a decimal has a comma; also any other number with a point that counts nothing."""
    return language == "de" and numeral.digits and "." in tokens.words[at] and numeral.value % 1 != 0 and not unit


def is_name(
    tokens: Tokens, at: int, numeral: Numeral, stop: int, language: str, *, unit: bool, approximated: bool
) -> bool:
    """True when the number at this token, which ends before `stop`, counts nothing."""
    after = phrases(language, "figurative", "after").match(tokens, stop)
    if after or (not unit and _title(tokens, at, stop)) or _labelled(tokens, at, language) or _age(tokens, at, numeral):
        return True
    if not unit and (_hangs_on(tokens, stop, language) or _hour(tokens, at, numeral, language, unit=unit)):
        return True
    if not unit and not approximated and _proper(tokens, at, numeral, stop, language):
        return True
    if numeral.digits and _house(tokens, stop, language):
        return True
    if numeral.digits:
        return is_part(tokens, at) or (not unit and _is_ordinal(tokens, stop, language)) or _dialled(tokens, at, stop)
    return is_part(tokens, at) or _is_noun(tokens, at, numeral, language)


def _house(tokens: Tokens, at: int, language: str) -> bool:
    """True for the number of a house: "12 Hill Street"."""
    if not tokens.capital(at):
        return False
    streets = singles(language, "street")
    return any(tokens.capital(place) and tokens.word(place) in streets for place in (at + 1, at + 2))


def _is_noun(tokens: Tokens, at: int, numeral: Numeral, language: str) -> bool:
    """A German number word with a capital inside a sentence is a noun: "die Elf", "der Zweite"; hundreds count."""
    if language != "de" or not tokens.capital(at) or numeral.value > 12 or numeral.scale > 1 or at == 0:
        return False
    before = tokens.word(at - 1)
    return before not in (".", "!", "?", ":", "„", "“", '"', "»", "«", "–", "-", "…", "‚")
