"""Commands for property tests: mostly sensible, now and then absurd, over few objects so that they meet."""

from __future__ import annotations

from hypothesis import strategies as st

from depesche.words import changes, commands
from depesche.words.alarms import Affected, CopyRef
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement

NOW = 1_745_850_000_000_000
"""28 April 2025, 14:20 UTC, in microseconds."""

texts = st.text(max_size=40) | st.sampled_from(
    ["Kursk ist umkämpft.", "**Laut KCNA** beendet", "\0", "\ud800", "\u202e"]
)
posts = st.integers(-1, 6)
drafts = st.sampled_from(["3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001", "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0002", "x"])
moments = st.none() | st.integers(NOW - 10**12, NOW + 10**8) | st.integers()
bodies = st.builds(
    changes.PostText,
    body=texts,
    title=texts,
    byline=texts,
    sources=texts,
    language=st.sampled_from(["", "de", "en-GB", "!"]),
    key=st.booleans(),
)
recorded = st.builds(
    RecordedStatement,
    number=st.integers(0, 8),
    statement=st.just(Statement(form="Direct", spans=((0, 4),))),
    words=texts,
)
copies = st.sampled_from(["c1", "c2"])
refs = st.lists(st.builds(CopyRef, copy=copies, version=st.integers(1, 3)), max_size=2).map(tuple)
affected = st.builds(Affected, post=posts, used=st.integers(1, 3), how=st.sampled_from(["adopted", "words"]))
slugs = st.sampled_from(["kursk", "berlin", "api", "a/b", "", "-", "ä", "a" * 81])
lines = st.lists(
    st.builds(changes.SummaryLine, text=texts, posts=st.lists(posts, max_size=3).map(tuple)), max_size=10
).map(tuple)

anything = st.one_of(
    st.builds(
        commands.OpenStory,
        slug=slugs,
        title=texts,
        language=st.sampled_from(["de", "D"]),
        zone=st.just("Europe/Berlin"),
    ),
    st.builds(commands.AmendStory, slug=slugs, title=texts),
    st.builds(commands.CloseStory),
    st.builds(commands.ReopenStory),
    st.builds(commands.SaveDraft, draft=drafts, text=bodies, post=st.none() | posts, copies=refs),
    st.builds(commands.DropDraft, draft=drafts),
    st.builds(commands.PublishPost, text=bodies, shown_at=moments, draft=st.none() | drafts, copies=refs),
    st.builds(
        commands.CorrectPost,
        post=posts,
        text=bodies,
        correction=st.sampled_from(["typo", "update", "correction", "addendum"]),
        note=texts,
        shown_at=moments,
        draft=st.none() | drafts,
        copies=refs,
        answers=st.none() | refs,
    ),
    st.builds(commands.RetractPost, post=posts, note=texts, undo=st.booleans()),
    st.builds(commands.Expunge, post=posts, reason=texts, revision=st.none() | st.integers(0, 3)),
    st.builds(commands.PinPost, post=posts),
    st.builds(commands.UnpinPost, post=posts),
    st.builds(commands.SetSummary, lines=lines),
    st.builds(commands.TakeCopy, copy=copies, version=st.integers(0, 3)),
    st.builds(
        commands.RaiseAlarm,
        copy=copies,
        version=st.integers(0, 4),
        killed=st.booleans(),
        posts=st.lists(affected, max_size=3).map(tuple),
    ),
    st.builds(commands.DismissAlarm, post=posts, copy=copies, reason=texts),
    st.builds(commands.ReopenAlarm, post=posts, copy=copies),
    st.builds(
        commands.RecordStatements,
        post=posts,
        revision=st.integers(0, 3),
        statements=st.lists(recorded, max_size=3).map(tuple),
    ),
)
"""Any command that a client could send to a story."""
