"""What every test may ask for: a real browser, a running Depesche.

In: Debian's chromium (or the one that DEPESCHE_CHROMIUM names). Out: `chromium`, a running browser; `page`, one
clean tab whose test fails when its scripts do; `server`, a Newsroom; `house`, its parts without a server. Never: a
browser test that passes because there was no browser. Without one it is skipped aloud, and under CI=true it fails.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from depesche import app
from depesche.journal.log import Journal
from depesche.settings import Settings
from depesche.web.house import House
from tests import invariants
from tests.bus.servers import PostgresServer
from tests.databases import BACK_ENDS, Databases, PostgresDatabases, SqliteDatabases
from tests.newsroom import Newsroom, newsroom

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGS = [
    "--headless=new",
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox refuses to start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # the tests count requests: the browser's own may not be among them
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # a container's /dev/shm of 64 MB is too small for a tab
]
NO_BROWSER = "no Chromium found: install one (Debian: apt-get install chromium) or name it in DEPESCHE_CHROMIUM"


# A shell that starts us in the background has Ctrl+C ignored, and every process we start would inherit that.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before pytest itself looks at -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for the browser, so that `-m "not browser"` leaves out just those."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the very end, that browser tests did not run."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests were skipped: {NO_BROWSER}")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the browser is. Raises under CI, skips aloud elsewhere, when there is none."""
    path = os.environ.get("DEPESCHE_CHROMIUM") or next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if path is not None:
        return path
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


# Playwright's sync form keeps an event loop running in this thread for as long as it lives; asyncio.run() in
# another test would then refuse to start. So the browser lives for one module, not for the session: 1 s each.
@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium, shared by a module's tests; each makes its own contexts with `new_context()`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=BROWSER_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """One tab of a reader in Berlin; its test fails on an uncaught script error or a breach of the CSP."""
    errors: list[str] = []

    def note_breach(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", note_breach)
    yield tab
    context.close()
    assert errors == [], f"the page's scripts failed: {errors}"


@pytest.fixture(autouse=True, scope="session")
def journals_watched() -> Iterator[None]:
    """Look at every journal that is closed. What a module's last fixture closes is told at the very end."""
    with invariants.watching():
        yield
    assert invariants.taken() == []


@pytest.fixture(autouse=True)
def journals_hold(request: pytest.FixtureRequest, journals_watched: None) -> Iterator[None]:
    """Fail a test that leaves a journal behind in which an invariant doesn't hold, unless it damages it by intent."""
    yield
    found = invariants.taken()
    assert found == [] or request.node.get_closest_marker("damages")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, in a folder that its own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="depesche-postgres-"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_databases(postgres: PostgresServer) -> PostgresDatabases:
    """Makes databases of the PostgreSQL server."""
    return PostgresDatabases(postgres.url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty journal."""
    path = tmp_path_factory.mktemp("template") / "depesche.db"
    Journal.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_databases(tmp_path: Path, sqlite_template: Path) -> SqliteDatabases:
    """Makes SQLite databases in the test's folder."""
    return SqliteDatabases(tmp_path, sqlite_template)


@pytest.fixture(params=BACK_ENDS)
def back_end(request: pytest.FixtureRequest) -> str:
    """The kind of database; whoever asks for it, or for what stands on it, runs once on each kind."""
    kind: str = request.param
    return kind


@pytest.fixture
def databases(request: pytest.FixtureRequest, back_end: str) -> Databases:
    """Makes databases of this kind."""
    made: Databases = request.getfixturevalue(f"{back_end}_databases")
    return made


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    """The URL of a database in which nothing is."""
    made = databases.blank()
    yield made
    databases.remove(made)


@pytest.fixture
def empty_journal(databases: Databases) -> Iterator[str]:
    """The URL of an empty journal."""
    made = databases.empty()
    yield made
    databases.remove(made)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Newsroom]:
    """A running Depesche with a folder of its own; people and tokens of each role are made when asked for."""
    with newsroom(tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The parts of a Depesche, without a server."""
    made = app.furnish(Settings(folder=tmp_path / "var"))
    yield made
    made.desk.close()
    made.journal.close()
