"""The commands of docs/deploy/README.md, to be run as they stand there but for folders, ports and what systemd does.

In: a heading. Out: the lines of the `sh` blocks below it. Never: a line that is left out because it is awkward: what
`systemctl` is asked for is done to real processes by the test.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
README = CHECKOUT / "docs/deploy/README.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
Systemctl = Callable[[str, list[str]], None]
"""Called with a verb (stop, start, restart) and ports."""


def blocks(heading: str) -> list[list[str]]:
    """The blocks of the section with this heading, as lines."""
    section = README.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = [each.replace("\\\n", " ").strip().splitlines() for each in BLOCK.findall(section)]
    assert found, heading
    return found


def carry_out(lines: list[str], *, places: Mapping[str, str], env: Mapping[str, str], systemctl: Systemctl) -> str:
    """Do what the lines say, in order; gives what they print. Fails with the first one that fails."""
    said = ""
    for line in lines:
        for place, other in places.items():
            line = line.replace(place, other)
        if line.startswith("systemctl "):
            verb, *units = line.split()[1:]
            systemctl(verb, [unit.partition("@")[2] for unit in units])
            continue
        done = subprocess.run(["sh", "-euc", line], env=dict(env), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said += done.stdout
    return said
