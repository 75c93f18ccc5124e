"""A recorded statement: what is kept of it once a post that makes it was published. Claims stand in claims.py.

In: nothing. Out: frozen values. A recorded statement carries its own words, so that nothing public has to look into a
text again.
"""

from __future__ import annotations

from msgspec import Struct

from depesche.words.copy import Statement


class RecordedStatement(Struct, frozen=True, omit_defaults=True):
    """A statement of a published post, numbered densely within its story so that it can be cited.

    Spans are code points of the plain text of the revision it was recorded with; `words` is what was said as it
    stands there, `speaker` the mention, `before` and `after` up to 32 characters of context to find it again.
    """

    number: int
    statement: Statement
    words: str
    speaker: str = ""
    before: str = ""
    after: str = ""
