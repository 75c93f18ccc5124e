"""`python -m depesche.demo` makes the demonstration's journal anew from its list of dispatches.

In: kursk.toml. Out: kursk.journal.jsonl, and a line that says how many entries it has.
"""

from __future__ import annotations

from depesche.demo.build import JOURNAL, build

if __name__ == "__main__":
    print(f"{JOURNAL.name}: {build()} lines")
