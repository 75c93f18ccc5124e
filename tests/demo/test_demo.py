"""The demonstration tells what it promises, its journal is that of its list, and its playlist survives anything."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from depesche import app
from depesche.demo.build import JOURNAL, carry_out, introduce
from depesche.demo.dispatches import Wired, coverage, playlist
from depesche.demo.play import PLAYER, play
from depesche.desk.desk import Desk, Done
from depesche.desk.intake import Arrival
from depesche.journal import views
from depesche.journal.dump import load
from depesche.journal.log import Journal
from depesche.journal.views import PostView, StoryView
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.commands import RetractPost


def imported(house: House) -> str:
    with JOURNAL.open("rb") as file:
        return load(house.journal, file, now=house.desk.clock())


def shown(house: House, story: str) -> tuple[StoryView, list[PostView]]:
    with house.journal.reading() as connection:
        view = views.story(connection, story)
        assert view is not None
        return view, views.posts(connection, story, limit=100)


def played(house: House, story: str) -> list[str]:
    told: list[str] = []
    asyncio.run(play(house.desk, story, pause=0, tell=told.append))
    return told


def test_the_coverage_runs_over_days_and_has_all_that_can_happen_to_a_post(house: House) -> None:
    story, posts = shown(house, imported(house))
    zone = ZoneInfo(story.zone)
    days = {row.at.astimezone(zone).date() for row in coverage().dispatch if row.at}
    kinds = {revision.correction for post in posts for revision in post.history}
    assert len(posts) >= 16
    assert len(days) >= 4
    assert {"correction", "addendum", "update", "typo"} <= kinds
    assert [post.state for post in posts].count("retracted") == 1
    assert story.pinned is not None
    assert 3 <= len(story.summary) <= 5
    assert all(line.posts for line in story.summary)


def test_every_time_is_in_the_order_of_the_list_and_in_the_past() -> None:
    times = [row.at.timestamp() for row in coverage().dispatch if row.at]
    assert len(times) == len(coverage().dispatch)
    assert coverage().story.opened.timestamp() < times[0]
    assert times == sorted(times)
    assert times[-1] < time.time()


def test_the_imported_journal_says_what_its_list_says(house: House, tmp_path: Path) -> None:
    other = app.furnish(Settings(folder=tmp_path / "other"))
    story, posts = shown(house, imported(house))
    made, listed = shown(other, carry_out(other))
    other.desk.close()
    other.journal.close()
    assert (story.slug, story.title, story.lead, story.summary, story.pinned) == (
        made.slug,
        made.title,
        made.lead,
        made.summary,
        made.pinned,
    )
    told = [(post.text, post.state, post.note, post.shown_at) for post in posts]
    assert told == [(post.text, post.state, post.note, post.shown_at) for post in listed], "make demo-journal"


def test_the_ledger_tells_what_is_contested_conceded_and_qualified(house: House) -> None:
    introduce(house)
    story = imported(house)
    with house.journal.reading() as connection:
        ledger = views.ledger(connection, story)
    claims = {view.claim.question: view for view in ledger.claims.values()}
    kursk = claims["Ist die Region Kursk vollständig zurückerobert?"]
    assert [turn.standing for turn in kursk.history] == ["open", "one_source", "contested"]
    assert ("qualifies", "accepted") in {(each.kind, each.judgement) for each in kursk.relations}
    assert kursk.sourcing.affirming.roots == ("gerassimow", "kcna")
    assert len(kursk.sourcing.affirming.sides) == 1, "KCNA is another root, on the same side"
    einsatz = claims["Kämpfen Soldaten aus Nordkorea an Russlands Seite?"]
    assert (einsatz.standing, einsatz.history[-1].editor) == ("conceded", True)
    killed = claims["Wie viele nordkoreanische Soldaten wurden getötet?"]
    assert killed.standing == "contested"
    assert [each.count.derived for each in killed.figures if each.roots == ("selenskyj",)] == [True]
    assert any(each.superseded for each in killed.links)
    total = claims["Wie viele nordkoreanische Soldaten wurden getötet oder verwundet?"]
    assert (total.standing, {each.count.figure.words for each in total.figures}) == ("open", {"etwa 4.000", "4.700"})
    sent = claims["Wie viele Soldaten hat Nordkorea nach Russland entsandt?"]
    assert [(each.rule, len(each.refs)) for each in sent.sums] == [("adds_up", 3)]


def test_the_playlist_is_played_to_its_end(house: House) -> None:
    story = imported(house)
    _, before = shown(house, story)
    told = played(house, story)
    view, after = shown(house, story)
    rows = playlist().dispatch
    assert len(rows) >= 30
    assert {row.act for row in rows} == {"publish", "correct", "retract", "pin", "summary"}
    assert len(told) == len(rows) + 1
    assert "the last of" in told[-1]
    assert "pinned: Rückblick: Wer wann was gesagt hat" in told
    assert len(after) - len(before) == sum(row.act == "publish" for row in rows)
    assert view.pinned is not None
    assert view.pinned > len(before)
    last_card = next(row for row in reversed(rows) if row.act == "summary")
    assert [line.text for line in view.summary] == [line.text for line in last_card.lines]


def test_what_was_played_before_a_restart_is_not_played_again(house: House) -> None:
    story = imported(house)
    played(house, story)
    _, before = shown(house, story)
    told = played(house, story)
    assert shown(house, story)[1] == before
    assert len(told) == 1
    assert "played before" in told[0]


def test_a_row_that_an_editor_made_impossible_is_left_out_and_the_show_goes_on(house: House) -> None:
    story = imported(house)
    pinned_later = next(row.post for row in playlist().dispatch if row.act == "pin")
    first = asyncio.run(play_until(house, story, pinned_later))
    command = RetractPost(first, "Das war ein Versehen.")
    assert isinstance(house.desk.handle(command, PLAYER, story=story, command_id=str(uuid.uuid4())), Done)
    told = played(house, story)
    assert any(line.startswith("left out: pin") and "was retracted" in line for line in told)
    assert "the last of" in told[-1]


def test_a_busy_journal_delays_the_show_and_loses_nothing(house: House, tmp_path: Path) -> None:
    story = imported(house)
    impatient = Journal.open(house.settings.journal_url, busy=0.05)
    desk = Desk(impatient, house.bus)
    other = sqlite3.connect(tmp_path / "var/depesche.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if "busy" in line and other.in_transaction:
            other.execute("ROLLBACK")

    new = asyncio.run(play(desk, story, pause=0, tell=tell))
    other.close()
    desk.close()
    impatient.close()
    assert "busy" in told[0]
    assert new == len(playlist().dispatch)


async def play_until(house: House, story: str, name: str) -> int:
    """Play until the post of this name is out; gives its number."""
    title = next(row.title for row in playlist().dispatch if row.post == name and row.act == "publish")
    out = asyncio.Event()
    task = asyncio.create_task(
        play(house.desk, story, pause=0, tell=lambda line: out.set() if line.endswith(str(title)) else None)
    )
    await out.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    _, posts = shown(house, story)
    return next(post.number for post in posts if post.text and post.text.title == title)


@pytest.mark.parametrize("wired", coverage().copy, ids=lambda wired: wired.file)
def test_the_copy_on_the_desk_is_read(house: House, wired: Wired) -> None:
    arrival = house.intake.receive(wired.read(), actor=PLAYER, media_type="text/plain")
    assert isinstance(arrival, Arrival)
    assert len(arrival.reading.statements) >= 3


def test_the_texts_use_german_quotation_marks() -> None:
    rows = (*coverage().dispatch, *playlist().dispatch)
    texts = [text for row in rows for text in (row.title, row.body, row.note) if text]
    assert len(texts) > 100
    assert [text for text in texts if '"' in text or text.count("„") != text.count("“")] == []
