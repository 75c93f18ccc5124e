"""An installed reader that dies, hangs and raises on demand, found by its entry point as any other package's is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

MOODY = '''
import os, time
from depesche.plugins import hookimpl
from depesche.words.copy import Reading, Statement

class Odd(Exception):
    """An error that nobody else knows."""

class Moody:
    name = "moody"
    def read(self, text, *, language=None, published=None, title=None):
        if "raise" in text:
            raise Odd("of my own")
        if "value" in text:
            raise ValueError("not this one")
        if "exit" in text:
            os._exit(3)
        if "once" in text:
            try:
                os.mkdir(os.environ["MOODY_ONCE"])
            except FileExistsError:
                pass
            else:
                os._exit(4)
        if "sleep" in text:
            time.sleep(600)
        return Reading(language=language or "und", statements=(Statement("Direct", ((0, 1),)),), reader="moody")

@hookimpl
def readers():
    return [Moody()]
'''


@pytest.fixture
def moody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the installed reader."""
    site = tmp_path / "site"
    facts = site / "moody-1.0.dist-info"
    facts.mkdir(parents=True)
    (site / "moody_depesche.py").write_text(MOODY)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: moody\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[depesche]\nmoody = moody_depesche\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("MOODY_ONCE", str(tmp_path / "once"))
    return "moody"
