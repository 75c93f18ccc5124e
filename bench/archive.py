"""Does memory stay flat over an archive? Reads many documents with `depesche read` and watches its processes.

In: `--documents` how many. Out: a row for each tenth of the way: documents, pace, megabytes of the process that writes
and of all that read. Every document has words that no other has, so that whatever is kept by word would grow. Exit code
1 when the last fifth needs a tenth more memory than the second.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import _report
from bench._processes import PLAIN, children, memory
from bench._report import Report

MODEL = (
    "{a}minister {b} {c} sagte am Montag in {d}stadt, man habe {n} Soldaten in die Region {e} entsandt. "
    "„Wir werden {f} nicht hinnehmen“, erklärte {c}. Laut der Agentur {d} starben zwischen {n} und {m} Menschen. "
    "Ein Sprecher des {a}ministeriums wies die Angaben aus {e} zurück.\nDie Opposition in {d}stadt kritisierte {c}. "
    "Nach Angaben von {b} {f} seien {m} Menschen verletzt worden, die Lage in {e} habe sich aber beruhigt.\n"
)
LETTERS = "abdefgiklmnorstu"
GROWTH = 1.1
"""Most of the second fifth's memory that the last fifth may take: an allocator's play is some percent."""


def word(chance: random.Random) -> str:
    """A word that no other document has."""
    return "".join(chance.choices(LETTERS, k=9)).capitalize()


def write(file: Path, count: int, chance: random.Random) -> None:
    """Documents of one to six paragraphs."""
    with file.open("w", encoding="utf-8") as stream:
        for number in range(count):
            text = "".join(
                MODEL.format(**{each: word(chance) for each in "abcdef"}, n=chance.randrange(5000), m=5000 + number)
                for _ in range(chance.randrange(1, 7))
            )
            line = {"id": number, "text": text, "published": "2025-04-28"}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def watch(report: Report, process: subprocess.Popen[bytes], out: Path, count: int) -> list[float]:
    """A row for each tenth; gives the memory of all processes at each."""
    begun, total, lines = time.monotonic(), list[float](), 0
    with out.open("rb") as stream:
        while process.poll() is None:
            time.sleep(0.2)
            while chunk := stream.read(1 << 20):
                lines += chunk.count(b"\n")
            if count > lines >= count * (len(total) + 1) / 10:  # at the very end those who read are gone
                own, others = memory(process.pid) / 1024, sum(map(memory, children(process.pid))) / 1024
                total.append(own + others)
                report.row(f"{lines:,}", lines / (time.monotonic() - begun), own, others)
    return total


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("archive", __doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """Write the archive, read it, and watch."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        write(source, asked.documents, random.Random(1))
        out.touch()
        command = [sys.executable, "-c", PLAIN, "read", str(source), "--output", str(out), "--resume"]
        size = source.stat().st_size / asked.documents
        report.say(f"{asked.documents:,} documents of {size:,.0f} bytes, {asked.workers} processes that read.")
        report.head("documents", "a second", "MB of who writes", "MB of all who read")
        process = subprocess.Popen([*command, "--workers", str(asked.workers)])
        total = watch(report, process, out, asked.documents)
    if process.returncode:
        raise SystemExit(f"depesche read ended with {process.returncode}")
    if len(total) > 8:
        growth = max(total[7:9]) / max(total[1:3])
        report.goal("memory near the end, times near the beginning", growth, GROWTH)
        if growth > GROWTH:
            report.fail("Memory grows.")


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
