"""The views: what the journal says now, as the desk sees it (`desk=True`) or as readers may see it (the default).

In: a reading connection. Out: Structs. Never: a text that was retracted or expunged, a seq or an actor in anything
that was asked for without `desk=True`, and never a query whose cost grows with the length of a story.
"""

from depesche.journal.views.alarms import (
    AlarmView,
    UsedView,
    alarm,
    alarm_counts,
    alarms,
    overtaken,
    takers,
    used,
    users,
)
from depesche.journal.views.copies import CopyView, copies, copy, taken, versions
from depesche.journal.views.drafts import DraftView, draft, drafts
from depesche.journal.views.ledger import (
    HOUSE,
    ClaimView,
    DeskView,
    FigureView,
    LedgerView,
    claim_for_desk,
    forget_ledgers,
    head,
    house,
    ledger,
    open_book,
)
from depesche.journal.views.posts import (
    PostView,
    Revision,
    RevisionView,
    corrections,
    key_posts,
    post,
    post_numbers,
    posts,
    retractions,
    revisions,
)
from depesche.journal.views.statements import (
    StatementView,
    said_by,
    some_statements,
    statement,
    statement_numbers,
    statements,
)
from depesche.journal.views.stories import StoryView, slug, stories, story
from depesche.journal.views.touched import Touched, touched, touched_count, touched_seq

__all__ = [
    "HOUSE",
    "AlarmView",
    "ClaimView",
    "CopyView",
    "DeskView",
    "DraftView",
    "FigureView",
    "LedgerView",
    "PostView",
    "Revision",
    "RevisionView",
    "StatementView",
    "StoryView",
    "Touched",
    "UsedView",
    "alarm",
    "alarm_counts",
    "alarms",
    "claim_for_desk",
    "copies",
    "copy",
    "corrections",
    "draft",
    "drafts",
    "forget_ledgers",
    "head",
    "house",
    "key_posts",
    "ledger",
    "open_book",
    "overtaken",
    "post",
    "post_numbers",
    "posts",
    "retractions",
    "revisions",
    "said_by",
    "slug",
    "some_statements",
    "statement",
    "statement_numbers",
    "statements",
    "stories",
    "story",
    "taken",
    "takers",
    "touched",
    "touched_count",
    "touched_seq",
    "used",
    "users",
    "versions",
]
