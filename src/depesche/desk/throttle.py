"""How often somebody may try to sign in before having to wait, and for how long exactly.

In: a login name, an address, the time (seconds, any steady clock). Out: whole seconds to wait, 0 to go on. Kept in
memory and bounded. Never: an editor locked out because strangers guess at the same account from elsewhere.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict, deque

from msgspec import Struct


class Rule(Struct, frozen=True):
    """At most `most` failures in `window` seconds."""

    most: int
    window: float


PAIR = Rule(5, 300)
"""One account from one address: a person who mistypes needs three tries, a sixth guess waits up to five minutes."""
ADDRESS = Rule(30, 600)
"""Any accounts from one address: a newsroom behind one router may be clumsy together."""
ACCOUNT = Rule(30, 600)
"""One account from anywhere: 30 guesses in ten minutes are 4,320 a day, hopeless against ten random characters."""
FEWEST = 3
"""Tries that each process of many lets pass, or a person who mistypes twice would have to wait."""
MOST_KEYS = 20_000
"""Keys remembered: some 4 MB; the one least recently seen is forgotten first."""

_Key = tuple[str, str, str]


class Throttle:
    """Counts tries. `wait` counts one, `succeeded` takes it back; in between nobody can race past the limit."""

    def __init__(self, crew: int = 1) -> None:
        """Count in one of so many processes: each lets its share of tries pass."""
        self._crew = crew
        self._tries: OrderedDict[_Key, deque[float]] = OrderedDict()
        self._known: OrderedDict[_Key, None] = OrderedDict()

    def wait(self, login: str, address: str, now: float) -> int:
        """Seconds until another try makes sense, 0: this try is counted and may go on."""
        keys = self._rules(login, address)
        waits = [self._left(key, rule, now) for key, rule in keys]
        if max(waits) > 0:
            return math.ceil(max(waits))
        for key, _ in keys:
            self._tries.setdefault(key, deque()).append(now)
            self._tries.move_to_end(key)
        while len(self._tries) > MOST_KEYS:
            self._tries.popitem(last=False)
        return 0

    def succeeded(self, login: str, address: str) -> None:
        """The last try was right: it counts as no failure, and this account is at home at this address from now on."""
        for key, _ in self._rules(login, address):
            tries = self._tries.get(key)
            if tries:
                tries.pop()
        pair = ("pair", login, _network(address))
        self._tries.pop(pair, None)
        self._known[pair] = None
        self._known.move_to_end(pair)
        while len(self._known) > MOST_KEYS:
            self._known.popitem(last=False)

    def _rules(self, login: str, address: str) -> list[tuple[_Key, Rule]]:
        network = _network(address)
        pair = ("pair", login, network)
        rules = [(pair, PAIR), (("address", "", network), ADDRESS)]
        return rules if pair in self._known else [*rules, (("account", login, ""), ACCOUNT)]

    def _left(self, key: _Key, rule: Rule, now: float) -> float:
        tries = self._tries.get(key)
        if not tries:
            return 0.0
        while tries and tries[0] <= now - rule.window:
            tries.popleft()
        if not tries:
            del self._tries[key]
        most = min(rule.most, max(FEWEST, -(-rule.most // self._crew)))
        return tries[-most] + rule.window - now if len(tries) >= most else 0.0


def _network(address: str) -> str:
    """The address, for IPv6 its /64: whoever has one address of it has all (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
