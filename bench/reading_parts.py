"""Time of the lower half of the wire reader on hostile texts: are they linear in the length?

In: `--size` characters of the largest text. Out: a row for each text, with the microseconds that each part takes for a
character, and what doubling the text costs at most (2.0 is linear). Exit code 1 when one costs more.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable

from bench import _report
from bench._report import Report
from depesche.reading import dates, figures, lines, quotes, sentences

TEXTS = {
    "no full stop": "Wort ",
    "one word": "x",
    "full stops only": ". ",
    "abbreviations": "z. B. ",
    "nested quotes": "„",
    "quoted words": "„a“ ",
    "quotes, one a line": "„a\n",
    "straight quotes": "\"a ' ",
    "digits": "1",
    "numbers": "1 ",
    "grouped digits": "111 ",
    "dotted digits": "1.",
    "number words": "zweihundertfünfzig",
    "figures": "etwa 3 Soldaten und ",
    "events": "getötet oder verwundet und ",
    "approximators": "mehr als etwa ",
    "ranges": "zwischen 3 und 4 bis ",
    "weekdays": "am Montag ",
    "half a date": "am 3. Mai bis zum ",
    "edges": "seit dem ",
    "blank lines": " \n",
    "prose": "Am 3. Mai sagte er: „Es gab 300 Tote.“ Danach gingen die etwa 40 Soldaten heim. ",
}
LINEAR = 2.6
"""Largest cost of doubling that still counts as linear: the clock of a shared machine jumps by a quarter."""
SHORT = 0.02
"""Seconds below which a ratio of two times is noise."""


def _sentences(text: str) -> object:
    return sentences.split(text, "de")


def _figures(text: str) -> object:
    return figures.find(text, "de", dates=())


def _dates(text: str) -> object:
    return dates.find(text, "de", None)


def _quotes(text: str) -> object:
    return quotes.pair(text, lines.paragraphs(text))


PARTS: dict[str, Callable[[str], object]] = {
    "quotes": _quotes,
    "sentences": _sentences,
    "dates": _dates,
    "figures": _figures,
}


def seconds(part: Callable[[str], object], text: str) -> float:
    """CPU seconds for one text, the collector of reference cycles held still."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    part(text)
    spent = time.process_time() - start
    gc.enable()
    return spent


def doubled(times: list[float]) -> float:
    """What doubling a text costs, by the times for a quarter, a half and the whole of it."""
    return (times[2] / times[0]) ** 0.5 if times[0] > SHORT else 1.0


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("reading_parts", __doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of the largest text")
    parser.add_argument("--parts", choices=list(PARTS), nargs="+", default=list(PARTS), help="only these parts")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """Each text in each part."""
    report.head("µs a character", *asked.parts, "doubled, at most")
    for name, unit in TEXTS.items():
        whole = unit * (asked.size // len(unit))
        times = {
            each: [seconds(PARTS[each], whole[: len(whole) // share]) for share in (4, 2, 1)] for each in asked.parts
        }
        report.row(name, *(taken[2] / len(whole) * 1e6 for taken in times.values()), max(map(doubled, times.values())))
        for part, taken in times.items():
            if doubled(taken) > LINEAR:
                report.fail(f"Not linear: {name}, {part}")


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
