"""What watches the server: alive, ready, and numbers that Prometheus can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from depesche.words import commands
from tests.web.test_live import Served, change, serving

SAMPLE = re.compile(r'depesche_[a-z_]+(\{[a-z]+="[A-Za-z0-9_.+]+"\})? -?[0-9][0-9.e+-]*')
COMMENT = re.compile(r"# (HELP depesche_[a-z_]+ \S.*\.|TYPE depesche_[a-z_]+ (counter|gauge|histogram))")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, "by the door") as made:
        yield made


def numbers(served: Served) -> dict[str, float]:
    text = served.get("/metrics").text
    samples = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in samples}


def test_a_server_that_runs_is_alive_and_ready(served: Served) -> None:
    assert served.get("/healthz").text == "ok\n"
    ready = served.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ready\nbus: up\n")
    assert ready.headers["cache-control"] == "no-store"


def test_a_server_whose_journal_is_gone_is_alive_and_not_ready(served: Served) -> None:
    served.house.journal.engines.reader.dispose()  # connections that are open would go on reading the removed file
    database = served.folder / "depesche.db"
    database.rename(served.folder / "away.db")
    ready = served.get("/readyz")
    assert ready.status_code == 503
    assert "journal" in ready.text
    assert served.get("/healthz").status_code == 200
    (served.folder / "away.db").rename(database)
    assert served.get("/readyz").status_code == 200


def test_metrics_have_the_form_that_prometheus_reads(served: Served) -> None:
    answer = served.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    for line in answer.text.splitlines():
        assert (COMMENT if line.startswith("#") else SAMPLE).fullmatch(line), line


def test_metrics_count_readers_deliveries_and_what_the_desk_did(served: Served) -> None:
    before = numbers(served)
    with served.live() as one, served.live() as other:
        one.event(), other.event()
        served.publish()
        change(one), change(other)
        served.do(commands.PinPost(1))
        change(one), change(other)
        now = numbers(served)
    assert now["depesche_streams"] == before["depesche_streams"] + 2
    assert now["depesche_streams_opened_total"] == before["depesche_streams_opened_total"] + 2
    assert now["depesche_deliveries_total"] == before["depesche_deliveries_total"] + 4
    assert now["depesche_frames_total"] == before["depesche_frames_total"] + 2
    assert now['depesche_changes_total{kind="PostPublished"}'] == 1
    assert now['depesche_changes_total{kind="PostPinned"}'] == 1
    assert now["depesche_lag_seconds_count"] == now['depesche_lag_seconds_bucket{le="+Inf"}']
    assert now["depesche_lag_seconds_count"] >= 2
    assert 0 < now["depesche_lag_seconds_sum"] < 2


def test_metrics_count_answers_and_refusals_by_status(served: Served) -> None:
    before = numbers(served)
    served.get("/nichts")
    served.get("changes?after=x")
    served.get("/metrics")
    now = numbers(served)
    for status in (400, 404):
        name = f'depesche_requests_total{{status="{status}"}}'
        assert now[name] == before.get(name, 0) + 1
    assert now['depesche_requests_total{status="200"}'] == before.get('depesche_requests_total{status="200"}', 0) + 2
    assert now["depesche_workers"] == now["depesche_bus_up"] == 1


def test_metrics_tell_nothing_of_a_story_or_a_person(served: Served) -> None:
    served.publish("Geheimnis")
    text = served.get("/metrics").text
    assert "kursk" not in text
    assert "Geheimnis" not in text
    assert served.story not in text
