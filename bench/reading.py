"""The wire reader as a whole: documents a second, one article, and hostile texts of growing length.

In: `--gold` a file of documents (JSON lines; the development corpus beside the checkout, else our English articles),
`--size` the megabytes of the largest hostile text, `--texts` only some of them. Out: a row for each; seconds are CPU
seconds of one core, memory is the largest that the process has had. Exit code 1 when the last stretch of a hostile text
costs more than twice what the first one did, by the megabyte.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from bench import _report
from bench._report import Report
from depesche import reading

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "data" / "quotes" / "de" / "dev.jsonl"
OWN = ROOT / "tests" / "data" / "reading" / "en" / "articles.jsonl"
PROMISED = 300
"""Documents of the development corpus a CPU second; ours are longer, and say more."""
WORDS = 545
"""Words and marks of the article: a long item of an agency."""
TEXTS = {
    "no full stop": "der Minister sagte dass er gehe ",
    "one word": "x",
    "nested quotations": "„",
    "opened and closed": "„a “ ",
    "statements": "Der Minister sagte, er gehe heim. ",
    "Konjunktiv, no full stop": "er sei da und soll nicht ",
    "hearsay in one sentence": "soll nicht lehnte keine ",
    "brackets": "( ",
    "names": "Herr Abc{} sagte, er gehe. ",
    "documents of sources": "In der Erklärung des Abc{} sagte er, es gehe. ",
    "capitals": "In Der Abc Von ",
    "commas": "der Minister sagte, dass er gehe, ",
    "lines": "Der Minister sagte, er gehe heim.\n",
}
SHARES = (0.1, 0.25, 0.5, 1.0)
SLACK = 2.0
NOISE = 0.1
"""CPU seconds a megabyte below which a ratio says nothing."""
MB = 1_000_000
"""Characters: a megabyte of ASCII."""


def made(name: str, size: int) -> str:
    """A hostile text of so many characters; {} is another number each time."""
    piece = TEXTS[name]
    if "{}" not in piece:
        return (piece * (size // len(piece) + 1))[:size]
    return "".join(piece.format(number) for number in range(size // len(piece) + 1))[:size]


def seconds(text: str, language: str | None) -> float:
    """CPU seconds for reading one text."""
    begun = time.process_time()
    reading.read(text, language=language)
    return time.process_time() - begun


def pace(report: Report, file: Path) -> None:
    """Documents a second, the best of five rounds, and a long article when all is warm."""
    documents = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    best = min(sum(seconds(each["text"], each.get("language")) for each in documents) for _ in range(5))
    promised = PROMISED if file.name == GOLD.name else None
    report.goal(
        f"documents of {file.name} a CPU second ({len(documents)} of them)", len(documents) / best, least=promised
    )
    words = " ".join(each["text"] for each in documents).split(" ")[:WORDS]
    article = " ".join(words)
    best = min(seconds(article, None) for _ in range(20))
    report.goal(f"an article of {WORDS} words, warm, ms", best * 1000, 20)


def hostile(name: str, size: float) -> tuple[list[float], int]:
    """CPU seconds a megabyte for a text at each length, and the megabytes of this process."""
    per = []
    for share in SHARES:
        text = made(name, int(size * share * MB))
        per.append(seconds(text, "de") / (len(text) / MB))
    return per, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # KiB on Linux


def grown(report: Report, names: list[str], size: float) -> None:
    """A row for each hostile text, which has a process of its own, so that memory is its own, too."""
    report.head("CPU seconds a megabyte at", *(f"{size * share:g} MB" for share in SHARES), "peak MB")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        for name, (per, peak) in zip(names, pool.map(hostile, names, repeat(size)), strict=True):
            report.row(name, *per, str(peak))
            if per[-1] > SLACK * max(per[0], NOISE):
                report.fail(f"Not linear: {name}")


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("reading", __doc__)
    parser.add_argument("--gold", type=Path, default=GOLD if GOLD.exists() else OWN)
    parser.add_argument("--size", type=float, default=10.0, help="megabytes of the largest hostile text")
    parser.add_argument("--texts", nargs="*", choices=list(TEXTS), default=list(TEXTS), help="only these hostile ones")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """The pace, then the hostile texts."""
    pace(report, asked.gold)
    grown(report, asked.texts, asked.size)


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
