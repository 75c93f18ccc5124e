"""The wires that come with Depesche: NewsML-G2, ninjs, feeds, plain text. Plug-ins like any other.

In: bytes from outside. Out: Copy. They import words and plugins only, and nothing here opens a file or a connection.
"""

from __future__ import annotations

from depesche.plugins import Wire, hookimpl
from depesche.wires.feeds import Feeds
from depesche.wires.newsml import Newsml
from depesche.wires.ninjs import Ninjs
from depesche.wires.plain import Plain


@hookimpl
def wires() -> list[Wire]:
    """The built-in wires; plain text comes last, because it takes anything that is text."""
    return [Newsml(), Ninjs(), Feeds(), Plain()]
