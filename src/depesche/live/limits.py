"""How many streams this process may hold: each is an open file to the system.

In: how many are wanted. Out: the limit raised as far as it goes without rights, and the number that fits below it.
Never: a server that accepts readers until it can't open the database any more.
"""

from __future__ import annotations

import logging
import sys

log = logging.getLogger(__name__)

SPARE = 400
"""Files for everything else: the database's connections, pages that are fetched meanwhile, logs, libraries."""


def room(wanted: int) -> int:
    """The number of streams that can be held, `wanted` or fewer: raises the limit, or logs what to do."""
    files = raise_files(wanted + SPARE)
    if files >= wanted + SPARE:
        return wanted
    fit = max(files - SPARE, files // 2)
    log.warning(
        "only %d of %d streams fit: this process may open %d files. Raise the limit (ulimit -n, or LimitNOFILE in "
        "the systemd unit) to %d, or set DEPESCHE_MAX_STREAMS lower",
        fit,
        wanted,
        files,
        wanted + SPARE,
    )
    return fit


def raise_files(wanted: int) -> int:
    """Let this process open `wanted` files, or as many as the system's hard limit allows; gives back how many."""
    if sys.platform == "win32":
        return wanted  # there is no such limit on sockets
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    endless = resource.RLIM_INFINITY
    if soft == endless or soft >= wanted:
        return wanted if soft == endless else soft
    most = wanted if hard == endless else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
