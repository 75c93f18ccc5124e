"""The looks of a page, and what is wrong with one: wide and narrow, light and dark.

In: a tab. Out: axe's findings, and whether anything sticks out. `in_every_look` runs a test in all four looks; two of
them show both widths and both schemes, the other two go with the slow runs.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

in_every_look = pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(WIDE, "light", id="wide-light"),
        pytest.param(NARROW, "dark", id="narrow-dark"),
        pytest.param(WIDE, "dark", id="wide-dark", marks=pytest.mark.slow),
        pytest.param(NARROW, "light", id="narrow-light", marks=pytest.mark.slow),
    ],
)


def findings(tab: Page) -> list[str]:
    """What axe finds, by WCAG 2.2 AA and best practice."""
    answer = Axe().run(tab, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    assert answer["passes"], "axe looked at nothing"
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in answer["violations"]
        for node in each["nodes"]
    ]


def has_no_sideways_scroll(tab: Page) -> bool:
    """Whether the page is as wide as its window."""
    wide: Any = tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return bool(wide)
