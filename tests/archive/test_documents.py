"""Files, folders and JSON lines become documents in a fixed order, and none is read without a bound."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from depesche.archive.documents import Document, Fault, documents, given, identity, weight


def found(*paths: Path, most: int = 1000, lines: bool = False) -> list[Document]:
    return list(documents(paths, most=most, lines=lines))


def test_a_folder_is_walked_by_name_without_hidden_files_and_circles(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden", ".git/config", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "a" / "circle").symlink_to(tmp_path)
    (tmp_path / "a" / "gone").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    all_found = found(tmp_path)
    assert [str(Path(each.file).relative_to(tmp_path)) for each in all_found] == ["a/gone", "a/z.txt", "b.txt", "c.txt"]
    assert [each.number for each in all_found] == [0, 1, 2, 3]
    assert all_found[0].fault == "can't be read: No such file or directory"
    assert weight([tmp_path]) == sum(len(each.data) for each in all_found)


def test_a_line_has_its_text_and_what_is_said_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"id": 7, "text": "Er\\u0000 kam.", "language": "de", "published": "2025-04-28T10:00Z", "title": "Da", "x": 1}'
        "\n\n"
        '{"text": "Sie kam."}'
    )
    one, two = found(file)
    text = given(one, 1000)
    assert (text.id, text.text, text.language, text.title) == ("7", "Er kam.", "de", "Da")
    assert text.published == dt.date(2025, 4, 28)
    assert text.notes == ("controls removed",)
    assert identity(two) == given(two, 1000).id == f"{file}:3"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "isn't a JSON line with a text"),
        ("[1]", "isn't a JSON line with a text"),
        ('{"id": "a"}', "missing required field `text`"),
        ('{"text": 5}', "Expected `str`"),
        ('{"text": "a", "published": "gestern"}', "day of publication"),
        ('{"text": "\\ud800"}', "isn't a JSON line with a text"),
        ('{"text": "' + "a" * 1001 + '"}', "longer than 1,000 bytes"),
        ("[" * 5000, "isn't a JSON line with a text"),
    ],
)
def test_a_line_that_cant_be_read_says_why(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(line + "\n")
    [document] = found(file)
    with pytest.raises(Fault, match=why):
        given(document, 1000)
    assert identity(document) in (f"{file}:1", "a")


def test_what_is_too_long_is_neither_kept_nor_lost_count_of(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a" * 1001)
    (tmp_path / "b.jsonl").write_text('{"text": "' + "b" * 300_000 + '"}\n{"text": "kurz"}\n')
    text, long, short = found(tmp_path)
    assert text.fault == long.fault == "is longer than 1,000 bytes (the setting max_copy)"
    assert text.data == long.data == b""
    assert (text.size, long.size) == (1001, 300_013)
    assert (short.line, given(short, 1000).text) == (2, "kurz")


def test_pictures_and_office_files_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    [document] = found(tmp_path)
    with pytest.raises(Fault, match="isn't text"):
        given(document, 1000)
