"""Documents and their Readings -> one page of HTML: the marked text side by side with its statements.

In: what was given and found. Out: head, a section a document, and foot, to be written one after the other. Never: a
script, anything fetched from elsewhere, or a character of a document that isn't escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from html import escape
from importlib import resources

from depesche.archive.documents import Given
from depesche.archive.rows import measured, who, words
from depesche.words.copy import Reading, Statement


def head() -> bytes:
    """Everything before the first section. The policy allows this style sheet by its hash and nothing else."""
    style = resources.files("depesche.archive").joinpath("page.css").read_text("utf-8")
    proof = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{proof}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>Who says what</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>Who says what</h1>\n"
        '<p><span class="w">who</span> <span class="c">by which word</span> <span class="s">says what</span> '
        '<span class="l">look again</span></p>\n'
    ).encode()


def foot() -> bytes:
    """Everything after the last section."""
    return b"</main>\n</body>\n</html>\n"


def section(number: int, given: Given, found: Reading) -> bytes:
    """A document: its text on one side, its statements on the other."""
    rows = "".join(_item(number, place, given.text, each) for place, each in enumerate(found.statements, 1))
    lints = "".join(
        f"<li>{escape(each.kind.replace('_', ' '))}: “{escape(words(given.text, (each.span,))[:200])}”</li>\n"
        for each in found.lints
    )
    said = f"<ol>\n{rows}</ol>\n" if rows else "<p>No statements were found.</p>\n"
    asked = f"<h3>Look again</h3>\n<ul>\n{lints}</ul>\n" if lints else ""
    facts = [given.id] if given.title else []
    facts += [str(given.published)] if given.published else []
    return (
        f'<section aria-labelledby="d{number}">\n<h2 id="d{number}">{escape(given.title or given.id)}</h2>\n'
        f'<p class="m">{escape(" · ".join([*facts, found.reader]))}</p>\n<div class="side">\n'
        f'<div class="text" lang="{escape(found.language)}" dir="auto">{_text(number, given.text, found)}</div>\n'
        f"<div>{said}{asked}</div>\n</div>\n</section>\n"
    ).encode("utf-8", "replace")


def fault(number: int, name: str, why: str) -> bytes:
    """A document that couldn't be read."""
    return (
        f'<section aria-labelledby="d{number}">\n<h2 id="d{number}">{escape(name)}</h2>\n'
        f'<p class="e">Not read: {escape(why)}</p>\n</section>\n'
    ).encode("utf-8", "replace")


def _item(number: int, place: int, text: str, statement: Statement) -> str:
    act = statement.act.replace("_", " ") + (", negated" if statement.negated else "")
    facts = [escape(act), *([escape(measured(statement))] if measured(statement) else [])]
    facts += [escape(statement.form), f"{statement.confidence:.2f}", escape(statement.rule.replace("_", " "))]
    return (
        f'<li id="d{number}t{place}"><a href="#d{number}s{place}">{escape(who(text, statement))}</a>: '
        f'{escape(words(text, statement.spans))}<br><small>{" · ".join(facts)}</small></li>\n'
    )  # fmt: skip


def _text(number: int, text: str, found: Reading) -> str:
    """The text in pieces between the ends of all spans; each piece has the classes of what covers it."""
    begins: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    marks = [(span, kind) for each in found.statements for spans, kind in _kinds(each) for span in spans]
    for (start, end), kind in [*marks, *((lint.span, "l") for lint in found.lints)]:
        begins.setdefault(start, []).append(kind)
        ends.setdefault(end, []).append(kind)
    numbers: dict[int, list[int]] = {}
    for place, each in enumerate(found.statements, 1):
        numbers.setdefault(each.spans[0][0], []).append(place)
    cuts = sorted({0, len(text), *begins, *ends})
    open_marks: Counter[str] = Counter()
    pieces = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        open_marks.subtract(ends.get(start, ()))
        open_marks.update(begins.get(start, ()))
        pieces += [f'<sup id="d{number}s{n}"><a href="#d{number}t{n}">{n}</a></sup>' for n in numbers.get(start, ())]
        kinds = " ".join(kind for kind in "swcl" if open_marks[kind] > 0)
        piece = escape(text[start:end])
        pieces.append(f'<span class="{kinds}">{piece}</span>' if kinds and piece else piece)
    return "".join(pieces)


def _kinds(statement: Statement) -> tuple[tuple[tuple[tuple[int, int], ...], str], ...]:
    return (statement.spans, "s"), (statement.speaker, "w"), (statement.cue, "c")
