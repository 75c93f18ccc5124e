"""Whole pages for readers: the list of stories, a story, one post, the corrections, and what is said when all fails.

In: a read transaction, the site, what the address asks for. Out: the bytes that are sent. They depend on nothing but
the site and the public state of the story at its edition, so that one rendering serves every reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import counted, jsonld, objects, paging, parts, pictures, since, words
from depesche.render import post as posts
from depesche.render.dates import clock
from depesche.render.i18n import og_locale, translator
from depesche.render.marks import marks
from depesche.render.paging import Leaf
from depesche.render.repaired import repaired
from depesche.render.site import Frame, Site, frame
from depesche.render.templates import render

if TYPE_CHECKING:
    from depesche.journal.views import PostView, RevisionView, StatementView, StoryView
    from depesche.words.changes import Media

STATEMENTS_OF_POST = 100
"""Statements on a post's own page: more than any post ever had, fewer than a hostile one could have."""
ENDED = 100
"""Ended stories on the list; older ones are found by their addresses."""

COMMENTS = 50
"""Corrections in the structured data of their list: the page has all of them."""


class Told(Struct, frozen=True):
    """A line of the list of corrections. Readers know a post by its time, `shown_at`: its number is seen nowhere."""

    post: int
    shown_at: int
    at: int
    label: str
    note: str


def stories(site: Site, all_stories: Sequence[StoryView]) -> bytes:
    """The list of stories: those that run first, each group by its latest change."""
    newest_first = sorted(all_stories, key=lambda each: each.changed_at, reverse=True)
    told = [(each, clock(site.language, each.zone)) for each in newest_first]
    running = [pair for pair in told if pair[0].state == "open"]
    ended = [pair for pair in told if pair[0].state == "closed"][:ENDED]
    return document("list.html", site, site.language, title=site.publisher, running=running, ended=ended)


def story(connection: Connection, site: Site, view: StoryView, leaf: Leaf, edition: int | None = None) -> bytes:
    """A story's page: its parts, the posts of this leaf, on top what changed since an edition, if one is given."""
    frm = frame(view, site.base, site.asof)
    shown = list(views.posts(connection, view.id, before=leaf.last + 1, limit=leaf.last - leaf.first + 1))
    if leaf.order == "oldest":
        shown.reverse()
    address = f"{site.root}/{view.slug}" + (f"?page={leaf.page}" if leaf.page else "")
    image = next((found for each in sorted(shown, key=_newest) if (found := posts.picture(each))), None)
    marked = marks(connection, views.ledger(connection, view.id), shown)
    inside = {part: objects.inside(connection, frm, view, part) for part in objects.PARTS}
    return document(
        "story.html",
        site,
        view.language,
        title=view.title,
        story=view,
        frame=frm,
        clock=frm.clock,
        leaf=leaf,
        live=view.state == "open" and site.asof is None,
        articles=[posts.article(frm, each, marks=marked.get(each.number, ())) for each in shown],
        head=inside.pop("story"),
        back=None if edition is None else since.lines(connection, frm, view, edition),
        **inside,
        orders=_orders(frm, leaf),
        pages=_pages(frm, leaf),
        words=script_words(view.language),
        jsonld=jsonld.coverage(site, frm, view, shown, address),
        **share(site, frm, view, address, view.lead or view.title, image),
    )


def post(connection: Connection, site: Site, view: StoryView, one: PostView) -> bytes:
    """A post's own page: the post, who says what in it, its history. Of a retracted post: what is left of it."""
    frm = frame(view, site.base, site.asof)
    here = one.text is not None
    said = views.statements(connection, view.id, post=one.number, limit=STATEMENTS_OF_POST) if here else []
    said = repaired(connection, view.id, view.language, said)
    ledger = views.ledger(connection, view.id)
    marked = marks(connection, ledger, [one])
    address = f"{site.root}/{view.slug}/p/{one.number}"
    return document(
        "post_page.html",
        site,
        view.language,
        title=posts.heading(frm, one),
        story=view,
        frame=frm,
        clock=frm.clock,
        post=one,
        article=posts.article(frm, one, "page", marked.get(one.number, ())),
        sayings=[parts.saying(frm, each, one.shown_at) for each in _in_order(said)],
        history=_history(frm, one),
        replies=[each for each in ledger.replies if here and each.post == one.number],
        day=lambda date: counted.day(date, frm.language),
        holding=paging.holding(one.number, view.posts, site.page_size),
        **following(view, site, f"/p/{one.number}", _shows(view, one)),
        jsonld=jsonld.single(site, frm, view, one) if here else "",
        **share(site, frm, view, address, posts.blurb(one), posts.picture(one), one),
    )


def _shows(view: StoryView, one: PostView) -> str:
    """What a post's page shows: itself, who says what in it, replies, and the next post as soon as there is one."""
    number = one.number
    beside = "" if number < view.posts else f" put:{number + 1}"
    return f"put:{number} tombstone:{number} ledger:{number} claim:0{beside}"


def _in_order(said: Sequence[StatementView]) -> list[StatementView]:
    return sorted(parts.tellable(said), key=lambda each: each.number)


