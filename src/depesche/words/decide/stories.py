"""What is decided of a story itself: opened, amended, closed, reopened, and the card on top of it.

In: the fold and a command. Out: changes or a refusal. Never: an address that is Depesche's own.
"""

from __future__ import annotations

import re

from depesche.words import changes as c
from depesche.words import commands as q
from depesche.words.commands import Answer, Refusal
from depesche.words.decide.limits import MOST_CITES, MOST_LINES, too_long, too_many, unfit_language
from depesche.words.story import Story
from depesche.words.text import is_seen

RESERVED = frozenset(
    {"api", "desk", "static", "media", "feeds", "embed", "metrics", "healthz", "readyz", "oembed", ".well-known"}
    | {"robots.txt", "favicon.ico"}
)
"""First segments of an address that never are a story."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")


def decide(story: Story, command: q.StoryCommand) -> Answer:
    """What changes about the story."""
    match command:
        case q.OpenStory():
            return _open(story, command)
        case q.AmendStory():
            change = c.StoryAmended(command.slug, command.title.strip(), command.lead.strip())
            same = (change.slug, change.title, change.lead) == (story.slug, story.title, story.lead)
            return _unfit(command) or (Refusal("nothing_changed") if same else [change])
        case q.CloseStory():
            return [] if story.state == "closed" else [c.StoryClosed()]
        case q.ReopenStory():
            return [c.StoryReopened()] if story.state == "closed" else Refusal("story_running")
        case q.SetSummary():
            return _set_summary(story, command)


def _open(story: Story, command: q.OpenStory) -> Answer:
    if story.state != "unopened":
        return Refusal("story_exists")
    refusal = unfit_language(command.language)
    if not refusal and not _ZONE.fullmatch(command.zone):
        refusal = Refusal("zone_unknown", {"zone": command.zone[:100]})
    title, lead = command.title.strip(), command.lead.strip()
    opened = c.StoryOpened(command.slug, title, command.language, command.zone, lead)
    return refusal or _unfit(command) or [opened]


def _unfit(command: q.OpenStory | q.AmendStory) -> Refusal | None:
    if len(command.slug) > 80 or not _SLUG.fullmatch(command.slug):
        return Refusal("slug_invalid", {"slug": command.slug[:80]})
    if command.slug in RESERVED:
        return Refusal("slug_reserved", {"slug": command.slug})
    if not is_seen(command.title):
        return Refusal("title_missing")
    return too_long(title=command.title, lead=command.lead)


def _set_summary(story: Story, command: q.SetSummary) -> Answer:
    refusal = too_many("summary", len(command.lines), MOST_LINES)
    for line in command.lines:
        refusal = refusal or (None if is_seen(line.text) else Refusal("body_missing"))
        refusal = refusal or too_long(card_line=line.text) or too_many("posts", len(line.posts), MOST_CITES)
        for number in line.posts:
            post = story.posts.get(number)
            if post is None or post.state != "published":
                refusal = refusal or Refusal(f"post_{post.state if post else 'missing'}", {"post": number})
    return refusal or ([] if command.lines == story.summary else [c.SummarySet(command.lines)])
