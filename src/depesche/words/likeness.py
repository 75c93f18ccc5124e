"""How much of what one sentence says is said by another: enough to rank candidates, never enough to link them.

In: German or English sentences. Out: what they are about (topics of the thesaurus, names, other words, numbers), each
with a weight, and a likeness between 0 and 1. Acts weigh most: everybody in a story speaks of the same names, and they
differ by what they say of them. Never a judgement of what is true.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from depesche.words.thesaurus import LANGUAGES, cases, fold, forget_words, language, thesaurus

Content = Mapping[str, float]
"""What a sentence is about, each with its weight; whoever gets one leaves it as it is."""
WEIGHTS: Mapping[str, float] = {"act": 1.5, "thing": 1.2, "place": 0.7, "who": 0.6}
"""By kind of topic. Of an act there are many in the news, of people few, so that these tell less."""
CASE = 1.5
"""Of the kinds of case of a topic, shared among them: steroids in a sample tell of doping."""
NUMBER = 0.6
NAME = 1.2
"""Of a word without a topic: a name, or what the thesaurus doesn't have. A word with one counts as its topics only."""
STEM = 5
"""Letters of a word that are compared: endings, and most of what makes a noun of a verb, come behind them."""
LEAST = 3.0
"""Weight below which a sentence says too little to be covered by one word in common."""
BEGINNING, END = 6, 4
"""Words within which the verb of a denial has only whoever denies on its other side."""
REMEMBERED = 20_000
"""Sentences whose content is kept: four stories of 5,000 statements, some 60 MB at the most."""


class Manner(NamedTuple):
    """How something is said: of what is to come or is going on, by somebody who accuses others."""

    coming: bool
    accuser: bool


_WORD = re.compile(r"\d[\d.,]*|[^\W\d_]+")
_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")


@lru_cache(maxsize=REMEMBERED)
def content(words: str, speaker: str = "") -> Content:
    """What a sentence is about, and what the name of its speaker is: "die russischen Angaben" were made in Moscow."""
    return _content(speaker) | _content(words)


@lru_cache(maxsize=REMEMBERED)
def denied(words: str, speaker: str = "") -> Content:
    """What a denial denies: its content without the name of whoever denies, who is what it is about in another way.

    That it is a ministry or a firm stays, as those who accuse it often call it no more than that.
    """
    found, kinds = _content(words), thesaurus(LANGUAGES[0]).kinds
    names = _content(f"{_denier(words)} {speaker}")
    return {key: weight for key, weight in found.items() if key not in names or kinds.get(key) == "who"}


@lru_cache(maxsize=REMEMBERED)
def naming(speaker: str) -> Content:
    """What a statement says that names this speaker: their name, what they are, where they are."""
    kinds = thesaurus(LANGUAGES[0]).kinds
    return {key: weight for key, weight in _content(speaker).items() if key in kinds or key.endswith("-")}


@lru_cache(maxsize=REMEMBERED)
def manner(words: str, speaker: str = "") -> Manner:
    """How a sentence says what it says; the words that tell are those of either language."""
    known = [thesaurus(each) for each in LANGUAGES]
    said, by = _folded(words), _folded(speaker)
    return Manner(
        coming=any(word in each.coming for each in known for word in said),
        accuser=any(each.accuses(word) for each in known for word in by),
    )


@lru_cache(maxsize=REMEMBERED)
def one_speaker(name: str, other: str) -> bool:
    """True when two names seem to be of one speaker: the one says all that the other does, and that is enough."""
    less, more = sorted((frozenset(_folded(name)), frozenset(_folded(other))), key=len)
    telling = len(less) > 1 or any(key.endswith("-") for key in _content(" ".join(less)))
    return name == other != "" or (less <= more and telling)


def topics(words: str) -> Collection[str]:
    """The keys of a sentence's content."""
    return content(words).keys()


def likenesses(asked: Content, pool: Sequence[Content]) -> list[float]:
    """For each of the pool, how much of what is asked for it tells, from 0 to 1; what few of them tell counts more."""
    shared = [asked.keys() & told.keys() for told in pool]
    rare = _rarities(asked, shared)
    whole = max(LEAST, math.fsum(weight * rare[key] for key, weight in asked.items()))
    # fsum, because a set's order differs from run to run and a sum of floats with it
    return [
        math.fsum(min(asked[key], told[key]) * rare[key] for key in keys) / whole
        for keys, told in zip(shared, pool, strict=True)
    ]


def mentions(asked: Content, pool: Sequence[Content]) -> list[float]:
    """For each of the pool, the weight of the most telling thing that is asked for and it has: a rare name's is 1."""
    shared = [asked.keys() & told.keys() for told in pool]
    rare = _rarities(asked, shared)
    return [max((asked[key] * rare[key] for key in keys), default=0.0) for keys in shared]


def forget() -> None:
    """Let go of all words that were compared: something was erased."""
    content.cache_clear()
    denied.cache_clear()
    naming.cache_clear()
    manner.cache_clear()
    one_speaker.cache_clear()
    forget_words()


def _rarities(asked: Content, shared: Sequence[Collection[str]]) -> dict[str, float]:
    """For everything that is asked for, from 1 to nearly 0 by how many of the pool have it."""
    times = Counter(chain.from_iterable(shared))
    most = math.log(len(shared) + 1.5)  # so that what all have still counts a little, in a pool of one, too
    return {key: math.log((len(shared) + 1.5) / max(1, times[key])) / most for key in asked}


def _folded(words: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(words)]


def _content(words: str) -> dict[str, float]:
    folded = _folded(words)
    known = thesaurus(language(folded))
    own, grouped = known.of(folded)
    content: dict[str, float] = {}
    for topic in grouped.union(*own):
        _topic(topic, WEIGHTS[known.kinds[topic]], content)
    for index, word in enumerate(folded):
        amount = _amount(word, known.numbers)
        if amount is not None:
            follows = folded[index + 1] if index + 1 < len(folded) else ""
            content[f"{amount * known.times.get(follows, 1):g}"] = NUMBER
        elif not (own[index] or word in known.common or word in known.denying or word in known.times):
            content[f"{word[:STEM]}-"] = NAME
    return content


def _topic(topic: str, weight: float, content: dict[str, float]) -> None:
    above, _, below = topic.partition("/")
    content[above] = max(content.get(above, 0), weight * 0.7 if below else weight)
    if below:  # shelling is an attack, too, and two shellings are a little more alike than two attacks
        content[topic] = weight * 0.5
    several = cases().get(topic, ())
    for case in several:
        content[case] = max(content.get(case, 0), CASE * min(1, weight) / len(several))


def _amount(word: str, numbers: Mapping[str, float]) -> float | None:
    """The number that a word is: "1.200" and "1,200" are more than a thousand, "1,5" and "1.5" are less than two."""
    if not word[0].isdigit():
        return numbers.get(word)
    word = word.rstrip(".,")
    if _THOUSANDS.fullmatch(word):
        return float(re.sub("[.,]", "", word))
    whole, _, part = word.replace(",", ".").partition(".")
    return float(f"{whole}.{part.replace('.', '')}")


def _denier(words: str) -> str:
    """Whoever denies: the words before the verb of denying, or behind it when it comes at the end."""
    found = _WORD.findall(words)
    folded = [fold(word) for word in found]
    denying = thesaurus(language(folded)).denying
    at = [index for index, word in enumerate(folded) if word in denying]
    if not at:
        return ""
    before, behind = found[: at[0]], found[at[-1] + 1 :]
    if len(behind) < len(before):
        return " ".join(behind) if len(behind) <= END else ""
    return " ".join(before) if len(before) <= BEGINNING else ""
