"""The contract of live delivery, through real sockets; the same for streams that are handed over and for plain ones."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from msgspec import Struct
from msgspec.structs import replace

from depesche import app
from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.live import hub
from depesche.live.handover import LiveProtocol
from depesche.live.pace import Pace
from depesche.live.readers import UNSENT
from depesche.settings import Settings
from depesche.web.house import House
from depesche.web.server import Server
from depesche.words import commands
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand
from tests.live.newsroom import Newsroom, Page
from tests.live.wire import PATIENCE, Event, StreamCut, Wire
from tests.serving import running

WAYS: dict[str, Any] = {"by the door": None, "handed over": LiveProtocol, "plain": "httptools"}
"""What uvicorn serves with; None is as Depesche serves."""
CHIEF = Actor(id="c" * 8, name="Chefin", role="chief")
QUICK = Pace(comment=0.2, look=0.2, tick=0.05)
SHORT = Pace(life=(0.5, 0.6), tick=0.05)
SOON = 1.0
"""Seconds: what the contract promises from publishing to the reader."""


class Served(Struct):
    """A running Depesche, and the story that a test speaks of."""

    house: House
    url: str
    folder: Path
    slug: str = ""
    story: str = ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def path(self) -> str:
        return f"{self.house.settings.base_path}/{self.slug}"

    def open(self, slug: str) -> Served:
        """The same server, and a story of its own."""
        story = self.do(commands.OpenStory(slug, slug.title()), story="").story
        return replace(self, slug=slug, story=story)

    def do(self, command: AnyCommand, *, story: str | None = None) -> Done:
        stream = self.story if story is None else story
        done = self.house.desk.handle(command, CHIEF, story=stream, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done
        return done

    def publish(self, body: str = "Die Lage ist unklar.") -> int:
        return self.do(commands.PublishPost(PostText(body))).edition

    def live(self, query: str = "", **options: Any) -> Wire:
        return Wire(self.port, f"{self.path}/live{query}", **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """What is below the story's path, or anything by its path from the root."""
        path = path if path.startswith("/") else f"{self.path}/{path}"
        return httpx2.get(self.url + path, timeout=PATIENCE, **options)


@contextmanager
def serving(folder: Path, way: str, **settings: Any) -> Iterator[Served]:
    chosen = Settings(folder=folder, **settings)
    application = app.create(chosen)
    server = Server(application, chosen)
    server.config.http = WAYS[way] or server.config.http
    house: House = application.state.house
    with running(server) as url:
        yield Served(house, url, folder).open("kursk")


@pytest.fixture(scope="module", params=list(WAYS))
def way(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, way: str) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("live"), way) as made:
        yield made


@pytest.fixture
def served(server: Served) -> Served:
    """A server that this module shares, with a story that no other test knows."""
    return server.open(f"s-{uuid.uuid4()}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PACE", QUICK)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PACE", SHORT)


def change(wire: Wire) -> Event:
    """The next change; fails when the stream ends."""
    event = wire.change()
    assert event is not None, "the stream ended"
    return event


def test_a_stream_is_not_cached_nor_held_back_and_has_every_header(served: Served) -> None:
    with served.live() as wire:
        assert wire.status == 200
        for header in (
            "content-type: text/event-stream; charset=utf-8",
            "cache-control: no-store",
            "x-accel-buffering: no",
            "x-content-type-options: nosniff",
        ):
            assert header in wire.head
        assert wire.head.count("content-type:") == 1


def test_who_comes_by_the_door_gets_the_head_that_the_application_gives(served: Served) -> None:
    def known(head: str) -> set[str]:
        own = ("date:", "x-request-id:", "transfer-encoding:")
        return {line for line in head.split("\r\n") if not line.startswith(own)}

    with served.live() as first, served.live() as second, served.live("?after=1") as third:
        assert known(first.head) == known(second.head) == known(third.head)


def test_a_stream_begins_with_a_comment_and_when_to_come_back(served: Served) -> None:
    with served.live() as wire:
        assert wire.event() == Event(comment=True)
        retry = wire.event()
        assert retry is not None
        assert 1_000 <= retry.retry <= 10_000


def test_what_is_published_is_on_every_stream_within_a_second_and_the_same(served: Served) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(served.live()) for _ in range(5)]
        for wire in wires:
            wire.event()
        took = []
        for number in range(3):
            began = time.monotonic()
            edition = served.publish(f"Meldung {number}.")
            heard = [change(wire) for wire in wires]
            took.append(time.monotonic() - began)
            assert len(set(heard)) == 1
            assert heard[0].id == str(edition)
            said = served.get(f"changes?after={edition - 1}").json()
            assert heard[0].delta == {"edition": edition, "changes": said["changes"]}
            assert f"Meldung {number}." in heard[0].data
        assert min(took) < SOON, "the others may have met a machine that was busy"


