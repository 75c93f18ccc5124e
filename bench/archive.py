"""Does memory stay flat over an archive? Reads many documents with `depesche read` and watches its processes.

In: `--documents` how many (100,000 for the promise, fewer by default). Out: a row for each tenth of the way:
documents, pace, megabytes of the process that writes and of all that read. Every document has words that no other
has, so that whatever is kept by word would grow. Exit code 1 when the last fifth needs a tenth more memory than the
second.
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


def megabytes(pid: int) -> float:
    """Memory of a process alone: what it shares with nobody, from Linux's own books."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")) / 1024


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def watch(process: subprocess.Popen[bytes], out: Path, count: int) -> list[float]:
    """Print a row for each tenth; gives the memory of all processes at each."""
    begun, total, lines = time.monotonic(), list[float](), 0
    with out.open("rb") as stream:
        while process.poll() is None:
            time.sleep(0.2)
            while chunk := stream.read(1 << 20):
                lines += chunk.count(b"\n")
            if lines * 10 >= count * (len(total) + 1):
                own, others = megabytes(process.pid), sum(map(megabytes, children(process.pid)))
                total.append(own + others)
                pace = lines / (time.monotonic() - begun)
                print(f"{lines:>10,}{pace:>10.0f}{own:>10.1f}{others:>10.1f}", flush=True)
    return total


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        write(source, options.documents, random.Random(1))
        out.touch()
        command = [sys.executable, "-c", "from depesche.cli import main; main()", "read", str(source)]
        command += ["--output", str(out), "--resume", "--workers", str(options.workers)]
        size = source.stat().st_size / options.documents
        print(f"{options.documents:,} documents of {size:.0f} bytes, {options.workers} processes")
        print(f"{'documents':>10}{'a second':>10}{'MB writer':>10}{'MB readers':>11}")
        process = subprocess.Popen(command)
        total = watch(process, out, options.documents)
    if process.returncode or len(total) < 9:
        return 1
    growth = max(total[7:9]) / max(total[1:3])
    print(f"memory at the end / near the beginning: {growth:.2f}")
    return int(growth > GROWTH)


if __name__ == "__main__":
    sys.exit(main())
