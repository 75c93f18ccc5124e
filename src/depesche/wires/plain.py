"""Plain text, pasted or in a file, and single HTML pages: the wire that takes what no other knows.

In: bytes in any encoding. Out: one copy with the text as it stands; of HTML only the words. Never: bytes of a picture
or of an office document taken for text.
"""

from __future__ import annotations

from depesche.plugins import Received, WireError
from depesche.wires.markup import looks_like_html, plain_text
from depesche.words.copy import Copy
from depesche.words.text import decode

_FOREIGN = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zipped document (Word, OpenDocument)"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"SQLite format 3\x00", "a database"),
)
"""First bytes of what people choose by mistake, and what to call it."""


class Plain:
    """Text as it is."""

    name = "plain"

    def knows(self, data: bytes, received: Received) -> bool:
        """True: whatever it is, it may be text."""
        return True

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """One copy, or none of nothing. Raises WireError for files that are no text."""
        for mark, kind in _FOREIGN:
            if data.startswith(mark):
                raise WireError(f"This is {kind}, not text. Copy its words and paste them.")
        text, notes = decode(data, received.charset)
        if received.media_type in ("text/html", "application/xhtml+xml") or (
            received.media_type != "text/plain" and looks_like_html(text)
        ):
            text, notes = plain_text(text), (*notes, "markup removed")
        return [Copy(id="", wire=self.name, text=text, notes=notes)] if text.strip() else []
