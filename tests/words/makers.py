"""Makers of ledger nouns for tests: the cast of the worked examples, counts in a line, gold from tests/data/ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from depesche.words.claims import Count, Measure, Period
from depesche.words.copy import Approximator, Figure
from depesche.words.parties import Cast, Chain, Outlet, Party, PartyKind, Side

GOLD = Path(__file__).parent.parent / "data" / "ledger"
MEASURES = {
    "killed": Measure("killed", part_of="killed_or_wounded"),
    "wounded": Measure("wounded", part_of="killed_or_wounded"),
    "killed_or_wounded": Measure("killed_or_wounded"),
    "sent": Measure("sent"),
}
KINDS: dict[str, tuple[PartyKind, str]] = {
    "russia": ("state", ""),
    "dprk": ("state", ""),
    "ukraine": ("state", ""),
    "rok": ("state", ""),
    "usa": ("state", ""),
    "russian_army": ("armed_force", "russia"),
    "gerasimov": ("person", "russian_army"),
    "commander": ("person", "russian_army"),
    "kcna": ("agency", "dprk"),
    "kim": ("person", "dprk"),
    "ua_staff": ("armed_force", "ukraine"),
    "zelensky": ("person", "ukraine"),
    "ua_intelligence": ("intelligence", "ukraine"),
    "us_intelligence": ("intelligence", "usa"),
    "nis": ("intelligence", "rok"),
    "lee": ("person", "rok"),
    "rok_army": ("armed_force", "rok"),
    "official": ("unnamed", "usa"),
}
CAST = Cast(
    parties={name: Party(name, kind, {"en": name}, org) for name, (kind, org) in KINDS.items()},
    outlets={
        **{name: Outlet(name, name, "wire") for name in ("reuters", "ap", "afp", "dpa")},
        **{name: Outlet(name, name, "private") for name in ("kyiv_independent", "outlet")},
        "kbs": Outlet("kbs", "KBS", "public"),
        "kcna": Outlet("kcna", "KCNA", "state_media", controlled_by="dprk"),
        "tass": Outlet("tass", "TASS", "state_media", controlled_by="russia"),
    },
    sides=(Side("russia", "moscow"), Side("dprk", "moscow"), Side("ukraine", "kyiv")),
)


def day(text: str) -> dt.date | None:
    """The date of an ISO text, None for an empty one."""
    return dt.date.fromisoformat(text) if text else None


def chain(*hops: str) -> Chain:
    """A chain from the nearest outlet to the root."""
    return Chain(hops)


def count(
    number: int,
    said: str,
    measure: str,
    lo: float | None,
    *hops: str,
    hi: float | None = None,
    how: Approximator = "exact",
    **more: Any,
) -> Count:
    """A count whose words are its numbers; `hi` is `lo` unless given. More fields as in Count."""
    high = lo if hi is None else hi
    increment, unit = more.pop("increment", False), more.pop("unit", "")
    figure = Figure((0, 1), more.pop("words", f"{how} {lo}"), lo, high, how, measure, unit, "", increment)
    more.setdefault("population", "soldiers")
    more.setdefault("chain", chain(*hops))
    return Count((number, 0), figure, measure, said=day(said), **more)


def renumbered(counts: Mapping[str, Count], arrival: Iterable[str]) -> dict[str, Count]:
    """The counts by name, numbered in the order of their arrival."""
    return {name: replace(counts[name], ref=(n, 0)) for n, name in enumerate(arrival, 1)}


def gold_pairs(name: str, file: str = "pairs.json") -> list[dict[str, Any]]:
    """The pairs of this file in tests/data/ledger under this name, `one` and `other` turned into counts."""
    pairs: list[dict[str, Any]] = json.loads((GOLD / file).read_text("utf-8"))[name]
    return [{**each, "one": _gold(1, each["one"]), "other": _gold(2, each["other"])} for each in pairs]


def _gold(number: int, said: dict[str, Any]) -> Count:
    figure = Figure(
        (0, len(said["words"])),
        said["words"],
        said["lo"],
        said["hi"],
        said["how"],
        said["measure"],
        said.get("unit", ""),
        increment=said.get("increment", False),
    )
    hops = tuple(hop for hop in (said.get("via"), said.get("by", "")) if hop is not None)
    return Count(
        (number, 0),
        figure,
        said["measure"],
        said.get("population", ""),
        said.get("place", ""),
        Period(day(said.get("first", "")), day(said.get("last", ""))),
        Chain(hops),
        day(said.get("said", "")),
    )
