"""Pictures kept in the folder: whole or not at all, and gone when nothing uses them."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done
from depesche.desk.develop import Unusable
from depesche.desk.media import FORGOTTEN, Media
from depesche.journal.log import Journal
from depesche.settings import Settings
from depesche.words import changes
from depesche.words.changes import PostText
from depesche.words.commands import CorrectPost, Expunge, OpenStory, PublishPost, RetractPost, SaveDraft

ADA = Actor("ada", "Ada", "admin")


def picture(colour: str = "red", width: int = 700) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 400), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    opened = Journal.open(empty_journal)
    yield opened
    opened.close()


@pytest.fixture
def media(journal: Journal, tmp_path: Path) -> Media:
    return Media(journal, Settings(folder=tmp_path))


@pytest.fixture
def desk(journal: Journal) -> Iterator[Desk]:
    made = Desk(journal, MemoryBus())
    yield made
    made.close()


class Story:
    """A story at the desk, and short ways to do things in it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.number = 0
        self.id = ""
        self.id = self.do(OpenStory("kursk", "Kursk")).story

    def do(self, command: object) -> Done:
        self.number += 1
        identity = f"00000000-0000-4000-8000-{self.number:012d}"
        outcome = self.desk.handle(command, ADA, story=self.id, command_id=identity)  # type: ignore[arg-type]
        assert isinstance(outcome, Done), outcome
        return outcome

    def publish(self, *pictures: changes.Media) -> None:
        self.do(PublishPost(PostText("Bild", media=pictures)))


@pytest.fixture
def story(desk: Desk) -> Story:
    return Story(desk)


def kept(media: Media, data: bytes) -> changes.Media:
    answer = media.keep(data, actor=ADA)
    assert isinstance(answer, changes.Media), answer
    return answer


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_picture_is_kept_with_its_renditions(media: Media, tmp_path: Path) -> None:
    made = kept(media, picture())
    assert (made.width, made.height) == (700, 400)
    path = media.file(made.id, "480.webp")
    assert path is not None
    with Image.open(path) as image:
        assert image.size == (480, 274)
    assert media.find(made.id) == made
    assert len(files(tmp_path / "media")) == 4


def test_the_same_picture_is_kept_once(media: Media, tmp_path: Path) -> None:
    first = kept(media, picture())
    before = files(tmp_path / "media")
    assert kept(media, picture()) == first
    assert files(tmp_path / "media") == before


def test_what_is_no_picture_leaves_nothing(media: Media, tmp_path: Path) -> None:
    assert isinstance(media.keep(b"<svg/>", actor=ADA), Unusable)
    assert not (tmp_path / "media").exists()


def test_a_full_disk_leaves_no_half_picture(media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused = media.keep(picture(), actor=ADA)
    assert isinstance(refused, Unusable)
    assert "disk" in refused.reason
    monkeypatch.undo()
    assert files(tmp_path / "media") == []
    kept(media, picture())


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("..", "480.webp"),
        ("../" * 5 + "etc", "passwd"),
        ("a" * 64, "480.webp"),
        ("A" * 64, "480.webp"),
        ("", ""),
    ],
)
def test_no_path_is_made_of_what_somebody_sends(media: Media, identity: str, name: str) -> None:
    kept(media, picture())
    assert media.file(identity, name) is None
    assert not media.is_public(identity)


@pytest.mark.parametrize("name", ["master.webp", "../480.webp", "480.webp/", "480.png", "0480.webp", "481.webp", ""])
def test_only_renditions_are_given_out(media: Media, name: str) -> None:
    made = kept(media, picture())
    assert media.file(made.id, "480.webp") is not None
    assert media.file(made.id, name) is None


def test_a_picture_is_public_from_its_post_on_and_until_it_is_retracted(media: Media, story: Story) -> None:
    made = kept(media, picture())
    assert not media.is_public(made.id)
    story.do(SaveDraft("00000000-0000-4000-8000-00000000abcd", PostText("x", media=(made,))))
    assert not media.is_public(made.id), "a draft shows nothing"
    story.publish(made)
    assert media.is_public(made.id)
    story.do(RetractPost(1, "falsches Bild"))
    assert not media.is_public(made.id)


def test_a_picture_that_a_correction_took_out_is_no_longer_public(media: Media, story: Story) -> None:
    first, second = kept(media, picture("red")), kept(media, picture("blue"))
    story.publish(first)
    story.do(CorrectPost(1, PostText("Bild", media=(second,)), "correction", "Das falsche Bild."))
    assert not media.is_public(first.id)
    assert media.is_public(second.id)


def test_two_posts_share_a_picture_until_both_are_gone(media: Media, story: Story) -> None:
    made = kept(media, picture())
    story.publish(made)
    story.publish(made)
    story.do(RetractPost(1, "doppelt"))
    assert media.is_public(made.id)
    story.do(RetractPost(2, "auch weg"))
    assert not media.is_public(made.id)


def test_an_expunged_picture_is_gone_from_the_disk(media: Media, story: Story, tmp_path: Path) -> None:
    made = kept(media, picture())
    story.publish(made)
    assert not media.sweep(made.id), "a picture in use stays"
    story.do(Expunge(1, "Beschluss"))
    assert media.sweep(made.id)
    assert files(tmp_path / "media") == []
    assert media.find(made.id) is None


def test_a_picture_that_nobody_used_is_gone_after_a_week(journal: Journal, story: Story, tmp_path: Path) -> None:
    now = [1_800_000_000_000_000]
    media = Media(journal, Settings(folder=tmp_path), clock=lambda: now[0])
    unused, drafted, published = (kept(media, picture(colour)) for colour in ("red", "lime", "blue"))
    story.do(SaveDraft("00000000-0000-4000-8000-00000000abcd", PostText("x", media=(drafted,))))
    story.publish(published)
    now[0] += FORGOTTEN - 1
    fresh = kept(media, picture("gray"))
    assert media.find(unused.id), "a week isn't over"
    now[0] += 2
    kept(media, picture("black"))
    assert media.find(unused.id) is None
    assert media.file(unused.id, "700.webp") is None
    assert all(media.file(each.id, "700.webp") for each in (drafted, published, fresh))
