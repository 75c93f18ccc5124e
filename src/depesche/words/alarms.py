"""Which copy a post's words came from, and the alarm when a wire corrects or kills that copy.

In: what editors adopted, and newer versions of copy. Out: changes of the desk's side, and Upstream, their fold. An
alarm belongs to one post and one copy; it is open until an editor corrects or retracts the post, or says why it stands.
Never: a word of a post or of copy in a change (a reason is the editor's own), or anything of this in public.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from depesche.words.bases import Change

How: TypeAlias = Literal["adopted", "words"]
"""How it is known that a post came from a copy: an editor adopted words of it, or both have a run of words."""
AlarmState: TypeAlias = Literal["open", "dismissed", "answered"]
MOST_USED = 50
"""Copies that one post may come from: an overview of a day has a dozen."""

_OBJECT = re.compile(r"alarm:([1-9][0-9]{0,9}):(.+)", re.DOTALL)


class CopyRef(Struct, frozen=True, omit_defaults=True):
    """A version of a copy, by the copy's id."""

    copy: str
    version: int = 1


class Affected(Struct, frozen=True, omit_defaults=True):
    """A post that came from version `used` of a copy, and its statements whose words stood there."""

    post: int
    used: int = 1
    how: How = "adopted"
    statements: tuple[int, ...] = ()


class CopyUsed(Change, frozen=True):
    """Words of a post came from these versions of copy: its editor adopted them, or a program said so."""

    about: ClassVar[str] = "used:{0.post}"  # not the post: it never conflicts with writing
    post: int
    revision: int
    copies: tuple[CopyRef, ...]


class _OfAlarm(Change, frozen=True):
    post: int
    copy: str
    version: int

    @property
    def object(self) -> str:
        """The alarm: one of a post and a copy, whatever the version."""
        return thing(self.post, self.copy)


class AlarmRaised(_OfAlarm, frozen=True):
    """A copy that a post came from (version `used`) was corrected or, with `killed`, taken back by its wire."""

    used: int = 1
    killed: bool = False
    how: How = "adopted"
    statements: tuple[int, ...] = ()


class AlarmDismissed(_OfAlarm, frozen=True):
    """An editor looked at it and leaves the post as it is, for this reason."""

    reason: str


class AlarmReopened(_OfAlarm, frozen=True):
    """Dismissing it was a mistake."""


class AlarmAnswered(_OfAlarm, frozen=True):
    """The post was corrected (as this revision) or retracted because of it."""

    by: Literal["corrected", "retracted"] = "corrected"
    revision: int = 0


AlarmChange: TypeAlias = CopyUsed | AlarmRaised | AlarmDismissed | AlarmReopened | AlarmAnswered


class Flag(Struct):
    """The alarm of a post and a copy. `since` is when it was raised and not yet settled (microseconds UTC)."""

    version: int
    killed: bool
    since: int
    state: AlarmState = "open"


class Upstream(Struct):
    """The fold. `used` has, by post and copy, the version that the words came from or that was settled since.

    `flags` has the alarms by post and copy. `killed` has the copies whose latest version here was taken back.
    """

    used: dict[int, dict[str, int]] = field(default_factory=dict)
    flags: dict[int, dict[str, Flag]] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)


def thing(post: int, copy: str) -> str:
    """The object of the alarm of this post and this copy."""
    return f"alarm:{post}:{copy}"


def recalled(upstream: Upstream, post: int) -> bool:
    """True when the wires took back all copy that a post came from, and nobody said that it stands all the same."""
    copies, flags = upstream.used.get(post, {}), upstream.flags.get(post, {})
    stands = any(flag.state == "dismissed" for flag in flags.values())
    return bool(copies) and not stands and all(copy in upstream.killed for copy in copies)


def open_alarms(upstream: Upstream, post: int) -> tuple[CopyRef, ...]:
    """The alarms of a post that wait for somebody, each with the version that raised it."""
    found = upstream.flags.get(post, {})
    return tuple(CopyRef(copy, flag.version) for copy, flag in sorted(found.items()) if flag.state == "open")


