"""Changes for the journal's tests: one of each kind by hand, and any of a kind by hypothesis.

In: the types of words/changes.py themselves, so that a new kind or field is tested from its first day.
"""

from __future__ import annotations

import datetime as dt
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from depesche.words.changes import AnyChange

KINDS: tuple[type[AnyChange], ...] = get_args(AnyChange)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
    dt.date: st.dates(),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of this type: a Struct, a tuple, a union, a Literal or a plain type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in (Union, UnionType):
        return st.one_of([any_of(each) for each in inside])
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(any_of(inside[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*[any_of(each) for each in inside])
    assert issubclass(kind, msgspec.Struct), kind
    return st.builds(kind, **{each.name: any_of(each.type) for each in msgspec.structs.fields(kind)})
