"""What a change of the ledger means for open pages: which claims and which posts look different after it.

In: objects that were touched ("link:3.17", "standing:3"). Out: numbers of claims (0: any of them may have changed) and
of posts. Never: a query about statements when the story has no claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from depesche.journal import views
from depesche.render.markdown import Mark
from depesche.render.marks import marks

if TYPE_CHECKING:
    from depesche.journal.views import LedgerView, PostView

ANY = 0
"""Instead of a claim's number: it can't be told which ones are touched."""
_OF_CLAIM = frozenset({"claim", "link", "standing", "derived"})
_OF_STATEMENT = frozenset({"figure", "statement", "relation"})
_OF_ANY = frozenset({"measure", "reply"})
KINDS = _OF_CLAIM | _OF_STATEMENT | _OF_ANY
"""The kinds of objects of the ledger."""


class LedgerNews:
    """The ledger of a story as it is now, read when it is first needed."""

    def __init__(self, connection: Connection, story: str) -> None:
        self._connection, self._story = connection, story

    @cached_property
    def ledger(self) -> LedgerView:
        """The ledger."""
        return views.ledger(self._connection, self._story)

    def claims(self, kind: str, rest: str, *, gone: bool) -> Iterable[int]:
        """The claims whose own page looks different after this object was touched; `gone`: a post that isn't shown."""
        if kind in _OF_CLAIM:
            numbers = _numbers(rest)[:1]
            return [*numbers, *(self.ledger.merged[number] for number in numbers if number in self.ledger.merged)]
        if kind in _OF_ANY:
            replies = self.ledger.replies if kind == "reply" else ()
            return [each.claim or ANY for each in replies if _numbers(rest) == [each.number]] or [ANY]
        if kind in _OF_STATEMENT:
            numbers = _numbers(rest)[:2] if kind == "relation" else _numbers(rest)[:1]
        elif kind in ("post", "statements") and self.ledger.claims:
            if gone:  # what it said is out of the ledger, and so is what that answered
                return [ANY]
            numbers = views.statement_numbers(self._connection, self._story, _numbers(rest)[:1])
        else:
            return []
        return [claim for number in numbers for claim in self.ledger.claims_of.get(number, ())]

    def posts(self, kind: str, rest: str) -> list[int]:
        """The posts whose marks may be others now."""
        numbers = _numbers(rest)
        if kind == "statements":
            return numbers[:1] if any(True for _ in self.claims(kind, rest, gone=False)) else []
        said = numbers[1:2] if kind == "link" else numbers[:1] if kind == "figure" and self.ledger.claims else []
        found = views.some_statements(self._connection, self._story, said) if said else {}
        return [view.post for view in found.values()]

    def said(self, kind: str, rest: str) -> list[int]:
        """The posts in which somebody says something else now, or is called otherwise."""
        if kind != "statement":
            return _numbers(rest)[:1] if kind == "statements" else []
        found = views.some_statements(self._connection, self._story, _numbers(rest)[:1])
        return [view.post for view in found.values()]

    def marks(self, posts: list[PostView]) -> dict[int, tuple[Mark, ...]]:
        """The marks in these posts."""
        return marks(self._connection, self.ledger, posts)


def _numbers(rest: str) -> list[int]:
    return [int(each) for each in rest.split(".") if each.isdecimal() and len(each) < 19]
