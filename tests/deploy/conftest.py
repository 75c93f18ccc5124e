"""What the tests of docs/deploy ask for: a real nginx, a real systemd."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.bus.conftest import nats

__all__ = ["nats", "nginx"]
NO_NGINX = "nothing in docs/deploy/nginx is tested"
NO_UNITS = "no unit in docs/deploy/systemd is started"


@pytest.fixture(scope="session")
def nginx() -> str:
    """Where nginx is. Fails under CI, skips aloud elsewhere, when there is none."""
    return _found("nginx", f"no nginx found: install one (Debian: apt-get install nginx), or {NO_NGINX}")


@pytest.fixture(scope="session")
def nspawn() -> str:
    """Where systemd-nspawn is, which boots a system as only root may."""
    found = _found(
        "systemd-nspawn",
        f"no systemd-nspawn found: install it (Debian: apt-get install systemd-container), or {NO_UNITS}",
    )
    if os.geteuid() != 0:
        pytest.skip(f"only root can boot a machine with systemd, so {NO_UNITS}")
    return found


def _found(program: str, otherwise: str) -> str:
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is not None:
        return path
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(otherwise)
    pytest.skip(otherwise)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the very end, that nothing was tested behind nginx, or under systemd."""
    for missed in (NO_NGINX, NO_UNITS):
        skipped = [each for each in terminalreporter.stats.get("skipped", []) if missed in str(each.longrepr)]
        if skipped:
            terminalreporter.section("TESTS OF docs/deploy DID NOT RUN", sep="!", red=True, bold=True)
            terminalreporter.line(f"{len(skipped)} tests were skipped: {skipped[0].longrepr[2]}")
