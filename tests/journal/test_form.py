"""Form 1 is for ever: these bytes and digests may never change, whatever else does."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.journal import form
from depesche.journal.errors import FormError
from depesche.words.changes import AnyChange, PostPublished, PostText, StoryClosed
from tests.journal.made import KINDS, TEXTS, any_of

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data/journal/form-1.json").read_text())


def test_each_kind_of_change_has_its_golden_bytes() -> None:
    assert {entry["kind"] for entry in GOLDEN["entries"]} == {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("entry", GOLDEN["entries"], ids=lambda entry: f"{entry['seq']}-{entry['kind']}")
def test_golden_bytes_are_read_as_before(entry: dict[str, Any]) -> None:
    change = form.decode(entry["kind"], entry["body"].encode())
    assert (change.kind, change.object) == (entry["kind"], entry["object"])
    assert form.is_public(entry["kind"]) == (entry["edition"] is not None)


@pytest.mark.parametrize("entry", GOLDEN["entries"], ids=lambda entry: f"{entry['seq']}-{entry['kind']}")
def test_changes_are_written_as_before(entry: dict[str, Any]) -> None:
    change = form.decode(entry["kind"], entry["body"].encode())
    assert form.encode(change) == entry["body"].encode()


def test_the_golden_chains_hold() -> None:
    previous, public = form.GENESIS, form.GENESIS
    for entry in GOLDEN["entries"]:
        committed = form.commitment(bytes.fromhex(entry["salt"]), entry["body"].encode())
        assert committed.hex() == entry["commitment"]
        clear = (entry["at"], entry["actor"], entry["kind"], entry["object"], committed)
        previous = form.digest(previous, GOLDEN["stream"], entry["seq"], *clear)
        assert previous.hex() == entry["digest"]
        if entry["edition"] is not None:
            at, _, kind, thing, _ = clear
            public = form.public_digest(public, GOLDEN["stream"], entry["edition"], at, kind, thing, committed)
            assert public.hex() == entry["public_digest"]


def test_the_chain_can_be_recomputed_from_the_adr_alone() -> None:
    entry = GOLDEN["entries"][0]
    parts = [b"1", bytes(32), GOLDEN["stream"].encode(), b"1", str(entry["at"]).encode(), entry["actor"].encode()]
    parts += [entry["kind"].encode(), entry["object"].encode(), bytes.fromhex(entry["commitment"])]
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert blake2b(framed, digest_size=32, person=b"depesche1").hexdigest() == entry["digest"]


@pytest.mark.parametrize("kind", KINDS)
def test_any_change_comes_back_as_it_was(kind: type[AnyChange]) -> None:
    @given(any_of(kind))
    def comes_back(change: AnyChange) -> None:
        body = form.encode(change)
        assert form.decode(change.kind, body) == change
        assert form.encode(form.decode(change.kind, body)) == body

    comes_back()


def test_the_public_chain_does_not_depend_on_the_desk() -> None:
    """Whoever knows all that is public can compute it: no seq and no actor goes in."""
    entries = [entry for entry in GOLDEN["entries"] if entry["edition"] is not None]
    assert any(entry["seq"] != entry["edition"] for entry in entries)
    last = form.GENESIS
    for edition, entry in enumerate(entries, 1):
        known = (entry["at"], entry["kind"], entry["object"], bytes.fromhex(entry["commitment"]))
        last = form.public_digest(last, GOLDEN["stream"], edition, *known)
    assert last.hex() == entries[-1]["public_digest"]


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_parts_never_hash_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (form.hashed(*one) == form.hashed(*other)) == (one == other)


def test_a_lone_surrogate_is_refused_with_a_sentence() -> None:
    with pytest.raises(FormError, match="characters that can't be stored"):
        form.encode(PostPublished(1, PostText("half \ud83d of a pair"), 0))


def test_a_body_that_is_too_long_is_refused() -> None:
    with pytest.raises(FormError, match="too long"):
        form.encode(PostPublished(1, PostText("x" * form.MOST_BODY), 0))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("PostPublished", form.encode(StoryClosed())),
        ("StoryClosed", b""),
        ("StoryClosed", b'{"change":"StoryClosed"'),
        ("StoryClosed", b"\xff\xfe"),
        ("StoryClosed", b"[" * 100_000),
        ("PostPublished", b'{"change":"PostPublished","post":"1","text":{"body":""},"shown_at":0}'),
        ("Change", b'{"change":"Change"}'),
        ("PostPraised", b'{"change":"PostPraised"}'),
    ],
)
def test_other_bytes_are_refused(kind: str, body: bytes) -> None:
    with pytest.raises(FormError):
        form.decode(kind, body)


@given(st.sampled_from(KINDS), st.binary(max_size=80) | TEXTS.map(str.encode))
def test_no_bytes_make_it_fail_otherwise(kind: type[AnyChange], body: bytes) -> None:
    try:
        form.decode(kind.__name__, body)
    except FormError as error:
        assert str(error)  # noqa: PT017 - both ends are right, any other exception fails


def test_fields_of_a_later_release_are_passed_over() -> None:
    assert form.decode("StoryClosed", b'{"change":"StoryClosed","reason":"later"}') == StoryClosed()
