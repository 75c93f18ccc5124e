"""What the tests of docs/deploy ask for: a real nginx."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.bus.conftest import nats

__all__ = ["nats", "nginx"]
NO_NGINX = "no nginx found: install one (Debian: apt-get install nginx), or nothing in docs/deploy/nginx is tested"


@pytest.fixture(scope="session")
def nginx() -> str:
    """Where nginx is. Fails under CI, skips aloud elsewhere, when there is none."""
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is not None:
        return path
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(NO_NGINX)
    pytest.skip(NO_NGINX)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the very end, that nothing was tested behind nginx."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if NO_NGINX in str(r.longrepr)]
    if skipped:
        terminalreporter.section("TESTS BEHIND NGINX DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests were skipped: {NO_NGINX}")
