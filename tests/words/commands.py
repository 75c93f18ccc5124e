"""Commands for property tests: mostly sensible, now and then absurd, over few objects so that they meet."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from depesche.words import changes, commands
from depesche.words import ledgercommands as q
from depesche.words.alarms import Affected, CopyRef
from depesche.words.claims import Claim, Measure
from depesche.words.copy import Figure, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Chain, Outlet, Party

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
    statement=st.builds(
        Statement,
        form=st.just("Direct"),
        spans=st.just(((0, 4),)),
        name=st.sampled_from(["", "NIS", "Kim"]),
        figures=st.lists(
            st.builds(
                Figure,
                st.just((0, 4)),
                texts,
                st.sampled_from([300.0, 4700.0]),
                measure=st.sampled_from(["", "killed"]),
            ),
            max_size=2,
        ).map(tuple),
    ),
    words=texts,
)
copies = st.sampled_from(["c1", "c2"])
refs = st.lists(st.builds(CopyRef, copy=copies, version=st.integers(1, 3)), max_size=2).map(tuple)
affected = st.builds(Affected, post=posts, used=st.integers(1, 3), how=st.sampled_from(["adopted", "words"]))
slugs = st.sampled_from(["kursk", "berlin", "api", "a/b", "", "-", "ä", "a" * 81])
lines = st.lists(
    st.builds(changes.SummaryLine, text=texts, posts=st.lists(posts, max_size=3).map(tuple)), max_size=10
).map(tuple)

numbers = st.integers(-1, 6)
days = st.none() | st.dates(dt.date(2025, 4, 26), dt.date(2025, 4, 28))
measured = st.sampled_from(["killed", "killed_or_wounded", "", "Ä"])
somebody = st.sampled_from(["NIS", "KCNA", "Kim", "nis", "", "niemand"])
chains = st.none() | st.builds(Chain, hops=st.lists(somebody, max_size=3).map(tuple))
stances = st.sampled_from(["affirms", "denies", "partly", "figure", "no_info"])
figures = st.builds(
    Figure,
    span=st.just((0, 4)),
    words=texts,
    lo=st.sampled_from([None, 300.0, 4700.0]),
    hi=st.sampled_from([300.0, 600.0]),
    measure=measured,
)
judged = st.builds(
    q.Judged, figure=st.integers(-1, 2), measure=measured, derived=st.booleans(), given=st.none() | figures
)
claims = st.builds(Claim, number=numbers, question=texts, measure=measured)
standings = st.sampled_from(["open", "contested", "verified", "refuted", "unverifiable", "conceded"])
relations = st.sampled_from(["contradicts", "denies", "updates"])

ledger = st.one_of(
    st.builds(
        q.OpenClaim,
        question=texts,
        kind=st.sampled_from(["yes_no", "quantity"]),
        measure=measured,
        statement=numbers,
        stance=stances,
        figure=st.none() | judged,
    ),
    st.builds(q.AmendClaim, claim=claims),
    *(st.builds(kind, claim=numbers) for kind in (q.DropClaim, q.RestoreClaim, q.PartClaims, q.LiftStanding)),
    *(st.builds(kind, claim=numbers) for kind in (q.SecondRefuted, q.DropRefuted)),
    st.builds(q.MergeClaims, claim=numbers, into=numbers),
    st.builds(q.AmendStatement, statement=numbers, chain=chains, said=days),
    st.builds(q.WithdrawStatement, statement=numbers),
    st.builds(q.ReinstateStatement, statement=numbers),
    st.builds(q.LinkStatement, claim=numbers, statement=numbers, stance=stances, figure=st.none() | judged),
    st.builds(q.UnlinkStatement, claim=numbers, statement=numbers),
    st.builds(q.AcceptFigure, statement=numbers, figure=judged),
    st.builds(q.RejectFigure, statement=numbers, figure=st.integers(-1, 2)),
    st.builds(q.ResetFigure, statement=numbers, figure=st.integers(-1, 2)),
    *(
        st.builds(kind, one=numbers, other=numbers, relation=relations)
        for kind in (q.AcceptRelation, q.RejectRelation, q.ResetRelation)
    ),
    st.builds(q.SetStanding, claim=numbers, standing=standings, reason=texts, line=texts, evidence=texts, on=days),
    st.builds(q.ProposeRefuted, claim=numbers, reason=texts, evidence=texts),
    st.builds(q.AddMeasure, measure=st.builds(Measure, id=measured, part_of=measured)),
    st.builds(q.DropMeasure, measure=measured),
    st.builds(q.SetSide, party=somebody, side=st.sampled_from(["", "a", "b"]), first=days),
    st.builds(q.RecordReply, who=texts, words=texts, claim=numbers, post=posts),
    st.builds(q.RemoveReply, reply=numbers),
    st.builds(q.DeriveStandings),
    st.builds(q.ExpungeWords, of=st.sampled_from(["claim", "standing", "reply"]), number=numbers, reason=texts),
    st.builds(q.ExpungeWords, of=st.just("measure"), id=measured, reason=texts),
)
"""Any command of the ledger to a story."""
named = st.one_of(
    st.builds(q.NameParty, party=st.builds(Party, id=somebody, names=st.just({"de": "NIS"}), org=somebody)),
    st.builds(q.NameOutlet, outlet=st.builds(Outlet, id=somebody, name=somebody, controlled_by=somebody)),
    st.builds(q.ForgetParty, party=somebody),
    st.builds(q.ForgetOutlet, outlet=somebody),
    st.builds(q.ExpungeWords, of=st.sampled_from(["party", "outlet"]), id=somebody, reason=texts),
)
"""Any command to the house."""

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
    st.builds(q.WriteStatement, post=posts, statement=recorded),
    ledger,
)
"""Any command that a client could send to a story."""
