"""What a bus must do: the Bell and the Bus that memory, postgres and nats are forms of.

In: a bell after each durable change. Out: the same bell to everybody who listens, in every process on the bus. Never:
content. A bell may be lost, doubled or late, because whoever hears it reads the journal, and looks there now and
then without being rung.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec import Struct


class Bell(Struct, frozen=True):
    """ "Story S is now at edition N (seq M)": all that travels on the bus. `story` is the id of the stream."""

    story: str
    edition: int
    seq: int


Listener: TypeAlias = Callable[[Bell], None]
"""Called on the event loop; must return at once and raise nothing."""


class Bus(Protocol):
    """A doorbell. Every form of it passes the same tests (tests/bus).

    app.py makes it, opens it before the hub starts and closes it after the hub has ended. A process that never opens it
    (the CLI) may still ring: a bus that needs a connection then drops the bell, and the hubs find the change by
    themselves within seconds.
    """

    async def open(self) -> None:
        """Begin to work in the running event loop. A server that can't be reached is no error: it is tried again
        until `close`, and `up` is False meanwhile.
        """

    async def close(self) -> None:
        """Stop. Bells on their way may be lost; listeners are no longer called. Closing twice is allowed."""

    def ring(self, bell: Bell) -> None:
        """Tell everybody who listens, those in this process too. From any thread; never blocks and never raises:
        an editor's acknowledgement does not wait for a bus, nor fail with it.
        """

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each bell from now on, in the running event loop and in no other thread. The function
        that is given back ends that. Bells of one story that one process rang arrive in order, if they arrive.
        """

    @property
    def up(self) -> bool:
        """True when a bell that is rung now will most likely be heard in every process."""