def test_a_reader_gets_what_it_missed_then_what_comes(served: Served) -> None:
    editions = [served.publish(f"Meldung {number}.") for number in range(5)]
    with served.live(f"?after={editions[1]}") as wire:
        assert [change(wire).id for _ in range(3)] == [str(each) for each in editions[2:]]
        assert change_after(wire, served) == str(editions[-1] + 1)


def change_after(wire: Wire, served: Served) -> str:
    served.publish("Noch eine.")
    return change(wire).id


def test_what_the_browser_heard_last_wins_over_what_its_page_was_made_with(served: Served) -> None:
    editions = [served.publish(f"Meldung {number}.") for number in range(3)]
    with served.live(f"?after={editions[0]}", headers=f"Last-Event-ID: {editions[1]}\r\n") as wire:
        assert change(wire).id == str(editions[2])
    with served.live(f"?after={editions[0]}", headers="Last-Event-ID: nonsense\r\n") as wire:
        assert change(wire).id == str(editions[1])


def test_who_joins_while_things_happen_misses_nothing_and_hears_nothing_twice(served: Served) -> None:
    joined = threading.Event()

    def publish() -> None:
        for number in range(150):  # however slowly they join: past 200 a late reader fetches the page anew
            served.publish(f"Meldung {number}.")
            if number >= 40 and joined.is_set():
                break
        served.publish("Schluss.")

    publisher = threading.Thread(target=publish)
    with ExitStack() as stack:
        publisher.start()
        wires = [stack.enter_context(served.live("?after=0")) for _ in range(20)]
        joined.set()
        publisher.join(PATIENCE)
        fresh = everything(served)
        for wire in wires:
            page = Page()
            while page.edition < fresh.edition:
                page.take(change(wire).delta)  # checks that editions only rise
            assert page.shows == fresh.shows


def test_a_story_that_is_unknown_or_an_edition_that_is_none_gets_no_stream(served: Served) -> None:
    assert served.get("/anderswo/live").status_code == 404
    for wrong in ("x", "-1", "1.5", "٣", str(2**60), ""):
        assert served.get(f"live?after={wrong}").status_code == 400


def test_an_old_address_leads_to_the_new_one(served: Served) -> None:
    slug = f"front-{served.slug}"
    served.do(commands.AmendStory(slug, "Die Front"))
    for path in ("live", "changes"):
        answer = served.get(f"{path}?after=1")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/{slug}/{path}?after=1"
    with Wire(served.port, f"/{slug}/live") as wire:
        assert wire.status == 200


def test_an_edition_of_the_future_is_told_to_fetch_the_page(served: Served) -> None:
    edition = served.publish()
    with served.live(f"?after={edition + 5}") as wire:
        assert change(wire).delta == {"edition": edition, "changes": [], "reset": True}
        assert change_after(wire, served) == str(edition + 1)


def test_where_no_stream_is_left_the_reader_is_told_when_to_ask_again(tmp_path: Path, way: str) -> None:
    with serving(tmp_path, way, max_streams=2) as served, served.live() as one:
        with served.live() as other:
            assert one.event() == other.event()
            refused = served.get("live")
            assert refused.status_code == 503
            assert 20 <= int(refused.headers["retry-after"]) <= 60
            assert refused.headers["cache-control"] == "no-store"
            assert served.get("changes").status_code == 200
        end = time.monotonic() + PATIENCE
        taken = False
        while not taken:
            assert time.monotonic() < end
            with served.live() as again:
                taken = again.status == 200


def test_the_end_of_the_coverage_ends_the_stream_and_nobody_comes_back(served: Served) -> None:
    before = served.publish()
    with served.live(f"?after={before}") as wire:
        wire.event()
        edition = served.do(commands.CloseStory()).edition
        assert "closed" in {said.get("state") for said in change(wire).delta["changes"]}
        assert [event.retry > 0 for event in wire.rest()] == [True]
    back = served.get("live", headers={"Last-Event-ID": str(edition)})
    assert back.status_code == 204
    late = served.get(f"live?after={before}")
    assert late.status_code == 200
    assert late.headers["content-type"].startswith("text/event-stream")
    assert f"id: {edition}\n" in late.text
    served.do(commands.ReopenStory())
    with served.live() as again:
        assert again.status == 200


def test_a_silent_line_is_kept_alive(tmp_path: Path, way: str, quick: None) -> None:
    with serving(tmp_path, way) as served, served.live() as wire:
        assert [wire.event() for _ in range(4)][2:] == [Event(comment=True)] * 2


