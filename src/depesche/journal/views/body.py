"""The body of an entry as a view needs it: the change of the expected kind, or None.

In: a column of bytes. Out: a change. Never an exception: an erased or damaged body is a text that isn't there.
"""

from __future__ import annotations

from typing import TypeVar

from depesche.journal import form
from depesche.journal.errors import FormError
from depesche.words.changes import AnyChange, PostCorrected, PostPublished, PostText

T = TypeVar("T", bound=AnyChange)


def change_in(kind: type[T], body: bytes | None) -> T | None:
    """The change of this kind in these bytes, None if they were erased or damaged."""
    if body is None:
        return None
    try:
        change = form.decode(kind.__name__, body)
    except FormError:
        return None
    return change if isinstance(change, kind) else None


def text_in(kind: str | None, body: bytes | None) -> PostText | None:
    """The text of a post in the body of the entry that gave it, None if it was erased or damaged."""
    if kind == "PostPublished":
        published = change_in(PostPublished, body)
        return None if published is None else published.text
    corrected = change_in(PostCorrected, body)
    return None if corrected is None else corrected.text
