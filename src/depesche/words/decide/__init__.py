"""decide(story, command, now): what a command changes, or why it can't be done; a module here for each of its nouns.

In: the fold, a command, the time (microseconds UTC), who asks. Out: changes or one Refusal. Pure and total: for every
story and every command there is an answer, and nothing here raises. Rights and conflicts are judged before, on the
desk; standings that follow are reckoned afterwards from the book that has the changes (reckoner.py).
"""

from __future__ import annotations

from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.commands import Answer, Refusal
from depesche.words.decide import claims, copies, erasures, figures, parties, posts, statements, stories
from depesche.words.story import Story

NEW = (commands.PublishPost, commands.PinPost, q.OpenClaim)
"""What an ended story refuses. All the rest is correcting, taking back or tidying up, which never ends."""
FIRST = (commands.OpenStory, commands.ReceiveCopy, q.NameParty, q.ForgetParty, q.NameOutlet, q.ForgetOutlet)
"""What needs no story that was opened: the streams "wire" and "house" never are."""


def decide(story: Story, command: commands.AnyCommand, now: int, *, actor: str = "") -> Answer:
    """The changes that this command makes in this story, or a refusal. No changes: it is so already.

    `actor` is the id of who asks: some things take two people.
    """
    if story.state != "open" and (refusal := _untimely(story, command)):
        return refusal
    if isinstance(command, q.AskedOfLedger):
        return _ledger(story, command, actor)
    if isinstance(command, commands.DraftCommand):
        return posts.publish(story, command, now)
    if isinstance(command, commands.StoryCommand):
        return stories.decide(story, command)
    if isinstance(command, commands.CopyCommand):
        return copies.decide(story, command)
    return posts.decide(story, command, now)


def _untimely(story: Story, command: commands.AnyCommand) -> Refusal | None:
    if story.state == "closed":
        return Refusal("story_closed") if isinstance(command, NEW) else None
    of_house = isinstance(command, q.ExpungeWords) and command.of in ("party", "outlet")
    return None if of_house or isinstance(command, FIRST) else Refusal("story_missing")


def _ledger(story: Story, command: q.LedgerCommand, actor: str) -> Answer:
    if isinstance(command, q.StatementCommand):
        return statements.decide(story, command)
    if isinstance(command, q.ClaimCommand):
        return claims.decide(story.book, command)
    if isinstance(command, q.StandingCommand):
        return claims.stand(story.book, command, actor)
    match command:
        case q.AddMeasure() | q.DropMeasure():
            return figures.measure(story.book, command)
        case q.RecordReply() | q.RemoveReply():
            return claims.reply(story, command)
        case q.SwitchStrip():
            return statements.switch(story.book, command)
        case q.ExpungeWords():
            return erasures.expunge_words(story, command)
        case q.DeriveStandings():
            return []  # the desk reckons whatever is due after every command
        case _:
            return parties.decide(story, command)
