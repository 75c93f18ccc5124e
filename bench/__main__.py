"""Runs all measurements one after the other, so that none disturbs another: `make bench`, ARGS="page" for some.

In: names of measurements, none for all. Out: what each of them prints; exit code 1 when one failed or is unknown.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

APART = {"__init__", "__main__", "score"}
"""Not run here: a score needs a corpus that is not in the repository (`make score`)."""

ALSO = {"journal": ["--on", "postgres", "--posts", "5000", "--rounds", "100"]}
"""Measurements that run a second time with these options: the other database is the server that the tests bring."""


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
        for options in [[], ALSO[name]] if name in ALSO else [[]]:
            print(f"\n== {name}", *options, flush=True)
            if subprocess.run([sys.executable, "-m", f"bench.{name}", *options], check=False).returncode:
                failed.append(" ".join((name, *options)))
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