def test_a_stream_has_an_end_and_says_when_to_come_back(tmp_path: Path, way: str, short: None) -> None:
    with serving(tmp_path, way) as served, served.live() as wire:
        events = wire.rest()
        assert events[-1].retry > 0


def test_a_change_that_no_bell_told_of_is_late_and_not_lost(tmp_path: Path, way: str, quick: None) -> None:
    with serving(tmp_path, way) as served:
        silent = Newsroom(served.folder)  # another process that writes, with a bus of its own
        silent.story = served.story
        with served.live() as wire:
            wire.event()
            silent.publish("Ohne Glocke.")
            assert "Ohne Glocke." in change(wire).data
        silent.close()
        assert "depesche_bells_missed_total 1" in served.get("/metrics").text


def test_a_reader_that_does_not_read_costs_only_itself(served: Served) -> None:
    with served.live("?after=1", window=4096) as stuck, served.live("?after=1") as good:
        sent, before, edition = 0, served.house.hub.counts.cut, served.publish()
        assert change(stuck).id == change(good).id == str(edition)
        while served.house.hub.counts.cut == before:
            edition = served.publish("Ein langer Satz. " * 2900)
            while int((event := change(good)).id) < edition:
                pass
            sent += len(event.data)
            assert sent < 100 * UNSENT, "never cut off"
        assert sent > UNSENT
        last = heard_by(stuck)
    assert last < edition
    fresh, page = everything(served), everything(served)
    page.edition = last
    with served.live(headers=f"Last-Event-ID: {last}\r\n") as back:
        while page.edition < edition:
            page.take(change(back).delta, fresh)
    assert page.shows == fresh.shows


def everything(served: Served) -> Page:
    """The page of a reader who begins with nothing."""
    page, more = Page(), True
    while more:
        delta = served.get(f"changes?after={page.edition}").json()
        page.take(delta)
        more = delta.get("more", False)
    return page


def heard_by(wire: Wire) -> int:
    """The last edition that arrived whole before the connection broke."""
    last = 0
    with contextlib.suppress(ConnectionError, StreamCut):
        while (event := wire.event()) is not None:
            last = int(event.id or last)
    return last


def test_at_the_end_of_the_server_each_reader_is_told_another_time(tmp_path: Path, way: str) -> None:
    with ExitStack() as stack:
        with serving(tmp_path, way) as served:
            wires = [stack.enter_context(served.live()) for _ in range(20)]
            for wire in wires:
                assert wire.event() == Event(comment=True)
                wire.event()
            began = time.monotonic()
        assert time.monotonic() - began < 5
        waits = [wire.rest()[-1].retry for wire in wires]
        assert len(set(waits)) > 10
        assert all(1_000 <= wait <= 10_000 for wait in waits)


def test_who_asks_for_the_head_only_gets_no_stream(served: Served) -> None:
    answer = httpx2.head(f"{served.url}{served.path}/live", timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_readers_of_two_stories_hear_only_theirs(served: Served) -> None:
    other = served.open(f"other-{served.slug}")
    with served.live() as here, other.live() as there:
        here.event()
        there.event()
        served.publish("Aus Kursk.")
        assert "Aus Kursk." in change(here).data
        other.publish("Aus Berlin.")
        assert "Aus Berlin." in change(there).data


def test_below_a_base_path_everything_is_the_same(tmp_path: Path, way: str) -> None:
    with serving(tmp_path, way, base_path="/live") as served, served.live() as wire:
        assert wire.status == 200
        wire.event()
        served.publish()
        assert 'href=\\"/live/kursk/p/1' in change(wire).data
        assert served.get("changes?after=1").json()["changes"]


def test_a_vanished_reader_is_forgotten(served: Served) -> None:
    counts = served.house.hub.counts
    before = counts.opened
    for _ in range(20):
        wire = served.live()
        assert wire.event() == Event(comment=True)
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, as a lost phone does
        wire.close()
    end = time.monotonic() + PATIENCE
    while counts.streams or counts.opened < before + 20:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_json_of_changes_is_what_a_cache_may_share_for_a_second(served: Served) -> None:
    edition = served.publish()
    answer = served.get(f"changes?after={edition}")
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content) == {"edition": edition, "changes": [], "poll": 5}
    assert len(answer.content) <= 200
    again = served.get(f"changes?after={edition}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    served.publish()
    fresh = served.get(f"changes?after={edition}", headers={"If-None-Match": answer.headers["etag"]})
    assert fresh.status_code == 200
    assert served.get("/anderswo/changes").status_code == 404
    assert served.get("changes?after=nichts").status_code == 400
