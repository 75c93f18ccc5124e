"""The wire reader as a whole: documents a second, one article, and hostile texts of growing length.

In: `--gold` a file of documents (JSON lines; the development corpus beside the checkout, else our English articles),
`--size` the megabytes of the largest hostile text, `--text` only some of them. Out: a row for each; seconds are CPU
seconds of one core, memory is the largest that the process has had. Exit code 1 when the last stretch of a hostile text
costs more than twice what the first one did, by the megabyte.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from depesche import reading

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "data" / "quotes" / "de" / "dev.jsonl"
OWN = ROOT / "tests" / "data" / "reading" / "en" / "articles.jsonl"
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


def pace(file: Path) -> None:
    """Documents a second, the best of five rounds, and a long article when all is warm."""
    documents = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    best = min(sum(seconds(each["text"], each.get("language")) for each in documents) for _ in range(5))
    print(f"{len(documents)} documents of {file.name}: {len(documents) / best:.0f} a CPU second")
    words = " ".join(each["text"] for each in documents).split(" ")[:WORDS]
    article = " ".join(words)
    best = min(seconds(article, None) for _ in range(20))
    print(f"an article of {WORDS} words, warm: {best * 1000:.1f} ms")


def hostile(name: str, size: float) -> bool:
    """Print a row of a text at four lengths, in this process; True when its time is linear."""
    per = []
    for share in SHARES:
        text = made(name, int(size * share * MB))
        per.append(seconds(text, "de") / (len(text) / MB))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # KiB on Linux
    linear = per[-1] <= SLACK * max(per[0], 0.1)
    row = "".join(f"{each:9.2f}" for each in per)
    print(f"{name:<26}{row}{peak:9}{'' if linear else '  not linear'}", flush=True)
    return linear


def main() -> int:
    """Print all rows; each hostile text has a process of its own, so that memory is its own, too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=GOLD if GOLD.exists() else OWN)
    parser.add_argument("--size", type=float, default=1.0, help="megabytes of the largest hostile text")
    parser.add_argument("--text", choices=sorted(TEXTS), help="only this one, in this process")
    options = parser.parse_args()
    if options.text:
        return 0 if hostile(options.text, options.size) else 1
    pace(options.gold)
    sizes = "".join(f"{options.size * share:>6.2f} MB" for share in SHARES)
    print(f"\n{'CPU seconds a megabyte at':<26}{sizes}  peak MB", flush=True)
    command = [sys.executable, "-m", "bench.reading", "--size", str(options.size), "--text"]
    bad = sum(subprocess.run([*command, name], check=False, cwd=ROOT).returncode != 0 for name in TEXTS)
    print("not linear" if bad else "linear in all rows")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
