"""Statements underlined in a copy: the text stays whole, and positions count code points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from depesche.web.desk.marks import Piece, lines
from depesche.words.copy import Reading, Span, Statement


def test_a_quotation_within_a_statement_belongs_to_both() -> None:
    text = "KCNA meldet, es sei „vollbracht“."
    inner = (text.index("„"), text.index("“") + 1)
    reading = Reading(
        "de",
        statements=(
            Statement("Indirect", ((13, 32),), speaker=((0, 4),), cue=((5, 11),)),
            Statement("Direct", (inner,), within=0),
        ),
    )
    assert lines(text, reading) == [
        [
            Piece("KCNA", (), speaker=True),
            Piece(" "),
            Piece("meldet", (), cue=True),
            Piece(", "),
            Piece("es sei ", (0,)),
            Piece("„vollbracht“", (0, 1)),
            Piece("."),
        ]
    ]


def test_positions_count_code_points_not_utf_16() -> None:
    text = "🇺🇦🔥 Kyjiw: „Nein 👎“"
    start = text.index("„")
    pieces = lines(text, Reading("de", statements=(Statement("Direct", ((start, len(text)),)),)))
    assert pieces[0][-1] == Piece("„Nein 👎“", (0,))


def test_lines_stay_lines() -> None:
    assert [[piece.text for piece in line] for line in lines("eins\n\nzwei\n", Reading("de"))] == [["eins"], ["zwei"]]


def spans(length: int) -> st.SearchStrategy[Span]:
    places = st.integers(0, length + 5)
    return st.tuples(places, places).filter(lambda span: span[0] < span[1])


@given(st.data())
def test_no_word_is_lost_or_doubled_whatever_the_reader_says(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab \n🔥ß", max_size=60))
    several = st.lists(spans(len(text)), min_size=1, max_size=3).map(tuple)
    statements = data.draw(st.lists(st.builds(Statement, st.just("Direct"), several, several, several), max_size=4))
    made = lines(text, Reading("de", statements=tuple(statements)))
    assert "\n".join("".join(piece.text for piece in line) for line in made) == "\n".join(
        line for line in text.split("\n") if line
    )
