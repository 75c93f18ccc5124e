"""Bytes and texts from outside, as wires and forms really send them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.words.changes import PostText
from depesche.words.text import clean, clean_struct, decode

KOELN = "Grüße aus Köln: „Ärger“, sagte sie – über 10.000 €."


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (KOELN.encode(), ""),
        (KOELN.encode("utf-8-sig"), ""),
        (KOELN.encode("utf-16"), ""),
        (KOELN.encode("utf-16-le"), ""),
        (KOELN.encode("utf-16-be"), "utf-8"),
        (KOELN.encode("utf-32"), ""),
        (KOELN.encode("cp1252"), ""),
        (KOELN.encode("cp1252"), "iso-8859-1"),
        (KOELN.encode("cp1252"), "no-such-charset"),
        (KOELN.encode(), "base64"),
    ],
    ids=str,
)
def test_copy_in_any_encoding_reads_the_same(data: bytes, charset: str) -> None:
    assert decode(data, charset)[0] == KOELN


def test_the_senders_charset_is_believed_where_it_fits() -> None:
    assert decode("10 € für Žižek".encode("iso8859-15"), "iso-8859-15")[0] == "10 € für Žižek"


def test_one_broken_byte_costs_one_character_not_the_text() -> None:
    data = KOELN.encode().replace("Köln".encode(), b"K\xf6ln")
    text, notes = decode(data)
    assert text == KOELN.replace("Köln", "K\ufffdln")
    assert notes == ("broken bytes replaced",)


def test_a_file_of_zeros_is_not_taken_for_utf16() -> None:
    assert decode(b"SQLite format 3\0" + bytes(4000))[0] == "SQLite format 3"


def test_controls_and_overrides_are_gone_and_said() -> None:
    text, notes = decode("a\0b\r\nc\u202ed\u2028e\u200f".encode())
    assert text == "ab\ncd\ne\u200f"
    assert notes == ("controls removed", "bidi controls removed")


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "idna", "hex", "\0", "x" * 99]))
def test_any_bytes_become_a_text_that_can_be_kept(data: bytes, charset: str) -> None:
    text, _ = decode(data, charset)
    text.encode()
    assert clean(text) == (text, ())


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)[0]
    assert clean(once) == (once, ())


def test_a_struct_with_nothing_to_clean_stays_the_very_same() -> None:
    text = PostText(body=KOELN)
    assert clean_struct(text) is text
    assert clean_struct(PostText(body="a\r\n\0b")) == PostText(body="a\nb")
