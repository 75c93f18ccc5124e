"""The house: everything that a request may need, made once by app.py and given to each `routes(house)`.

In: the parts that app.create has opened. Out: one frozen value. Nothing here does anything; whoever needs a part takes
it from the house instead of importing an instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depesche.bus.base import Bus
    from depesche.desk.desk import Desk
    from depesche.desk.intake import Intake
    from depesche.desk.media import Media
    from depesche.desk.people import People
    from depesche.journal.log import Journal
    from depesche.live.hub import Hub
    from depesche.plugins import Plugins
    from depesche.settings import Settings
    from depesche.web.berth import Berth
    from depesche.web.kiosk import Kiosk
    from depesche.web.tally import Tally


@dataclass(frozen=True, slots=True)
class House:
    """The parts of a running Depesche."""

    settings: Settings
    journal: Journal
    desk: Desk
    intake: Intake
    bus: Bus
    hub: Hub
    plugins: Plugins
    people: People
    media: Media
    kiosk: Kiosk
    tally: Tally
    berth: Berth | None = None
