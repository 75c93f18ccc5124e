"""decide and apply through what they promise: total, pure, and true to what an editor asked."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.words import changes, commands, ledgercommands
from depesche.words.changes import AnyChange, Entry, PostText, SummaryLine
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.copy import Statement
from depesche.words.decide import decide
from depesche.words.ledger import RecordedStatement
from depesche.words.story import Story, apply, fold
from depesche.words.text import clean_struct

from .commands import NOW, anything

TEXT = PostText(body="Nordkorea bestätigt die Entsendung.")
STATEMENT = RecordedStatement(0, Statement(form="Indirect", spans=((0, 9),)), words="Nordkorea")


class Room:
    """A desk without a disk: decides, numbers the entries, applies them."""

    def __init__(self, *asked: AnyCommand) -> None:
        self.story = Story()
        self.entries: list[Entry] = []
        self.now = NOW
        self.ask(commands.OpenStory("kursk", "Kursk"))
        for command in asked:
            assert not isinstance(self.ask(command), Refusal)

    def ask(self, command: AnyCommand) -> list[AnyChange] | Refusal:
        answer = decide(self.story, clean_struct(command), self.now)  # as the desk does
        if isinstance(answer, list):
            for change in answer:
                self._append(change)
        return answer

    def _append(self, change: AnyChange) -> None:
        edition = self.story.edition + 1 if change.public else None
        entry = Entry("s", self.story.seq + 1, edition, self.now, "a", change.kind, change.object, change)
        self.entries.append(entry)
        apply(self.story, entry)

    def erased(self) -> list[Entry]:
        """The entries as they stand once what was expunged is gone from the disk."""
        gone = {
            seq
            for entry in self.entries
            if isinstance(entry.change, changes.EntriesErased)
            for seq in entry.change.seqs
        }
        return [msgspec.structs.replace(each, change=None) if each.seq in gone else each for each in self.entries]


def refusal(answer: list[AnyChange] | Refusal) -> str:
    assert isinstance(answer, Refusal)
    assert answer.reason
    return answer.code


@given(st.lists(anything, max_size=30))
def test_every_command_gets_an_answer_and_every_answer_can_be_kept(asked: list[AnyCommand]) -> None:
    room = Room()
    for command in asked:
        answer = room.ask(command)
        if isinstance(answer, Refusal):
            assert answer.reason
    assert msgspec.json.encode(fold(room.entries)) == msgspec.json.encode(room.story)
    assert [entry.seq for entry in room.entries] == list(range(1, len(room.entries) + 1))


@given(st.lists(anything, max_size=30))
def test_a_story_with_erased_bodies_folds_to_the_same_states(asked: list[AnyCommand]) -> None:
    room = Room()
    for command in asked:
        room.ask(command)
    after = fold(room.erased())
    assert {n: (p.state, p.revision) for n, p in after.posts.items()} == {
        n: (p.state, p.revision) for n, p in room.story.posts.items()
    }
    assert after.next_statement >= room.story.next_statement
    assert (after.pinned, after.summary, after.drafts.keys()) == (
        room.story.pinned,
        room.story.summary,
        room.story.drafts.keys(),
    )


@given(st.lists(anything, max_size=12))
def test_deciding_twice_gives_the_same_answer(asked: list[AnyCommand]) -> None:
    room = Room()
    for command in asked:
        assert decide(room.story, command, room.now) == decide(room.story, command, room.now)
        room.ask(command)


def test_posts_are_numbered_in_the_order_of_publication() -> None:
    room = Room(commands.PublishPost(TEXT), commands.PublishPost(TEXT))
    assert list(room.story.posts) == [1, 2]


def test_a_draft_leaves_no_trace_in_the_public_numbers() -> None:
    draft = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001"
    room = Room(commands.SaveDraft(draft, TEXT), commands.SaveDraft(draft, TEXT))
    before = room.story.edition
    room.ask(commands.PublishPost(TEXT, draft=draft))
    assert room.story.edition == before + 1
    assert draft not in room.story.drafts


@pytest.mark.parametrize("kind", ["update", "correction", "addendum"])
def test_a_correction_without_a_note_is_refused_unless_it_is_a_typo(kind: changes.Correction) -> None:
    room = Room(commands.PublishPost(TEXT))
    assert refusal(room.ask(commands.CorrectPost(1, TEXT, kind, " "))) == "note_missing"
    assert isinstance(room.ask(commands.CorrectPost(1, TEXT, "typo")), list)
    assert room.story.posts[1].revision == 2


def test_an_undo_is_taken_for_ten_seconds_only() -> None:
    room = Room(commands.PublishPost(TEXT), commands.PublishPost(TEXT))
    room.now += 9_000_000
    assert isinstance(room.ask(commands.RetractPost(1, undo=True)), list)
    room.now += 4_000_000
    assert refusal(room.ask(commands.RetractPost(2, undo=True))) == "undo_too_late"


def test_a_retracted_post_can_only_be_expunged() -> None:
    room = Room(commands.PublishPost(TEXT), commands.PinPost(1), commands.RetractPost(1, "Falsch."))
    assert room.story.pinned is None
    for command in (
        commands.CorrectPost(1, TEXT, "typo"),
        commands.RetractPost(1, "noch einmal"),
        commands.PinPost(1),
        commands.RecordStatements(1, 1),
    ):
        assert refusal(room.ask(command)) == "post_retracted"
    assert isinstance(room.ask(commands.Expunge(1, "Urteil")), list)
    assert refusal(room.ask(commands.Expunge(1, "Urteil"))) == "post_expunged"


def test_expunging_names_everything_that_repeats_the_words() -> None:
    draft = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001"
    room = Room(
        commands.SaveDraft(draft, TEXT),
        commands.PublishPost(TEXT, draft=draft),
        commands.RecordStatements(1, 1, (STATEMENT,)),
        commands.SetSummary((SummaryLine("Nordkorea bestätigt.", (1,)), SummaryLine("Ruhe."))),
    )
    kinds = {entry.seq: entry.kind for entry in room.entries}
    expunged, erased, summary = room.ask(commands.Expunge(1, "Urteil"))  # type: ignore[misc]
    assert isinstance(erased, changes.EntriesErased)
    assert [kinds[seq] for seq in erased.seqs] == [
        "DraftSaved",
        "PostPublished",
        "StatementsRecorded",
        "SummarySet",
    ]
    assert isinstance(expunged, changes.Expunged)
    assert expunged.editions == (2, 3, 4)
    assert summary == changes.SummarySet((SummaryLine("Ruhe."),))


def test_an_earlier_revision_can_be_expunged_and_the_current_one_stays() -> None:
    room = Room(commands.PublishPost(TEXT), commands.CorrectPost(1, TEXT, "correction", "Zahl berichtigt"))
    assert refusal(room.ask(commands.Expunge(1, "Urteil", revision=2))) == "revision_current"
    assert isinstance(room.ask(commands.Expunge(1, "Urteil", revision=1)), list)
    assert room.story.posts[1].state == "published"


def test_statements_keep_their_numbers_and_lost_ones_are_named() -> None:
    room = Room(commands.PublishPost(TEXT), commands.RecordStatements(1, 1, (STATEMENT, STATEMENT)))
    assert room.story.posts[1].statements == (1, 2)
    room.ask(commands.CorrectPost(1, TEXT, "typo"))
    kept = msgspec.structs.replace(STATEMENT, number=2)
    answer = room.ask(commands.RecordStatements(1, 2, (kept, STATEMENT)))
    assert isinstance(answer, list)
    assert isinstance(answer[0], changes.StatementsRecorded)
    assert [each.number for each in answer[0].statements] == [2, 3]
    assert answer[0].lost == (1,)


def test_a_foreign_journal_that_numbers_two_posts_statements_alike_is_folded_all_the_same() -> None:
    both = msgspec.structs.replace(STATEMENT, number=1)
    story, said = Story(), [changes.PostPublished(post, TEXT, NOW) for post in (1, 2)]
    recorded = [changes.StatementsRecorded(post, 1, (both,)) for post in (1, 2)]
    entered: list[AnyChange] = [*said, *recorded, changes.PostRetracted(1), recorded[1]]
    for seq, change in enumerate(entered, 1):
        apply(story, Entry("s", seq, seq, NOW, "a", change.kind, change.object, change))
    assert story.book.statements[1].post == 2
    assert story.posts[2].statements == (1,)


def test_a_late_reading_of_an_old_revision_is_refused() -> None:
    room = Room(commands.PublishPost(TEXT), commands.CorrectPost(1, TEXT, "typo"))
    assert refusal(room.ask(commands.RecordStatements(1, 1, (STATEMENT,)))) == "revision_outdated"


def test_nothing_is_published_after_the_end_but_corrections_are() -> None:
    room = Room(commands.PublishPost(TEXT), commands.CloseStory())
    for new in (commands.PublishPost(TEXT), commands.PinPost(1), ledgercommands.OpenClaim("Hält der Deich?")):
        assert refusal(room.ask(new)) == "story_closed"
    assert isinstance(room.ask(commands.CorrectPost(1, TEXT, "correction", "Name")), list)
    room.ask(commands.ReopenStory())
    assert isinstance(room.ask(commands.PublishPost(TEXT)), list)


@pytest.mark.parametrize(
    ("slug", "code"),
    [("a/b", "slug_invalid"), ("API", "slug_invalid"), ("api", "slug_reserved"), ("", "slug_invalid")],
)
def test_an_address_that_cant_be_used_is_refused(slug: str, code: str) -> None:
    assert refusal(decide(Story(), commands.OpenStory(slug, "Kursk"), NOW)) == code


def test_a_post_from_the_future_is_refused_and_a_slow_clock_forgiven() -> None:
    room = Room()
    assert refusal(room.ask(commands.PublishPost(TEXT, NOW + 120_000_000))) == "shown_at_future"
    assert isinstance(room.ask(commands.PublishPost(TEXT, NOW + 30_000_000)), list)


@pytest.mark.parametrize("field", ["body", "title", "byline", "sources"])
def test_a_text_that_is_too_long_is_refused_with_its_measure(field: str) -> None:
    text = msgspec.structs.replace(TEXT, **{field: "x" * 50_001})
    answer = Room().ask(commands.PublishPost(text))
    assert refusal(answer) == "too_long"
    assert isinstance(answer, Refusal)
    assert answer.params["field"] == field
    assert answer.params["length"] == 50_001


def test_a_summary_cites_only_posts_that_stand() -> None:
    room = Room(commands.PublishPost(TEXT), commands.RetractPost(1, "Falsch"))
    assert refusal(room.ask(commands.SetSummary((SummaryLine("x", (1,)),)))) == "post_retracted"
    assert refusal(room.ask(commands.SetSummary((SummaryLine("x", (7,)),)))) == "post_missing"


@pytest.mark.parametrize("code", sorted(commands.REASONS))
def test_each_refusal_reads_as_a_sentence(code: str) -> None:
    reason = commands.REASONS[code]
    assert reason[0].isupper() or reason[0] == "“"
    assert reason.endswith((".", "80."))
