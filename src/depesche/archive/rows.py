"""A document and its Reading -> one row for programs: every row has every key, in the same order, of the same type.

In: what was given and found, or why it wasn't. Out: a line of JSON that DuckDB and pandas take as it is. Never: a
key that is left out because there is nothing to say.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import asdict

from depesche.archive.documents import Given
from depesche.words.copy import Reading, Spans, Statement


def row(file: str, given: Given, found: Reading) -> bytes:
    """The line of a document that was read."""
    values = {
        "id": given.id,
        "file": file,
        "error": None,
        "language": found.language,
        "published": given.published,
        "title": given.title,
        "reader": found.reader,
        "notes": given.notes,
        "text": given.text,
        "sentences": found.sentences,
        "statements": [_statement(given.text, each) for each in found.statements],
        "lints": [{"words": words(given.text, (each.span,)), **asdict(each)} for each in found.lints],
    }
    return msgspec.json.encode(values) + b"\n"


def fault(file: str, name: str, why: str) -> bytes:
    """The line of a document that couldn't be read."""
    empty = Given(id=name, text="")
    values = msgspec.json.decode(row(file, empty, Reading(language="")), type=dict[str, Any])
    return msgspec.json.encode({**values, "error": why}) + b"\n"


def words(text: str, spans: Spans) -> str:
    """What stands at these spans; pieces are joined by an ellipsis."""
    return " … ".join(text[start:end] for start, end in spans)


def who(text: str, statement: Statement) -> str:
    """The chain of those who say it, from the outlet nearest to us to the root; “?” for nobody known."""
    hops = [hop.name or words(text, hop.spans) for hop in statement.chain]
    name = statement.name or words(text, statement.speaker)
    if name and name not in hops:
        hops.append(name)
    return " → ".join(hops) or "?"


def measured(statement: Statement) -> str:
    """The words of its figures and dates."""
    said = [statement.said.words] if statement.said else []
    return ", ".join([*(each.words for each in statement.figures), *(each.words for each in statement.about), *said])


def _statement(text: str, statement: Statement) -> dict[str, Any]:
    """A statement with its words, so that nobody has to count characters."""
    return {
        "words": words(text, statement.spans),
        "speaker_words": words(text, statement.speaker),
        "cue_words": words(text, statement.cue),
        **asdict(statement),
        "chain": [asdict(hop) for hop in statement.chain],
        "figures": [asdict(figure) for figure in statement.figures],
        "said": None if statement.said is None else asdict(statement.said),
        "about": [asdict(each) for each in statement.about],
    }
