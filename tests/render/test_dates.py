"""Times are told in the story's language and zone, and always absolutely."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.render.dates import clock
from depesche.words.decide.limits import EARLIEST, LATEST

AT = int(dt.datetime(2025, 4, 28, 12, 32, 5, tzinfo=dt.UTC).timestamp()) * 1_000_000


def test_german_times() -> None:
    berlin = clock("de", "Europe/Berlin")
    assert berlin.time(AT) == "14:32"
    assert berlin.day(AT) == "28. Apr."
    assert berlin.moment(AT) == "28. Apr., 14:32"
    assert berlin.stamp(AT) == "28. April 2025, 14:32\u00a0Uhr"
    assert berlin.full(AT) == "Montag, 28. April 2025, 14:32\u00a0Uhr"
    assert berlin.iso(AT) == "2025-04-28T14:32:05+02:00"
    assert berlin.place == "Berlin"


def test_english_times() -> None:
    assert clock("en-GB", "Europe/London").full(AT) == "Monday, 28 April 2025, 13:32"
    assert clock("en", "America/New_York").stamp(AT) == "April 28, 2025, 8:32\u00a0AM"
    assert clock("en", "America/New_York").place == "New York"


def test_a_day_ends_at_midnight_of_the_storys_zone() -> None:
    late = AT + 9 * 3_600_000_000
    assert clock("de", "Europe/London").same_day(AT, late)
    assert not clock("de", "Europe/Berlin").same_day(AT, late + 3_600_000_000)


@pytest.mark.parametrize("zone", ["Atlantis/Poseidonis", "", "../../etc/passwd"])
def test_an_unknown_zone_is_utc(zone: str) -> None:
    assert clock("de", zone).iso(AT) == "2025-04-28T12:32:05+00:00"


def test_an_unknown_language_tells_times_in_english() -> None:
    assert clock("tlh", "UTC").full(AT) == "Monday, April 28, 2025, 12:32\u00a0PM"


@given(
    st.integers(EARLIEST, LATEST), st.sampled_from(["Europe/Berlin", "Europe/Amsterdam", "Pacific/Kiritimati", "UTC"])
)
def test_every_time_that_a_post_may_have_can_be_told(at: int, zone: str) -> None:
    told = clock("de", zone)
    assert dt.datetime.fromisoformat(told.iso(at)).utcoffset() is not None
    assert len(told.iso(at)) == len("2025-04-28T14:32:05+02:00")
    assert told.full(at)
