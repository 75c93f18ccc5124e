"""A process that publishes until it is killed, and prints each command that was acknowledged.

In: a database URL, a name for its commands. Out: lines on standard output, each written after the journal had it.
"""

from __future__ import annotations

import sys

from depesche.journal.log import Journal
from depesche.words.changes import AnyChange, DraftSaved, PostPublished, PostText, StatementsRecorded, StoryOpened
from tests.journal.made import ACTOR, NOW, STORY


def main(url: str, name: str) -> None:
    """Publish, a post and two more entries a command, for ever."""
    journal = Journal.open(url, busy=60)  # two processes that write without a pause starve each other
    if not journal.heads():
        with journal.writing(STORY) as writing:
            writing.append([StoryOpened("kursk", "Kursk", "de", "Europe/Berlin")], actor=ACTOR, at=NOW)
    number = 0
    while True:
        number += 1
        command = f"{name}-{number}"
        with journal.writing(STORY) as writing:
            post = sum(entry.kind == "PostPublished" for entry in writing.each(0)) + 1
            changes: list[AnyChange] = [
                PostPublished(post, PostText(f"{command} " * 200), NOW),
                DraftSaved(command, PostText(command)),
                StatementsRecorded(post, 1),
            ]
            writing.append(changes, actor=ACTOR, at=NOW, command=command, fingerprint=command.encode())
        print(command, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
