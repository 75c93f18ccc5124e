"""Which posts stand on which page of a story, so that a page once full never changes its members.

In: how many numbers were given, how many posts a page holds, what the address asks for. Out: a Leaf. Older pages count
from the story's beginning: page 3 holds posts 41 to 60 for ever, tombstones included. The front holds what is left
over and one page more, so that it is never nearly empty after a page was full.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Order: TypeAlias = Literal["newest", "oldest"]
LATEST = "latest"
"""The value of ?page= that asks for the front among the pages that begin with the oldest."""


class Leaf(Struct, frozen=True):
    """One page: posts `first` to `last` in this order. `page` None is the front, where new posts arrive.

    `newer` and `older` are the queries of its neighbours ("" is the story's plain address), None where there is none.
    """

    order: Order
    page: int | None
    first: int
    last: int
    newer: str | None
    older: str | None

    @property
    def front(self) -> bool:
        """True where the newest posts are."""
        return self.page is None


def full_pages(posts: int, size: int) -> int:
    """How many pages of `size` have fixed members when `posts` numbers were given."""
    return max(0, posts // size - 1)


def leaf(
    posts: int, size: int, *, order: Order = "newest", page: int | None = None, latest: bool = False
) -> Leaf | None:
    """The page that is asked for, the front with `latest`; None when it isn't full yet: its posts are on the front."""
    full = full_pages(posts, size)
    if page is not None and not 1 <= page <= full:
        return None
    if page is None and order == "oldest" and full and not latest:
        page = 1  # who reads from the beginning begins there
    first, last = ((page - 1) * size + 1, page * size) if page else (full * size + 1, posts)
    place = page or full + 1
    return Leaf(
        order,
        page,
        first,
        last,
        newer=query(order, place + 1, full) if place <= full else None,
        older=query(order, place - 1, full) if place > 1 else None,
    )


def query(order: Order, page: int, full: int) -> str:
    """The query part of a page's address, with its question mark."""
    front = page > full
    if order == "newest":
        return "" if front else f"?page={page}"
    if full == 0 or page == 1:
        return "?order=oldest"
    return f"?order=oldest&page={LATEST if front else page}"


def holding(number: int, posts: int, size: int) -> str:
    """The query of the page, newest first, on which this post stands."""
    return query("newest", (number - 1) // size + 1, full_pages(posts, size))