def follow(upstream: Upstream, change: AlarmChange, at: int) -> None:
    """Update the fold. Total: what `decide` would never have made does no harm."""
    used = upstream.used.setdefault(change.post, {})
    if isinstance(change, CopyUsed):
        for ref in change.copies:
            # words of an older version may still stand in the post
            used[ref.copy] = min(ref.version, used.get(ref.copy, ref.version))
        return
    flags = upstream.flags.setdefault(change.post, {})
    before = flags.get(change.copy)
    if isinstance(change, AlarmRaised):
        since = before.since if before is not None and before.state == "open" else at
        flags[change.copy] = Flag(change.version, change.killed, since)
        used.setdefault(change.copy, change.used)
        upstream.killed.pop(change.copy, None)
        if change.killed:
            upstream.killed[change.copy] = change.version
        return
    flag = flags.setdefault(change.copy, Flag(change.version, False, at))
    if isinstance(change, AlarmReopened):
        flag.state = "open"
        return
    flag.state = "dismissed" if isinstance(change, AlarmDismissed) else "answered"
    used[change.copy] = max(change.version, used.get(change.copy, 0))


def bury(upstream: Upstream, kind: str, object: str) -> None:
    """Follow an entry whose body was erased: a reason may have repeated the post's words."""
    match = _OBJECT.fullmatch(object)
    flag = upstream.flags.get(int(match[1]), {}).get(match[2]) if match else None
    if match and flag is not None and kind == "AlarmDismissed":
        flag.state = "dismissed"
        used = upstream.used.setdefault(int(match[1]), {})
        used[match[2]] = max(flag.version, used.get(match[2], 0))


def alarm_of(object: str) -> tuple[int, str] | None:
    """Post and copy of an alarm's object."""
    match = _OBJECT.fullmatch(object)
    return (int(match[1]), match[2]) if match else None


def using(upstream: Upstream, post: int, revision: int, copies: Iterable[CopyRef]) -> list[CopyUsed]:
    """What to note of the copy that the new words of a post came from: nothing that is known already."""
    known = upstream.used.get(post, {})
    oldest: dict[str, int] = {}
    for ref in copies:
        oldest[ref.copy] = min(ref.version, oldest.get(ref.copy, ref.version))
    fresh = tuple(CopyRef(copy, version) for copy, version in oldest.items() if version < known.get(copy, version + 1))
    return [CopyUsed(post, revision, fresh)] if fresh else []


def raising(
    upstream: Upstream, published: Collection[int], copy: str, version: int, killed: bool, posts: Iterable[Affected]
) -> list[AlarmRaised]:
    """The alarms that a newer version of a copy raises, for posts that readers see and that aren't beyond it."""
    made = {}
    for each in posts:
        settled = upstream.used.get(each.post, {}).get(copy, 0)
        flag = upstream.flags.get(each.post, {}).get(copy)
        told = flag is not None and flag.state == "open" and flag.version >= version
        if each.post in published and settled < version and each.used < version and not told:
            made[each.post] = AlarmRaised(each.post, copy, version, each.used, killed, each.how, each.statements)
    return [made[post] for post in sorted(made)]


def answering(
    upstream: Upstream,
    post: int,
    by: Literal["corrected", "retracted"],
    *,
    revision: int = 0,
    seen: Iterable[CopyRef] | None = None,
) -> list[AlarmAnswered]:
    """The open alarms that correcting or retracting a post answers: all, or those whose author had `seen` them."""
    waiting = open_alarms(upstream, post)
    if seen is not None:
        known = {ref.copy: ref.version for ref in seen}
        waiting = tuple(ref for ref in waiting if known.get(ref.copy, 0) >= ref.version)
    return [AlarmAnswered(post, ref.copy, ref.version, by, revision) for ref in waiting]
