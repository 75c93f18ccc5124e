"""Runs all measurements one after the other, so that none disturbs another: `make bench`, ARGS="pages live" for some.

In: names of measurements, none for all. Out: the block of each in docs/performance.md, printed, too; exit code 1 when
something came out wrong, or couldn't be measured. A goal that is missed is no error: the document says it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

APART = {"__init__", "__main__", "score"}
"""Not run here: a score needs a corpus that is not in the repository (`make score`)."""


def names() -> list[str]:
    """The measurements that there are."""
    found = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in found if name not in APART and not name.startswith("_"))


def main(wanted: list[str]) -> int:
    """Run these, or all; gives back the exit code."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}. There are: {', '.join(names())}.", file=sys.stderr)
        return 1
    failed = []
    for name in wanted or names():
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}"]
        if subprocess.run(command, env={**os.environ, "UPDATE": "1"}, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nSomething is wrong in, or missing for: {', '.join(failed)}. See above.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
