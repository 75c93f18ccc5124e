"""A page that was full once keeps its posts for ever, and every post stands on exactly one page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from depesche.render.paging import Leaf, full_pages, holding, leaf

SIZES = st.integers(5, 100)
POSTS = st.integers(0, 3_000)


def leaves(posts: int, size: int) -> list[Leaf]:
    """The front and all older pages, newest first."""
    pages = [leaf(posts, size)] + [leaf(posts, size, page=number) for number in range(full_pages(posts, size), 0, -1)]
    return [each for each in pages if each is not None]


@given(POSTS, SIZES)
def test_every_post_stands_on_one_page(posts: int, size: int) -> None:
    numbers = [number for each in leaves(posts, size) for number in range(each.last, each.first - 1, -1)]
    assert numbers == list(range(posts, 0, -1))


@given(POSTS, SIZES, st.integers(1, 200))
def test_an_older_page_never_changes_its_posts(posts: int, size: int, more: int) -> None:
    before = {each.page: (each.first, each.last) for each in leaves(posts, size) if each.page}
    after = {each.page: (each.first, each.last) for each in leaves(posts + more, size) if each.page}
    assert before.items() <= after.items()


@given(POSTS, SIZES)
def test_the_front_is_never_nearly_empty(posts: int, size: int) -> None:
    front = leaves(posts, size)[0]
    assert front.front
    assert front.last - front.first + 1 in range(min(posts, size), 2 * size)


@given(POSTS, SIZES)
def test_the_neighbours_lead_through_all_pages(posts: int, size: int) -> None:
    queries = ["", *(each.older for each in leaves(posts, size)[:-1])]
    assert [each.newer for each in leaves(posts, size)] == [None, *queries[:-1]]
    assert leaves(posts, size)[-1].older is None


def test_who_reads_from_the_beginning_begins_there() -> None:
    first = leaf(57, 20, order="oldest")
    assert first == Leaf("oldest", 1, 1, 20, newer="?order=oldest&page=latest", older=None)
    last = leaf(57, 20, order="oldest", latest=True)
    assert last == Leaf("oldest", None, 21, 57, newer=None, older="?order=oldest")


def test_a_short_story_has_one_page_in_either_order() -> None:
    assert leaf(39, 20) == Leaf("newest", None, 1, 39, None, None)
    assert leaf(39, 20, order="oldest") == Leaf("oldest", None, 1, 39, None, None)


def test_a_page_that_is_not_full_yet_is_still_on_the_front() -> None:
    assert leaf(39, 20, page=1) is None
    assert leaf(57, 20, page=2) is None
    assert leaf(57, 20, page=0) is None


@given(st.integers(1, 3_000), SIZES, st.data())
def test_a_post_is_found_on_the_page_that_its_link_names(posts: int, size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, posts))
    query = holding(number, posts, size)
    page = int(query.removeprefix("?page=")) if query else None
    found = leaf(posts, size, page=page)
    assert found is not None
    assert found.first <= number <= found.last
