"""The browser that the other tests use works, and tells when a page's script fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page


def test_a_script_runs_in_the_browser(page: Page) -> None:
    page.set_content("<p id=p>vor</p><script>document.getElementById('p').textContent = 'nach'</script>")
    assert page.text_content("#p") == "nach"


def test_the_browser_is_marked(request: pytest.FixtureRequest, page: Page) -> None:
    assert request.node.get_closest_marker("browser") is not None
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/Berlin"
