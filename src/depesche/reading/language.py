"""Text -> "de", "en" or "und": the language, guessed from its commonest words.

In: a text. Out: a language tag. Looks at the first words only, so that long texts cost no more than short ones.
"""

from __future__ import annotations

import re

from depesche.reading.tables import LANGUAGES, words

_WORD = re.compile(r"[^\W\d_]+")
_LOOK = 4000
"""Characters looked at: some 600 words, in which the commonest words of a language come up a hundred times."""
_LEAST = 2
"""A text of less known words than this has no language that one could tell."""


def guess(text: str) -> str:
    """The language of a text, "und" (undetermined) when it is none of those with a folder."""
    found = [word.lower() for word in _WORD.findall(text[:_LOOK])]
    counts = {language: sum(word in words(language, "commonest") for word in found) for language in LANGUAGES}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] < _LEAST and len(found) > _LEAST * 3:
        return "und"
    if counts[best] * 12 < len(found):
        return "und"  # running German or English has one of these words in three
    return best if counts[best] else "und"
