"""Pictures' rows, bytes of copy and readings of it. Which text shows a picture is tested with the views."""

from __future__ import annotations

from sqlalchemy import update

from depesche.journal import stock, tables
from depesche.journal.log import Journal
from depesche.journal.stock import MediaRow
from depesche.words.copy import Reading, Statement
from tests.journal.made import ACTOR, NOW, PICTURE

ROW = MediaRow(PICTURE, 1600, 900, 250_000, NOW, ACTOR)


def test_a_picture_is_kept_once_and_forgotten_when_asked(journal: Journal) -> None:
    with journal.shelving() as c:
        stock.keep_media(c, ROW)
        stock.keep_media(c, MediaRow(PICTURE, 1, 1, 1, NOW + 9, "somebody else"))
    with journal.reading() as c:
        assert stock.media(c, PICTURE) == ROW
        assert stock.media(c, "00" * 32) is None
    with journal.shelving() as c:
        stock.drop_media(c, PICTURE)
        assert stock.media(c, PICTURE) is None


def test_bytes_of_copy_are_kept_once(journal: Journal) -> None:
    with journal.shelving() as c:
        stock.keep_blob(c, "cd" * 32, b"\x00Kopie\xff", NOW)
        stock.keep_blob(c, "cd" * 32, b"\x00Kopie\xff", NOW + 1)
    with journal.reading() as c:
        assert stock.blob(c, "cd" * 32) == b"\x00Kopie\xff"
        assert stock.blob(c, "ef" * 32) is None


def test_a_reading_is_kept_for_each_reader_and_version(journal: Journal) -> None:
    first = Reading("de", statements=(Statement("Direct", ((0, 3),)),))
    with journal.shelving() as c:
        stock.keep_reading(c, "c1", 1, "de-1", Reading("de"))
        stock.keep_reading(c, "c1", 1, "de-1", first)
        stock.keep_reading(c, "c1", 1, "de-2", Reading("de"))
    with journal.reading() as c:
        assert stock.reading(c, "c1", 1, "de-1") == first
        assert stock.reading(c, "c1", 1, "de-2") == Reading("de")
        assert stock.reading(c, "c1", 2, "de-1") is None


def test_a_reading_of_another_shape_is_made_again(journal: Journal) -> None:
    with journal.shelving() as c:
        stock.keep_reading(c, "c1", 1, "de-1", Reading("de"))
        c.execute(update(tables.reading).values(content=b"[]"))
        assert stock.reading(c, "c1", 1, "de-1") is None
