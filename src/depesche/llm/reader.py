"""The reader "llm": asks a model, keeps what stands in the text, and lets the built-in reader read when anything fails.

In: a text. Out: a Reading, always: sentences and lints are the built-in reader's, statements the model's where they
hold. A Reading that the built-in reader had to make alone carries that reader's name, and a warning is in the log.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time

from msgspec.structs import replace

from depesche.llm import question
from depesche.llm.check import checked
from depesche.plugins import Reader
from depesche.settings import LLM_KEY, Settings, SettingsError
from depesche.words.copy import Reading

try:
    from depesche.llm.endpoint import Endpoint, Unanswered
except ModuleNotFoundError as error:
    raise SettingsError("llm_url: the reader llm isn't installed: pip install 'depesche[llm]'") from error

log = logging.getLogger(__name__)

LONGEST = 40_000
"""Characters: some 10,000 tokens, which any model of today takes, and ten times a long agency item."""
FAILURES, PAUSE = 3, 60.0
"""After so many failures in a row nobody waits for the endpoint for so many seconds."""


class Asking:
    """A reader that does I/O: texts go to the endpoint."""

    name = "llm"

    def __init__(self, endpoint: Endpoint, model: str, instead: Reader) -> None:
        self._endpoint = endpoint
        self._model = model
        self._instead = instead
        self._lock = threading.Lock()
        self._failed, self._until = 0, 0.0

    @classmethod
    def of(cls, settings: Settings, instead: Reader) -> Asking:
        """The reader that these settings describe, with the key from the environment."""
        endpoint = Endpoint(settings.llm_url, os.environ.get(LLM_KEY, "").strip(), seconds=settings.llm_seconds)
        return cls(endpoint, settings.llm_model, instead)

    def read(
        self, text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
    ) -> Reading:
        """The statements of this text."""
        found = self._instead.read(text, language=language, published=published, title=title)
        if not text.strip():
            return found
        try:
            answer = self._ask(text, found.language)
        except Unanswered as error:
            log.warning("A text of %d characters was read by the reader %s: %s", len(text), self._instead.name, error)
            return found
        return replace(found, statements=checked(text, answer.statements, found), reader=self.name)

    def _ask(self, text: str, language: str) -> question.Answer:
        if len(text) > LONGEST:
            raise Unanswered(f"the endpoint is asked about {LONGEST:,} characters at most")
        with self._lock:
            if time.monotonic() < self._until:
                raise Unanswered("the endpoint failed again and again, and is left alone for a minute")
        try:
            answer = self._endpoint.ask(question.body(text, self._model, language))
        except Unanswered as error:
            self._note(failed=True)
            raise Unanswered(f"the endpoint gave {error}") from error
        self._note(failed=False)
        return answer

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            if self._failed >= FAILURES:
                self._failed, self._until = 0, time.monotonic() + PAUSE
