"""What is logged, and how: one line an event, with the id of the request that it belongs to.

In: log records. Out: text for a terminal, JSON lines for a collector. Never: an address of a reader, a name, a token, a
cookie, a query or a text; where a line must point at something, it has the random id.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from contextvars import ContextVar
from typing import Literal, TextIO

import msgspec

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; "" outside of one."""


class JsonLines(logging.Formatter):
    """One JSON object a line; what a call gave as `extra={"fields": {...}}` stands beside time, level and text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for this record."""
        line = {
            "at": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "text": record.getMessage(),
        }
        if request := request_id.get():
            line["request"] = request
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


class TextLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for this record, and the trace of an error below it."""
        fields = " ".join(f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        parts = (f"{_time(record):%H:%M:%S}", record.levelname.lower(), request_id.get(), record.getMessage(), fields)
        line = " ".join(filter(None, parts))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(form: Literal["auto", "text", "json"], stream: TextIO | None = None, *, quiet: bool = False) -> None:
    """Send everything that is logged to `stream` (else stderr) in this form; `quiet`: warnings and errors only."""
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    out = logging.StreamHandler(stream)
    out.setFormatter(TextLines() if as_text else JsonLines())
    root = logging.getLogger()
    root.handlers = [out]
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"  # it would log addresses of readers
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its every start would say which database it is


def _time(record: logging.LogRecord) -> dt.datetime:
    return dt.datetime.fromtimestamp(record.created, dt.UTC)