def corrections(connection: Connection, site: Site, view: StoryView) -> bytes:
    """Everything that was changed after it had appeared, and why."""
    frm = frame(view, site.base, site.asof)
    corrected = views.corrections(connection, view.id)
    shown = views.shown_at(connection, view.id, {each.post for each in corrected})
    told = [_correction(frm, each, shown.get(each.post, each.at)) for each in corrected]
    told += [_retraction(frm, each) for each in views.retractions(connection, view.id)]
    told.sort(key=lambda each: each.at, reverse=True)
    return document(
        "corrections.html",
        site,
        view.language,
        title=f"{translator(view.language).gettext('Corrections')}: {view.title}",
        url=f"{site.root}/{view.slug}/corrections",
        story=view,
        frame=frm,
        clock=frm.clock,
        corrections=told,
        **following(view, site, "/corrections", "corrections"),
        jsonld=jsonld.corrections(site, frm, view, [_commented(site, view, each) for each in told[:COMMENTS]]),
    )


def _commented(site: Site, view: StoryView, told: Told) -> tuple[str, int, str]:
    text = f"{told.label}: {told.note}" if told.note else told.label
    return f"{site.root}/{view.slug}/p/{told.post}", told.at, text


def error(site: Site, language: str, status: int, detail: str, story_path: str = "", *, desk: bool = False) -> bytes:
    """A page for what went wrong, with a way out: the desk, the story, else the list."""
    gettext = translator(language).gettext
    out = (f"{site.base}/", gettext("All live coverage"))
    if desk:
        out = (f"{site.base}/desk/", gettext("Back to the desk"))
    elif story_path:
        out = (story_path, gettext("To the live coverage"))
    titles = {404: gettext("There is nothing here"), 410: gettext("This is gone"), 500: gettext("Something went wrong")}
    return document(
        "error.html",
        site,
        language,
        title=titles.get(status, gettext("That didn’t work")),
        status=status,
        detail=detail,
        way_out=out[0],
        way_out_label=out[1],
    )


def document(name: str, site: Site, language: str, /, **values: Any) -> bytes:
    """A whole page from a template, as bytes."""
    return render(name, language, site=site, base=site.base, language=language, **values).encode()


def _newest(post: PostView) -> int:
    return -post.number


def share(
    site: Site, frm: Frame, view: StoryView, url: str, blurb: str, image: Media | None, one: PostView | None = None
) -> dict[str, Any]:
    """What meta.html takes: title and image for the cards of other sites, times, the page's own address."""
    told = frm.clock
    published = one.shown_at if one else view.first_post_at if view.first_post_at is not None else view.opened_at
    return {
        "url": url,
        "blurb": posts.shortened(blurb, posts.BLURB),
        "locale": og_locale(view.language),
        "published": told.iso(published),
        "modified": told.iso(max(one.changed_at, one.shown_at) if one else view.changed_at),
        "image": _image(site, image),
    }


def _image(site: Site, media: Media | None) -> dict[str, Any] | None:
    if media is None:
        return None
    width = pictures.share_width(media.width)
    height = round(media.height * width / media.width)
    return {"url": site.root + pictures.share(media), "width": width, "height": height, "alt": media.alt}


def _orders(frm: Frame, leaf: Leaf) -> list[tuple[str, str, str]]:
    gettext = translator(frm.language).gettext
    newest = "" if leaf.page is None else f"?page={leaf.page}"
    return [
        ("newest", newest, gettext("Newest first")),
        ("oldest", "?order=oldest" + (f"&page={leaf.page}" if leaf.page else ""), gettext("Oldest first")),
    ]


def _pages(frm: Frame, leaf: Leaf) -> list[tuple[str, str]]:
    gettext = translator(frm.language).gettext
    found = [(gettext("Earlier posts"), leaf.older), (gettext("Later posts"), leaf.newer)]
    return [(label, query) for label, query in found if query is not None]


def _history(frm: Frame, one: PostView) -> list[tuple[int, str, str]]:
    gettext = translator(frm.language).gettext
    told = [(one.published_at, gettext("Published"), "")]
    told += [(each.at, words.correction(frm.language, each.correction), each.note) for each in one.history]
    if one.text is None:
        told.append((one.changed_at, words.tombstone(frm.language, one.state, undo=one.undo), one.note))
    return told


def _correction(frm: Frame, each: RevisionView, shown_at: int) -> Told:
    return Told(each.post, shown_at, each.at, words.correction(frm.language, each.correction), each.note)


def _retraction(frm: Frame, each: PostView) -> Told:
    return Told(each.number, each.shown_at, each.changed_at, words.tombstone(frm.language, each.state), each.note)


def following(view: StoryView, site: Site, at: str, shows: str) -> dict[str, Any]:
    """What open.html takes: the page's address below the story's, and the changes after which it is another one."""
    live = view.state == "open" and site.asof is None
    return {"live": live, "at": f"{site.base}/{view.slug}{at}", "shows": shows, "words": script_words(view.language)}


def script_words(language: str) -> str:
    """What the page's script says, as JSON; {n} is a number."""
    told = translator(language)
    gettext, ngettext = told.gettext, told.ngettext
    said = {
        "one": ngettext("Show {n} new post", "Show {n} new posts", 1),
        "other": ngettext("Show {n} new post", "Show {n} new posts", 2),
        "saidOne": ngettext("{n} new post", "{n} new posts", 1),
        "saidOther": ngettext("{n} new post", "{n} new posts", 2),
        "live": gettext("Live"),
        "ended": gettext("Ended"),
        "paused": gettext("Paused"),
        "lost": gettext("No connection"),
        "pause": gettext("Pause"),
        "resume": gettext("Resume"),
        "changed": gettext("A post was changed"),
        "gone": gettext("A post was retracted"),
        "now": gettext("just now"),
        "since": gettext("New since your last visit"),
        "copied": gettext("Link copied"),
        "fresh": gettext("This page was updated"),
        "over": gettext("This is gone"),
        "back": gettext("To the live coverage"),
    }
    return msgspec.json.encode(said).decode()
