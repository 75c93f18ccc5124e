"""Where a claim stands, in words for readers: the fixed labels, the part of the card for a line, who says what.

In: keys of the ledger, names. Out: words in the story's language; the German stands in claims.po. Never: a percentage,
a colour that means something, or the word "confirmed", which is something that a party does. Changing a sentence here
changes what old pages say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from depesche.render.i18n import translator
from depesche.words.claims import RelationKind, Sourcing, Stance
from depesche.words.parties import Cast, Chain, is_outlet, roots
from depesche.words.sourcing import Label

Group: TypeAlias = Literal["known", "contested", "open"]

LABELS: dict[Label, str] = {
    "open": "Open",
    "one_source": "One source",
    "one_side": "One side",
    "several": "Several sources",
    "contested": "Contested",
    "conceded": "Conceded",
    "unverifiable": "Can’t be verified independently at present",
    "verified": "Checked by us",
    "refuted": "Refuted",
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}
"""What a line begins with: msgids in the context "standing"."""
MEANINGS: dict[Label, str] = {
    "open": "Nobody answers it, or nobody has weighed the answers yet.",
    "one_source": "Everybody who says so has it from one source, or from one that nobody names.",
    "one_side": "Several say so, but they stand on one side or belong together.",
    "several": "Sources that don’t belong together say the same; nobody denies it.",
    "contested": "Some say so, others deny it or give figures that don’t fit.",
    "conceded": "Somebody admits what they denied before, or what speaks against them.",
    "unverifiable": "We tried to check it, or nobody can at present.",
    "verified": "We have checked it ourselves.",
    "refuted": "There is evidence that it is false. Two editors looked at it.",
    "superseded": "The same source has said something newer.",
    "withdrawn": "Whoever said so has taken it back.",
}
"""What each of them means, for whoever meets the word for the first time: msgids in the context "standing means"."""
UNKNOWN: dict[Label, str] = {
    "one_source": "The sources of those who say so aren’t known.",
    "one_side": "Several say so; whether they have it from different sources isn’t known.",
}
"""What it means where sources are unknown: all of one source, some of one side. In the same context."""
GROUPS: dict[str, Group] = {
    "verified": "known",
    "refuted": "known",
    "conceded": "known",
    "several": "known",
    "contested": "contested",
    "open": "open",
    "one_source": "open",
    "unverifiable": "open",
    "withdrawn": "open",
}
"""The part of the card where a standing belongs; what is superseded stands on its own page only."""
TITLES: dict[Group, str] = {"known": "What is known", "contested": "What is contested", "open": "What is open"}
"""The headings of the card: msgids."""
STANCES: dict[Stance, tuple[str, str]] = {
    "affirms": ("Yes", "Say so"),
    "figure": ("With a figure", "With a figure"),
    "denies": ("No", "Deny it"),
    "partly": ("In part", "In part"),
    "no_info": ("No information", "No information"),
}
"""Who says what to a question that takes yes or no, and to any other: msgids in the context "stance"."""

RELATIONS: dict[RelationKind, str] = {
    "repeats": "repeats what %(who)s said",
    "supports": "supports what %(who)s says",
    "denies": "denies what %(who)s says",
    "contradicts": "contradicts what %(who)s says",
    "updates": "brings up to date what %(who)s said",
    "qualifies": "qualifies what %(who)s said",
    "reverses": "reverses what %(who)s said",
    "corrects": "corrects what %(who)s said",
    "withdraws": "takes back what %(who)s said",
    "translates": "translates what %(who)s said",
}
"""What an editor accepted that one statement is to an earlier one: msgids in the context "relation"."""


def label(language: str, key: Label) -> str:
    """The words that a line begins with."""
    return translator(language).pgettext("standing", LABELS[key])


def meaning(language: str, key: Label, sourcing: Sourcing) -> str:
    """What the label means, in a sentence that is true of these sources."""
    yes = sourcing.affirming
    unknown = yes.unknown and (key == "one_side" or not yes.roots)
    told = UNKNOWN.get(key, MEANINGS[key]) if unknown else MEANINGS[key]
    return translator(language).pgettext("standing means", told)


def title(language: str, group: Group) -> str:
    """The heading of a part of the card."""
    return translator(language).gettext(TITLES[group])


def stance(language: str, key: Stance, *, yes_no: bool) -> str:
    """What stands before those who say it."""
    return translator(language).pgettext("stance", STANCES[key][0 if yes_no else 1])


def relation(language: str, kind: RelationKind, who: str) -> str:
    """What a statement does to that of somebody."""
    return translator(language).pgettext("relation", RELATIONS[kind]) % {"who": who}


def name(party: str, cast: Cast, language: str) -> str:
    """A party's or an outlet's name in this language, or in any; whoever the house doesn't know is named as it was."""
    known = cast.parties.get(party)
    if known is not None:
        primary = language.partition("-")[0].lower()
        found = known.names.get(primary) or known.names.get("en") or next(iter(known.names.values()), "")
        if found:
            return found
    outlet = cast.outlets.get(party)
    return (outlet.name if outlet is not None else "") or party


def speakers(chain: Chain, cast: Cast, language: str) -> list[str]:
    """Whom a chain ends with, named: the root, or the parties that nobody can tell apart; empty when it is unknown."""
    ends = chain.jointly or chain.hops[-1:]
    return [found for found in (name(each, cast, language) for each in ends) if found]


def through(chain: Chain, cast: Cast, language: str) -> list[str]:
    """Whom we know it from, the nearest first, without the root; hops that a text doesn't name are left out."""
    hops = chain.hops if chain.jointly else chain.hops[:-1]
    return [found for found in (name(each, cast, language) for each in hops) if found]


def reports(chain: Chain, cast: Cast) -> bool:
    """True when the chain ends with an outlet that only reports: whom it has it from nobody knows."""
    last = chain.hops[-1] if chain.hops and not chain.jointly else ""
    return is_outlet(last, cast) and not roots(chain, cast)


def whose(chain: Chain, cast: Cast, language: str, called: str = "") -> str:
    """Whose word it is, for readers: the root's, else that of whoever the text calls so; "" when nobody knows."""
    return "" if reports(chain, cast) else ", ".join(speakers(chain, cast, language)) or called


def way(chain: Chain, cast: Cast, language: str) -> list[str]:
    """Whom readers know it from, the nearest first: an outlet that only reports is on the way, wherever it stands."""
    end = speakers(chain, cast, language) if reports(chain, cast) else []
    return [*through(chain, cast, language), *end]


def unknown(language: str, outlets: Sequence[str], most: int = 1) -> str:
    """What stands for roots that nobody knows: "unknown source, according to AFP"; nobody is made one for it."""
    told = translator(language)
    if not outlets:
        return told.gettext("unknown source")
    said = told.ngettext(
        "unknown source, according to %(outlets)s", "unknown sources, according to %(outlets)s", len({*outlets})
    )
    return said % {"outlets": listed(language, outlets, most)}


def listed(language: str, names: Iterable[str], most: int) -> str:
    """Names in a row, each once, the first `most` of them: "NIS, Selenskyj und 3 weitere"."""
    each_once: Sequence[str] = list(dict.fromkeys(names))
    shown, rest = each_once[:most], len(each_once) - most
    return more(language, ", ".join(shown), rest) if rest > 0 else ", ".join(shown)


def more(language: str, shown: str, rest: int) -> str:
    """What is shown, and how many more there are."""
    told = translator(language).ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", rest)
    return told % {"names": shown, "n": rest}
