"""Time of the lower half of the wire reader on hostile texts: are they linear in the length?

In: `--size` characters of the largest text. Out: a table, one row a text and part: seconds for a quarter, a half and
the whole of it, microseconds a character, and what doubling costs (2.0 is linear). Exit code 1 when one costs more.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable

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


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of the largest text")
    parser.add_argument("--part", choices=sorted(PARTS), help="only this part")
    options = parser.parse_args()
    print(f"{'text':<20}{'part':<11}{'1/4':>8}{'1/2':>8}{'whole':>8}{'µs/char':>9}{'doubled':>9}")
    bad = 0
    for name, unit in TEXTS.items():
        whole = unit * (options.size // len(unit))
        for part_name, part in PARTS.items():
            if options.part not in (None, part_name):
                continue
            times = [seconds(part, whole[: len(whole) // share]) for share in (4, 2, 1)]
            doubled = (times[2] / times[0]) ** 0.5 if times[0] > SHORT else 1.0
            bad += doubled > LINEAR
            row = "".join(f"{spent:8.2f}" for spent in times)
            print(f"{name:<20}{part_name:<11}{row}{times[2] / len(whole) * 1e6:9.2f}{doubled:9.2f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # KiB on Linux
    print(f"largest text {options.size:,} characters, peak memory {peak} MiB")
    print("not linear" if bad else "linear in all rows")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
