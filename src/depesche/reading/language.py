"""Text -> "de", "en" or "und": the language, guessed from its commonest words.

In: a text. Out: a language tag. Looks at the first words only, so that long texts cost no more than short ones.
"""

from __future__ import annotations

import re

from depesche.reading.tables import LANGUAGES, words

_WORD = re.compile(r"[^\W\d_]+")
_LOOK = 4000
"""Characters looked at: some 600 words, in which the commonest words of a language come up a hundred times."""
_ONE_IN = 12
"""Running German or English has one of these words in three, any other language far less than one in twelve."""


def guess(text: str) -> str:
    """The language of a text, "und" (undetermined) when it is none of those with a folder."""
    found = [word.lower() for word in _WORD.findall(text[:_LOOK])]
    counts = {language: sum(word in words(language, "commonest") for word in found) for language in LANGUAGES}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] * _ONE_IN < len(found):
        return "und"
    return best if counts[best] else "und"
