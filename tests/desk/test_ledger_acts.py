"""What editors do with the ledger, act by act: each takes effect at once, has its undo, and keeps what is private."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from depesche.desk.desk import Conflict, Done
from depesche.desk.recorder import Recorder
from depesche.journal import dump, rebuild, verify, views
from depesche.journal.log import Journal
from depesche.readers import BuiltIn
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.alarms import Affected, CopyRef
from depesche.words.changes import PostText
from depesche.words.claims import Claim, Measure, Tally
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.copy import Copy, Figure, Hop, Interval, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Chain, Outlet, Party
from tests.desk.ledgerroom import ANNA, BEN, Ledgerroom
from tests.words.makers import day

APRIL = day("2025-04-30")


def number(lo: float, words: str = "", measure: str = "killed") -> Figure:
    return Figure((0, 1), words or f"{lo:g}", lo, lo, "exact", measure, "", "soldiers")


def kinds(room: Ledgerroom, command: AnyCommand, **more: Any) -> list[str]:
    return [entry.kind for entry in room.ask(command, **more).entries]


def refused(room: Ledgerroom, command: AnyCommand, **more: Any) -> str:
    outcome = room.try_(command, **more)
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


@pytest.fixture
def asked(room: Ledgerroom) -> Ledgerroom:
    """A question with two answers that exclude each other."""
    nis = room.say("nis", "reuters", "nis", said=APRIL, figures=(number(600, "rund 600"),))
    kyiv = room.say("kyiv", "ua_staff", said=APRIL, figures=(number(2700),))
    room.ask(q.OpenClaim("Wie viele?", "quantity", "killed", statement=nis, stance="figure", figure=q.Judged()))
    room.ask(q.LinkStatement(1, kyiv, "figure", figure=q.Judged()))
    assert room.claim(1).standing == "contested"
    return room


def test_one_key_opens_links_and_accepts(room: Ledgerroom) -> None:
    said = room.say("nis", "reuters", "nis", said=APRIL, figures=(number(600, "rund 600"),))
    opening = q.OpenClaim("Wie viele?", "quantity", "killed", statement=said, stance="figure", figure=q.Judged())
    assert kinds(room, opening) == ["ClaimOpened", "StatementLinked", "FigureAccepted", "StandingDerived"]
    claim = room.claim(1)
    assert (claim.standing, claim.figures[0].words, claim.figures[0].roots) == ("one_source", "rund 600", ("nis",))
    assert room.view().claims_of == {said: (1,)}
    with room.journal.reading() as c:
        assert views.some_statements(c, room.story, [said])[said].recorded.words == "nis sagte etwas"


@pytest.mark.parametrize(
    ("act", "undo", "between"),
    [
        (q.UnlinkStatement(1, 2), q.LinkStatement(1, 2, "figure"), "one_source"),
        (q.WithdrawStatement(2), q.ReinstateStatement(2), "one_source"),
        (q.AmendStatement(2, chain=Chain(("tass", "nis"))), q.AmendStatement(2), "one_source"),
        (q.ResetFigure(2), q.AcceptFigure(2), "open"),
        (q.RejectFigure(2), q.AcceptFigure(2), "one_source"),
        (q.AmendClaim(Claim(1, "Wie viele?")), q.AmendClaim(Claim(1, "Wie viele?", "quantity", "killed")), "several"),
        (q.SetStanding(1, "conceded", "so"), q.LiftStanding(1), "conceded"),
        (q.AddMeasure(Measure("killed", grows=False)), q.DropMeasure("killed"), "contested"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, commands.Command) else "",
)
def test_each_act_takes_effect_at_once_and_is_undone_by_another(
    asked: Ledgerroom, act: AnyCommand, undo: AnyCommand, between: str
) -> None:
    assert kinds(asked, act)
    assert asked.claim(1).standing == between
    again = asked.try_(act)
    assert isinstance(again, Refusal) or isinstance(act, q.SetStanding) or (isinstance(again, Done) and again.repeated)
    asked.ask(undo)
    assert asked.claim(1).standing == "contested"


def test_a_claim_that_is_dropped_or_merged_is_no_longer_asked(asked: Ledgerroom) -> None:
    asked.ask(q.OpenClaim("Wie viele fielen?", "quantity", "killed"))
    asked.ask(q.LinkStatement(2, asked.say("kcna", "kcna", said=APRIL), "denies"))
    asked.ask(q.MergeClaims(2, 1))
    assert list(asked.view().claims) == [1]
    assert asked.view().merged == {2: 1}
    assert [link.statement for link in asked.claim(1).links] == [1, 2, 3]
    assert refused(asked, q.LinkStatement(2, 3)) == "claim_merged"
    assert refused(asked, q.MergeClaims(1, 1)) == "claim_into_itself"
    asked.ask(q.PartClaims(2))
    assert [link.statement for link in asked.claim(1).links] == [1, 2]
    asked.ask(q.DropClaim(1))
    assert list(asked.view().claims) == [2]
    assert refused(asked, q.SetStanding(1, "conceded", "so")) == "claim_dropped"
    asked.ask(q.RestoreClaim(1))
    assert asked.claim(1).standing == "contested"


def test_refuted_takes_two_and_is_left_only_by_an_editor(asked: Ledgerroom) -> None:
    assert refused(asked, q.SetStanding(1, "refuted", "so", evidence="Video")) == "refuted_needs_two"
    assert kinds(asked, q.ProposeRefuted(1, "Bilder geprüft", "Video", "Widerlegt")) == ["RefutedProposed"]
    assert asked.claim(1).standing == "contested"
    assert refused(asked, q.SecondRefuted(1)) == "refuted_own"
    assert kinds(asked, q.SecondRefuted(1), actor=BEN) == ["StandingSet"]
    asked.ask(q.UnlinkStatement(1, 2))
    assert (asked.claim(1).standing, asked.claim(1).line) == ("refuted", "Widerlegt")
    asked.ask(q.LiftStanding(1))
    assert asked.claim(1).standing == "one_source"
    assert refused(asked, q.SecondRefuted(1), actor=BEN) == "refuted_missing"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (q.SetStanding(1, "several", "so"), "standing_computed"),
        (q.SetStanding(1, "verified", "so"), "evidence_missing"),
        (q.SetStanding(1, "unverifiable", "so"), "day_missing"),
        (q.SetStanding(1, "conceded", " \u200b"), "standing_reason"),
        (q.SetStanding(9, "conceded", "so"), "claim_missing"),
        (q.OpenClaim(" "), "question_missing"),
        (q.OpenClaim("Wer?" * 200), "too_long"),
        (q.OpenClaim("Wer?", statement=9), "statement_missing"),
        (q.LinkStatement(1, 9), "statement_missing"),
        (q.AcceptFigure(1, q.Judged(figure=3)), "figure_missing"),
        (q.AcceptFigure(1, q.Judged(figure=1, given=number(5, measure=""))), "measure_missing"),
        (q.AcceptFigure(1, q.Judged(measure="killed", given=number(1e308))), "figure_impossible"),
        (q.AcceptFigure(1, q.Judged(measure="killed", given=number(float("nan")))), "figure_impossible"),
        (q.AcceptFigure(1, q.Judged(measure="killed", given=Figure((0, 1), "x", 9, 3))), "figure_impossible"),
        (q.AcceptFigure(1, q.Judged(measure="killed", given=number(9, "x" * 201))), "too_long"),
        (q.UnlinkStatement(1, 9), "link_missing"),
        (q.AcceptRelation(1, 1, "denies"), "relation_itself"),
        (q.ResetRelation(1, 2, "denies"), "relation_missing"),
        (q.AddMeasure(Measure("Getötet")), "id_invalid"),
        (q.AddMeasure(Measure("killed_or_wounded", part_of="killed")), "measure_circle"),
        (q.RecordReply("Kim", ""), "reply_empty"),
        (q.RemoveReply(4), "reply_missing"),
        (q.NameParty(Party("", names={})), "name_missing_party"),
        (q.NameParty(Party("other", names={"de": "NIS"})), "name_taken"),
        (q.NameParty(Party("russia", names={"de": "Russland"}, org="gerasimov")), "party_circle"),
        (q.NameOutlet(Outlet("x", "X", controlled_by="niemand")), "party_missing"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_a_wrong_command_is_refused_with_a_reason(asked: Ledgerroom, command: AnyCommand, code: str) -> None:
    assert refused(asked, command) == code


def test_what_leaves_the_page_leaves_the_standing(asked: Ledgerroom) -> None:
    done = asked.ask(commands.RetractPost(asked.posts["kyiv"], "Doppelt"))
    assert [entry.kind for entry in done.entries] == ["PostRetracted", "StandingDerived"]
    assert asked.claim(1).standing == "one_source"
    assert [turn.standing for turn in asked.claim(1).history] == ["open", "one_source", "contested", "one_source"]


def test_another_number_in_a_corrected_post_has_to_be_accepted_anew(asked: Ledgerroom) -> None:
    post, corrected = asked.posts["kyiv"], PostText("Es waren 650.")
    asked.ask(commands.CorrectPost(post, corrected, "correction", "Zahl berichtigt"))
    statement = Statement("Indirect", ((0, 1),), name="ua_staff", figures=(number(650),))
    done = asked.ask(commands.RecordStatements(post, 2, (RecordedStatement(2, statement, "neu"),)))
    assert [entry.kind for entry in done.entries] == ["StatementsRecorded", "StandingDerived"]
    assert [figure.ref for figure in asked.claim(1).figures] == [(1, 0)]
    asked.ask(commands.RecordStatements(post, 2, ()))
    assert [link.statement for link in asked.claim(1).links] == [1]


def test_a_derived_figure_is_added_by_hand_and_always_marked(asked: Ledgerroom) -> None:
    given = number(1800, "zwei Drittel")
    asked.ask(q.AcceptFigure(2, q.Judged(1, "killed", derived=True, given=given)))
    (figure,) = [each for each in asked.claim(1).figures if each.ref == (2, 1)]
    assert (figure.count.derived, figure.words) == (True, "zwei Drittel")


def test_a_rejected_pair_stays_rejected_and_private(asked: Ledgerroom) -> None:
    (entry,) = asked.ask(q.RejectRelation(2, 1, "contradicts")).entries
    assert entry.edition is None
    assert kinds(asked, q.RejectRelation(2, 1, "contradicts")) == []
    with asked.journal.reading() as c, views.open_book(c, asked.story) as (book, _):
        assert book.relations[1, 2].judgement == "rejected"
    assert kinds(asked, q.AcceptRelation(2, 1, "contradicts")) == ["RelationAccepted"]
    assert kinds(asked, q.RejectRelation(2, 1, "contradicts")) == ["RelationWithdrawn", "RelationRejected"]


def test_a_suggested_link_is_private_until_an_editor_accepts_it(asked: Ledgerroom) -> None:
    said, changed = asked.say("dienst", "kcna", said=APRIL), asked.claim(1).changed_at
    suggested = q.LinkStatement(1, said, "denies", accepted=False)
    (entry,) = asked.ask(suggested).entries
    assert (entry.kind, entry.edition) == ("LinkSuggested", None)
    assert kinds(asked, suggested) == []
    assert kinds(asked, q.AmendStatement(said, act="deny"))
    assert (asked.claim(1).sourcing.denying, asked.claim(1).changed_at) == (Tally(), changed)
    assert kinds(asked, q.UnlinkStatement(1, said)) == ["LinkDismissed"]
    asked.ask(suggested)
    assert kinds(asked, q.LinkStatement(1, said, "denies")) == ["StatementLinked"]
    assert asked.claim(1).sourcing.denying.roots == ("kcna",)
    assert kinds(asked, suggested) == ["StatementUnlinked", "LinkSuggested"]
    assert asked.claim(1).sourcing.denying == Tally()


def test_a_name_makes_two_roots_one_in_every_running_story(asked: Ledgerroom) -> None:
    asked.ask(q.LinkStatement(1, asked.say("dienst", "Südkoreas Geheimdienst", said=APRIL), "affirms"))
    asked.ask(q.UnlinkStatement(1, 2))
    assert asked.claim(1).standing == "several"
    nis = asked.view().cast.parties["nis"]
    asked.ask(q.NameParty(Party("nis", nis.kind, nis.names, nis.org, aliases=("Südkoreas Geheimdienst",))))
    assert asked.claim(1).standing == "one_source"
    assert asked.journal.entries(asked.story, limit=1000)[-1].actor == "system"
    with asked.journal.reading() as c:
        found = views.said_by(c, ["NIS", "Südkoreas Geheimdienst"])
    assert [(story, each.number) for story, each in found] == [(asked.story, 3), (asked.story, 1)]


def test_whoever_an_editor_named_is_found_by_that_name_only(asked: Ledgerroom) -> None:
    asked.ask(q.AmendStatement(1, chain=Chain(("reuters", "Kim"))))
    with asked.journal.reading() as c:
        assert [each.number for _, each in views.said_by(c, ["kim"])] == [1]
        assert views.said_by(c, ["nis", ""]) == []


def test_copy_that_its_wire_took_back_takes_its_statements_along(asked: Ledgerroom) -> None:
    copy = Copy("c1", "plain", "Laut Kiew 2700.")
    asked.ask(commands.ReceiveCopy(copy), story="wire")
    post = asked.posts["kyiv"]
    asked.ask(commands.CorrectPost(post, PostText("Kiew: 2700."), "update", "Quelle", copies=(CopyRef("c1", 1),)))
    said = Interval((0, 1), "am 30. April", APRIL, APRIL, "day")
    statement = Statement("Indirect", ((0, 1),), name="ua_staff", figures=(number(2700),), said=said)
    asked.ask(commands.RecordStatements(post, 2, (RecordedStatement(2, statement, "kyiv sagte etwas"),)))
    killed = asked.ask(commands.RaiseAlarm("c1", 2, True, (Affected(post, 1),)))
    assert [entry.kind for entry in killed.entries][-1] == "StandingDerived"
    assert asked.claim(1).standing == "one_source"
    asked.ask(commands.DismissAlarm(post, "c1", "steht auch bei AP"))
    assert asked.claim(1).standing == "contested"


def test_what_an_editor_wrote_down_outlives_the_reader(room: Ledgerroom) -> None:
    room.ask(commands.PublishPost(PostText("Am Abend hieß es aus Kiew: alles ruhig.")))
    statement = Statement("Reported", ((29, 40),), name="Kiew", chain=(Hop((), "Kiew"),))
    room.ask(q.WriteStatement(1, RecordedStatement(0, statement, "alles ruhig", before="Kiew: ", after=".")))
    recorder = Recorder(room.desk, BuiltIn())
    recorder.record(room.story, 1)
    assert [each.recorded.words for each in said_in(room)] == ["alles ruhig"]
    room.ask(q.OpenClaim("Ist es ruhig?", statement=1))
    room.ask(commands.CorrectPost(1, PostText("Neu: Am Abend hieß es, alles ruhig."), "typo"))
    recorder.record(room.story, 1)
    (moved,) = said_in(room)
    assert (moved.number, moved.revision, moved.recorded.statement.spans) == (1, 2, ((23, 34),))
    assert room.claim(1).standing == "one_source"
    room.ask(commands.CorrectPost(1, PostText("Am Abend wurde gekämpft."), "correction", "falsch"))
    recorder.record(room.story, 1)
    assert said_in(room) == []
    assert room.claim(1).standing == "open"


def said_in(room: Ledgerroom) -> list[views.StatementView]:
    with room.journal.reading() as c:
        return views.statements(c, room.story, post=1)


SECRET = "geheim" * 3


def with_secrets(room: Ledgerroom) -> None:
    """Everything that only the desk may know."""
    room.ask(q.NameParty(Party("quelle", "unnamed", {"de": "ein Beamter"}), note=SECRET))
    room.ask(q.SetStanding(1, "conceded", SECRET, "Eingeräumt"))
    room.ask(q.ProposeRefuted(1, SECRET, SECRET, SECRET))
    room.ask(q.SetSide("nis", SECRET))
    room.ask(q.RecordReply("Kim", "Das stimmt nicht.", claim=1))


def test_a_public_export_verifies_alone_and_keeps_what_is_private(asked: Ledgerroom) -> None:
    with_secrets(asked)
    asked.ask(q.AmendStatement(2, chain=Chain(("Planted Name",)), said=APRIL))
    asked.ask(q.AcceptFigure(2, q.Judged(given=number(2750, "planted 2750"))))
    public = list(dump.export(asked.journal, asked.story, public=True))
    assert dump.verify(public) == []
    assert SECRET not in "".join(public)
    assert "Planted" in "".join(public)
    assert ANNA.id not in "".join(public)
    asked.ask(commands.RetractPost(asked.posts["kyiv"], "Falsch"))
    public = list(dump.export(asked.journal, asked.story, public=True))
    assert dump.verify(public) == []
    assert "lanted" not in "".join(public)


def test_the_public_view_has_nothing_private(asked: Ledgerroom) -> None:
    with_secrets(asked)
    shown = repr(asked.view())
    assert SECRET not in shown
    assert ANNA.id not in shown
    assert [reply.words for reply in asked.view().replies] == ["Das stimmt nicht."]


def test_an_exported_story_comes_back_with_its_ledger(asked: Ledgerroom, tmp_path: Any) -> None:
    with_secrets(asked)
    lines = list(dump.export(asked.journal, asked.story))
    other = Journal.open(f"sqlite:///{tmp_path / 'other.db'}")
    dump.load(other, io.StringIO("".join(lines)))
    with other.reading() as c:
        claim = views.ledger(c, asked.story).claims[1]
    assert (claim.standing, claim.history) == (asked.claim(1).standing, asked.claim(1).history)
    assert list(dump.export(other, asked.story)) == lines
    other.close()


def test_an_expunged_post_leaves_the_ledger_too(asked: Ledgerroom) -> None:
    asked.ask(q.AmendStatement(2, chain=Chain(("Planted Name",)), said=APRIL))
    asked.ask(q.AcceptFigure(2, q.Judged(given=number(2750, "planted 2750"))))
    asked.ask(commands.Expunge(asked.posts["kyiv"], "Beschluss"))
    assert asked.claim(1).standing == "one_source"
    everything = "".join(dump.export(asked.journal, asked.story))
    assert "lanted" not in everything
    assert "lanted" not in repr(asked.view())
    assert rebuild.compare(asked.journal) == []
    assert verify.check(asked.journal) == []
    assert kinds(asked, q.LinkStatement(1, 1, "affirms")), "the desk goes on"


def test_two_editors_meet_on_one_thing_only(asked: Ledgerroom) -> None:
    seen = asked.journal.heads()[asked.story].seq
    asked.ask(q.SetStanding(1, "conceded", "so"))
    assert isinstance(asked.try_(q.AmendClaim(Claim(1, "Wer?")), BEN, expect=seen), Done)
    outcome = asked.try_(q.SetStanding(1, "unverifiable", "so", on=dt.date(2025, 5, 1)), BEN, expect=seen)
    assert isinstance(outcome, Conflict)
    linked = asked.try_(q.LinkStatement(1, 2, "affirms"), BEN, expect=seen)
    assert isinstance(linked, Done), "what a rule derived is nobody's change"
