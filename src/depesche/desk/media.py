"""Pictures of the desk: developed, written to the folder, noted in the journal's tables.

In: uploaded bytes. Out: a Media for a post, or Unusable; and the path of a rendition. All files of a picture appear at
once, by one rename, after they are on the disk. Never: the bytes as they were uploaded (they tell where and by whom a
picture was taken), or a path made of what somebody sent.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from depesche.desk.access import Actor
from depesche.desk.desk import now_us
from depesche.desk.develop import Developed, Unusable, again, develop
from depesche.journal import stock, views
from depesche.journal.log import Journal
from depesche.journal.stock import MediaRow
from depesche.settings import Settings
from depesche.words import changes

log = logging.getLogger(__name__)

MASTER = "master.webp"
"""What is kept besides the renditions; its SHA-256 is the picture's id. It is never sent to anybody."""
FORGOTTEN = 7 * 24 * 3_600_000_000
"""A week (microseconds): a picture that no draft and no post has had by then was chosen by mistake."""
AT_ONCE = 20
"""Forgotten pictures that are removed with each upload: more than come in, so that they never pile up."""
_ID = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[1-9][0-9]{0,4}\.(?:webp|jpg)")


class Media:
    """The pictures in the folder. Everything blocks: call it in a thread."""

    def __init__(self, journal: Journal, settings: Settings, *, clock: Callable[[], int] = now_us) -> None:
        self._journal = journal
        self._clock = clock
        self._folder = settings.folder / "media"
        self._most_bytes = settings.max_image
        self._most_pixels = settings.max_pixels
        self._developing = threading.Lock()  # 40 megapixels take some 400 MB while they are developed

    def keep(self, data: bytes, *, actor: Actor) -> changes.Media | Unusable:
        """Develop a picture and keep it; the same picture again is kept once."""
        with self._developing:
            developed = develop(data, most_bytes=self._most_bytes, most_pixels=self._most_pixels)
        return developed if isinstance(developed, Unusable) else self._keep(developed, actor)

    def restore(self, media: str, master: bytes, *, actor: Actor) -> changes.Media | Unusable:
        """Keep a picture that another installation developed, by its master, whose digest is its id."""
        known = self.find(media)
        if known is not None and self.master(media) is not None:
            return known
        with self._developing:
            developed = again(master, most_bytes=self._most_bytes, most_pixels=self._most_pixels)
        if isinstance(developed, Unusable):
            return developed
        return self._keep(developed, actor) if developed.id == media else Unusable("picture_broken")

    def master(self, media: str) -> bytes | None:
        """The bytes from which the renditions were made: for an export that somebody carries elsewhere."""
        if not _ID.fullmatch(media):
            return None
        try:
            return (self._place(media) / MASTER).read_bytes()
        except OSError:
            return None

    def _keep(self, developed: Developed, actor: Actor) -> changes.Media | Unusable:
        try:
            self._write(developed)
        except OSError as error:
            log.error("the folder of the pictures can't be written: %s", error.strerror)
            return Unusable("picture_unkept")
        row = MediaRow(
            id=developed.id,
            width=developed.width,
            height=developed.height,
            size=len(developed.master),
            at=self._clock(),
            actor=actor.id,
        )
        with self._journal.shelving() as connection:
            stock.keep_media(connection, row)
        self.sweep_forgotten(row.at - FORGOTTEN)
        return changes.Media(id=developed.id, width=developed.width, height=developed.height)

    def find(self, media: str) -> changes.Media | None:
        """A picture that is kept, without the words beside it."""
        with self._journal.reading() as connection:
            row = stock.media(connection, media)
        return changes.Media(id=row.id, width=row.width, height=row.height) if row else None

    def file(self, media: str, name: str) -> Path | None:
        """The file of a rendition, None when there is none."""
        if not _ID.fullmatch(media) or not _NAME.fullmatch(name):
            return None
        path = self._place(media) / name
        return path if path.is_file() else None

    def is_public(self, media: str) -> bool:
        """True while a published post shows it. A retracted or expunged post shows nothing any more."""
        with self._journal.reading() as connection:
            return bool(_ID.fullmatch(media)) and stock.media_shown(connection, media)

    def of_post(self, story: str, number: int) -> set[str]:
        """The pictures of all revisions of a post: to be swept when it was expunged."""
        with self._journal.reading() as connection:
            past = views.revisions(connection, story, number)
        return {media.id for revision in past if revision.text for media in revision.text.media}

    def sweep_forgotten(self, before: int) -> int:
        """Remove pictures that came before this time and were never used; how many."""
        with self._journal.reading() as connection:
            forgotten = stock.forgotten_media(connection, before, AT_ONCE)
        return sum(self.sweep(media) for media in forgotten)

    def sweep(self, media: str) -> bool:
        """Remove a picture that no text uses any more, as after an expunge; True when it is gone."""
        with self._journal.shelving() as connection:
            if not _ID.fullmatch(media) or stock.media_used(connection, media):
                return False
            stock.drop_media(connection, media)
        shutil.rmtree(self._place(media), ignore_errors=True)
        return not self._place(media).exists()

    def _place(self, media: str) -> Path:
        return self._folder / media[:2] / media

    def _write(self, developed: Developed) -> None:
        place = self._place(developed.id)
        if place.is_dir():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        made = place.parent / f".{uuid.uuid4().hex}"
        made.mkdir()
        try:
            for name, data in {MASTER: developed.master, **developed.files}.items():
                _write_through(made / name, data)
            _sync(made)
            _rename(made, place)
            _sync(place.parent)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _rename(made: Path, place: Path) -> None:
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():  # else another process has just kept the same picture
            raise


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
