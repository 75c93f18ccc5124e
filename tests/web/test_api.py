"""The API, through HTTP against a real server: what programs may ask, and what bad input gets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.newsroom import Newsroom, newsroom

DAY = "2025-04-28T10:00:00+02:00"
COPY = "Der Kreml bestätigte den Einsatz. „Wir danken ihnen“, sagte Putin am Montag."


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("api")) as opened:
        yield opened


@pytest.fixture
def slug(room: Newsroom) -> str:
    return room.story()


def problem(answer: httpx2.Response, status: int, code: str = "") -> dict[str, Any]:
    """The problem document of an answer, which must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"] == (f"urn:depesche:problem:{code}" if code else "about:blank")
    assert document["detail"]
    assert document["request"] == answer.headers["x-request-id"]
    return document


# --- what programs do


def test_a_story_is_opened_written_and_seen_by_readers(room: Newsroom) -> None:
    desk, reader = room.client(), room.client(None)
    opened = desk.post("/api/stories", json={"slug": "kursk", "title": "Kursk", "lead": "Die Lage.", "language": "de"})
    assert opened.status_code == 201
    done = desk.post(
        "/api/stories/kursk/posts", json={"body": "Nordkorea **bestätigt**.", "sources": "KCNA", "key": True}
    )
    assert (done.status_code, done.json()["post"], done.json()["revision"]) == (201, 1, 1)
    assert done.json()["url"] == f"{room.url}/kursk/p/1"
    assert done.headers["location"] == f"{room.url}/api/stories/kursk/posts/1"
    shown = reader.get("/api/stories/kursk").json()
    assert (shown["story"]["title"], shown["story"]["state"], shown["posts"][0]["body"]) == (
        "Kursk",
        "open",
        "Nordkorea **bestätigt**.",
    )
    assert "seq" not in shown["story"]
    assert "seq" not in shown["posts"][0]
    page = reader.get("/kursk")
    assert page.status_code == 200
    assert "Nordkorea <strong>bestätigt</strong>." in page.text


def test_a_correction_keeps_its_note_and_a_retraction_takes_the_words(room: Newsroom, slug: str) -> None:
    desk, reader = room.client(), room.client(None)
    room.publish(slug, "Es sind 4.700 Verletzte.")
    note = "Richtig ist: Tote und Verwundete."
    corrected = desk.post(
        f"/api/stories/{slug}/posts/1/correct",
        json={"body": "Es sind 4.700 Tote und Verwundete.", "correction": "correction", "note": note},
    )
    assert (corrected.status_code, corrected.json()["revision"]) == (200, 2)
    post = reader.get(f"/api/stories/{slug}/posts/1").json()
    assert (post["body"], post["revision"]) == ("Es sind 4.700 Tote und Verwundete.", 2)
    retracted = desk.post(f"/api/stories/{slug}/posts/1/retract", json={"note": "Die Quelle hat widerrufen."})
    assert retracted.status_code == 200
    post = reader.get(f"/api/stories/{slug}/posts/1").json()
    assert (post["state"], post["note"]) == ("retracted", "Die Quelle hat widerrufen.")
    assert not post.get("body")
    assert "4.700" not in reader.get(f"/api/stories/{slug}").text


def test_a_post_is_pinned_and_unpinned_and_the_card_is_set(room: Newsroom, slug: str) -> None:
    desk, reader = room.client(), room.client(None)
    room.publish(slug, "Eins.")
    assert desk.post(f"/api/stories/{slug}/posts/1/pin").status_code == 200
    lines = [{"text": "Das Wichtigste.", "posts": [1]}]
    assert desk.put(f"/api/stories/{slug}/summary", json={"lines": lines}).status_code == 200
    story = reader.get(f"/api/stories/{slug}").json()["story"]
    assert (story["pinned"], story["summary"]) == (1, lines)
    assert desk.delete(f"/api/stories/{slug}/posts/1/pin").status_code == 200
    assert "pinned" not in reader.get(f"/api/stories/{slug}").json()["story"]
    problem(desk.delete(f"/api/stories/{slug}/posts/1/pin"), 409, "not_pinned")


def test_a_story_is_renamed_closed_and_reopened_by_a_chief(room: Newsroom, slug: str) -> None:
    chief = room.client("chief")
    new = f"{slug}-2"
    assert chief.put(f"/api/stories/{slug}", json={"slug": new, "title": "Neu"}).json()["slug"] == new
    assert chief.get(f"/api/stories/{slug}").json()["story"]["slug"] == new
    assert chief.post(f"/api/stories/{new}/close").status_code == 200
    problem(room.client().post(f"/api/stories/{new}/posts", json={"body": "Zu spät."}), 409, "story_closed")
    assert chief.post(f"/api/stories/{new}/reopen").status_code == 200
    assert room.publish(new, "Weiter.") == 1


def test_older_posts_are_asked_for_by_number(room: Newsroom, slug: str) -> None:
    for number in range(1, 8):
        room.publish(slug, f"Post {number}.")
    first = room.client(None).get(f"/api/stories/{slug}?limit=3").json()
    assert [post["number"] for post in first["posts"]] == [7, 6, 5]
    second = room.client(None).get(f"/api/stories/{slug}?limit=4&before={first['before']}").json()
    assert [post["number"] for post in second["posts"]] == [4, 3, 2, 1]
    assert "before" not in second


def test_all_stories_are_listed(room: Newsroom, slug: str) -> None:
    assert slug in [story["slug"] for story in room.client(None).get("/api/stories").json()["stories"]]


def test_copy_is_kept_read_and_known_again(room: Newsroom, slug: str) -> None:
    desk = room.client("reporter")
    headers = {"content-type": "text/plain; charset=utf-8"}
    answer = desk.post(f"/api/stories/{slug}/copy?title=Kreml&source=dpa", content=COPY.encode(), headers=headers)
    assert answer.status_code == 201
    [copy] = answer.json()["copies"]
    assert (copy["version"], copy["wire"], copy["title"], copy["text"]) == (1, "plain", "Kreml", COPY)
    said = [copy["text"][start:end] for each in copy["reading"]["statements"] for start, end in each["spans"]]
    assert any("Wir danken ihnen" in words for words in said)
    again = desk.post(f"/api/stories/{slug}/copy?title=Kreml&source=dpa", content=COPY.encode(), headers=headers)
    assert [(each["id"], each["version"]) for each in again.json()["copies"]] == [(copy["id"], 1)]


def test_names_of_copy_are_no_longer_than_a_person_would_write_them(room: Newsroom, slug: str) -> None:
    item = {"uri": "urn:" + "x" * 9000, "headline": "K" * 9000, "language": "d" * 99, "body_text": "Er ging."}
    [copy] = room.client().post(f"/api/stories/{slug}/copy", json=item).json()["copies"]
    assert (len(copy["title"]), "uri" in copy, copy["text"]) == (1_000, False, "Er ging.")


def test_of_a_long_feed_the_newest_items_are_taken(room: Newsroom, slug: str) -> None:
    items = "".join(f"<item><guid>{n}</guid><title>Meldung {n}.</title></item>" for n in range(130, 0, -1))
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    headers = {"content-type": "application/rss+xml"}
    copies = room.client().post(f"/api/stories/{slug}/copy", content=feed, headers=headers).json()["copies"]
    assert [copies[0]["text"], copies[-1]["text"]] == ["Meldung 31.", "Meldung 130."]
    assert copies[0]["notes"] == ["30 older items were left out"]


def test_copy_in_ninjs_brings_its_own_headline_and_version(room: Newsroom, slug: str) -> None:
    item = {"uri": f"urn:{slug}", "version": "3", "headline": "Kopf", "body_text": COPY, "versioncreated": DAY}
    [copy] = room.client().post(f"/api/stories/{slug}/copy", json=item).json()["copies"]
    assert (copy["wire"], copy["version"], copy["title"], copy["published"]) == (
        "ninjs",
        3,
        "Kopf",
        "2025-04-28T08:00:00Z",
    )


def test_the_journal_is_read_with_a_token_only(room: Newsroom, slug: str) -> None:
    room.publish(slug, "Eins.")
    problem(room.client(None).get(f"/api/stories/{slug}/entries"), 401, "token_missing")
    desk = room.client("reporter")
    told = desk.get(f"/api/stories/{slug}/entries?after=0&limit=2").json()
    assert [entry["kind"] for entry in told["entries"]] == ["StoryOpened", "PostPublished"]
    assert told["entries"][1]["change"]["text"]["body"] == "Eins."
    last = told["entries"][-1]["seq"]
    assert all(entry["seq"] > last for entry in desk.get(f"/api/stories/{slug}/entries?after={last}").json()["entries"])


# --- retries and conflicts


def test_the_same_command_twice_is_carried_out_once(room: Newsroom, slug: str) -> None:
    desk, key = room.client(), {"idempotency-key": str(uuid.uuid4())}
    first = desk.post(f"/api/stories/{slug}/posts", json={"body": "Einmal."}, headers=key)
    second = desk.post(f"/api/stories/{slug}/posts", json={"body": "Einmal."}, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"repeated": True}
    other = desk.post(f"/api/stories/{slug}/posts", json={"body": "Etwas anderes."}, headers=key)
    problem(other, 422, "command_reused")
    assert len(room.client(None).get(f"/api/stories/{slug}").json()["posts"]) == 1


def test_a_story_opened_twice_with_one_key_is_one_story(room: Newsroom) -> None:
    desk, key = room.client(), {"idempotency-key": f'"{uuid.uuid4()}"'}
    new = {"slug": f"s-{uuid.uuid4().hex[:8]}", "title": "Einmal"}
    first, second = (desk.post("/api/stories", json=new, headers=key) for _ in range(2))
    assert first.json()["story"] == second.json()["story"]


def test_a_conflict_shows_what_the_other_one_changed(room: Newsroom, slug: str) -> None:
    mine, theirs = room.client(), room.client("chief")
    room.publish(slug, "Eins.")
    room.publish(slug, "Zwei.")
    seen = mine.get(f"/api/stories/{slug}").headers["etag"]
    text = {"body": "Eins, von der Chefin.", "correction": "typo"}
    assert theirs.post(f"/api/stories/{slug}/posts/1/correct", json=text).status_code == 200
    text = {"body": "Eins, von mir.", "correction": "typo"}
    refused = mine.post(f"/api/stories/{slug}/posts/1/correct", json=text, headers={"if-match": seen})
    told = problem(refused, 409, "conflict")
    assert told["object"] == "post:1"
    assert [change["change"]["text"]["body"] for change in told["changes"]] == ["Eins, von der Chefin."]
    assert mine.post(f"/api/stories/{slug}/posts/2/correct", json=text, headers={"if-match": seen}).status_code == 200


@pytest.mark.parametrize("key", ["", "17", "not a uuid", "ü" * 36])
def test_a_key_that_is_no_uuid_is_refused(room: Newsroom, slug: str, key: str) -> None:
    headers = {b"idempotency-key": key.encode()}
    problem(room.client().post(f"/api/stories/{slug}/posts", json={"body": "x"}, headers=headers), 400, "key_invalid")


@pytest.mark.parametrize("match", ["abc", "-1", "1.5", '"', "1, 2"])
def test_an_expectation_that_is_no_number_is_refused(room: Newsroom, slug: str, match: str) -> None:
    headers = {"if-match": match}
    problem(room.client().post(f"/api/stories/{slug}/posts", json={"body": "x"}, headers=headers), 400, "match_invalid")


# --- who may


def test_without_a_token_nothing_is_written(room: Newsroom, slug: str) -> None:
    reader = room.client(None)
    for path in ("posts", "copy", "close", "posts/1/pin", "posts/1/retract"):
        answer = reader.post(f"/api/stories/{slug}/{path}", json={})
        assert problem(answer, 401, "token_missing")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_role_that_is_too_low_is_told_which_one_may(room: Newsroom, slug: str) -> None:
    told = problem(room.client("reporter").post(f"/api/stories/{slug}/posts", json={"body": "x"}), 403, "not_allowed")
    assert told["params"] == {"role": "reporter", "needed": "editor"}


def test_wrong_tokens_get_401_and_then_429_while_right_ones_go_on(room: Newsroom, slug: str) -> None:
    stranger = room.client(None)
    for header in ("Bearer depesche_wrong", "Basic YTpi", "Bearer", "Bearer \xff"):
        problem(stranger.get("/api/stories", headers={b"authorization": header.encode("latin-1")}), 401, "token_wrong")
    answers = [stranger.get("/api/stories", headers={"authorization": "Bearer x"}) for _ in range(25)]
    assert int(answers[-1].headers["retry-after"]) > 0
    problem(answers[-1], 429, "token_wait")
    assert room.client().get("/api/stories").status_code == 200


def test_a_revoked_token_and_a_locked_person_are_out_at_once(room: Newsroom) -> None:
    people = room.house.people
    account = people.add("leaver", "Leaver", "editor", "long enough password")
    token = people.make_token(account.id, "x")  # type: ignore[union-attr]
    headers = {"authorization": f"Bearer {token}"}
    assert room.client(None).get("/api/stories", headers=headers).status_code == 200
    assert people.drop_token(people.tokens(account.id)[0].id)  # type: ignore[union-attr]
    assert room.client(None).get("/api/stories", headers=headers).status_code in (401, 429)


# --- bad input


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"", 400, "json_invalid", ""),
        (b"{", 400, "json_invalid", ""),
        (b'{"body": "\xff"}', 400, "json_invalid", ""),
        (b'{"body": "\\ud800"}', 400, "json_invalid", ""),
        (b'{"body": ' * 100_000, 422, "json_misfit", "#/body"),
        (b"[]", 422, "json_misfit", "#"),
        (b"{}", 422, "json_misfit", "#"),
        (b'{"body": 1}', 422, "json_misfit", "#/body"),
        (b'{"body": "x", "titel": "y"}', 422, "json_misfit", "#"),
        (b'{"body": "x", "media": [{"id": "a"}, {"id": 2}]}', 422, "json_misfit", "#/media/1/id"),
        (b'{"body": "x", "shown_at": "2025-04-28T10:00:00"}', 422, "json_misfit", "#/shown_at"),
        (b'{"body": "x", "shown_at": "9999-12-31T23:59:59Z"}', 422, "shown_at_future", ""),
        (b'{"body": "x", "shown_at": "0001-01-01T00:00:00+14:00"}', 422, "time_out_of_range", ""),
        (b'{"body": " \\n "}', 422, "body_missing", ""),
        (b'{"body": "x", "language": "Deutsch"}', 422, "language_unknown", ""),
        (b'{"body": "x", "media": [{"id": "../../etc/passwd"}]}', 422, "media_unknown", ""),
        (json.dumps({"body": "x" * 1_000_000}).encode(), 422, "too_long", ""),
        (json.dumps({"body": "x", "title": "t" * 201}).encode(), 422, "too_long", ""),
        (b'"' + b"x" * 1_600_000 + b'"', 413, "", ""),
    ],
)
def test_a_post_that_cant_be_is_refused_with_its_place(
    room: Newsroom, slug: str, body: bytes, status: int, code: str, pointer: str
) -> None:
    headers = {"content-type": "application/json"}
    told = problem(room.client().post(f"/api/stories/{slug}/posts", content=body, headers=headers), status, code)
    assert not pointer or told["errors"][0]["pointer"] == pointer
    assert room.client(None).get(f"/api/stories/{slug}").json()["posts"] == []


def test_an_unknown_field_is_named(room: Newsroom, slug: str) -> None:
    told = problem(
        room.client().post(f"/api/stories/{slug}/posts", json={"body": "x", "titel": "y"}), 422, "json_misfit"
    )
    assert "titel" in told["detail"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"slug": ""}, 422, "slug_invalid"),
        ({"slug": "a/b"}, 422, "slug_invalid"),
        ({"slug": "Ümlaut"}, 422, "slug_invalid"),
        ({"slug": "a\n"}, 422, "slug_invalid"),
        ({"slug": "x" * 81}, 422, "slug_invalid"),
        ({"slug": "api"}, 422, "slug_reserved"),
        ({"slug": "desk"}, 422, "slug_reserved"),
        ({"zone": "Mars/Olympus"}, 422, "zone_unknown"),
        ({"zone": "../../etc/passwd"}, 422, "zone_unknown"),
        ({"language": "klingonisch"}, 422, "language_unknown"),
        ({"title": " "}, 422, "title_missing"),
        ({"title": "t" * 201}, 422, "too_long"),
    ],
)
def test_a_story_that_cant_be_is_refused(room: Newsroom, changed: dict[str, str], status: int, code: str) -> None:
    new = {"slug": f"s-{uuid.uuid4().hex[:8]}", "title": "Titel", **changed}
    problem(room.client().post("/api/stories", json=new), status, code)


def test_two_stories_cant_have_one_address_nor_a_former_one(room: Newsroom, slug: str) -> None:
    problem(room.client().post("/api/stories", json={"slug": slug, "title": "Zweite"}), 409, "slug_taken")
    renamed = room.client("chief").put(f"/api/stories/{slug}", json={"slug": f"{slug}-new", "title": "Erste"})
    assert renamed.status_code == 200
    problem(room.client().post("/api/stories", json={"slug": slug, "title": "Zweite"}), 409, "slug_taken")


@pytest.mark.parametrize(
    ("data", "kept", "note"),
    [
        ("Grüße aus Köln".encode("latin-1"), "Grüße aus Köln", "windows-1252"),
        ("Grüße aus Bonn".encode("utf-16"), "Grüße aus Bonn", "utf-16"),
        ("Grüße aus Köln, sagte er. ".encode() + b"\xc3", "Grüße aus Köln, sagte er. \ufffd", "broken bytes replaced"),
        (b"Er sagte am Montag\0 nichts.", "Er sagte am Montag nichts.", "controls removed"),
        ("a\u202eb\u2066c".encode(), "abc", "bidi controls removed"),
        ("Grüße aus München \ud800.".encode("utf-8", "surrogatepass"), None, "broken bytes replaced"),
        (b"<script>alert(1)</script><b>fett</b>", "<script>alert(1)</script><b>fett</b>", ""),
        (("„" * 10_000).encode(), "„" * 10_000, ""),
        (b'"' * 10_000, '"' * 10_000, ""),
    ],
)
def test_odd_copy_is_kept_and_what_was_done_to_it_is_said(
    room: Newsroom, slug: str, data: bytes, kept: str | None, note: str
) -> None:
    answer = room.client().post(f"/api/stories/{slug}/copy", content=data, headers={"content-type": "text/plain"})
    assert answer.status_code == 201, answer.text
    [copy] = answer.json()["copies"]
    assert kept is None or copy["text"] == kept
    assert not note or note in copy["notes"]


@pytest.mark.parametrize(
    ("data", "media_type", "status", "code"),
    [
        (b"", "text/plain", 422, "copy_empty"),
        (b" \n\t ", "text/plain", 422, "copy_empty"),
        (b"x" * 5_000_000, "text/plain", 413, ""),
        (b"x" * 2_000_001, "text/plain", 413, ""),
        (b"%PDF-1.7", "text/plain", 422, "copy_unreadable"),
        (b"{", "application/json", 422, "copy_unreadable"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><newsItem>&b;</newsItem>', "application/xml", 422, "copy_unreadable"),
        (b"x", "multipart/form-data; boundary=x", 415, "media_type"),
        (b"x", "image/png", 415, "media_type"),
    ],
)
def test_copy_that_cant_be_is_refused(
    room: Newsroom, slug: str, data: bytes, media_type: str, status: int, code: str
) -> None:
    answer = room.client().post(f"/api/stories/{slug}/copy", content=data, headers={"content-type": media_type})
    problem(answer, status, code)


def test_scripts_in_a_post_never_reach_a_page(room: Newsroom, slug: str) -> None:
    room.publish(
        slug, "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>", title="<b>T</b>"
    )
    page = room.client(None).get(f"/{slug}")
    assert page.status_code == 200
    for bad in ("<script>alert", 'href="javascript:', "<img src=x", "<b>T</b>"):
        assert bad not in page.text


def test_what_is_not_json_is_refused_by_its_media_type(room: Newsroom, slug: str) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": media_type}
        answer = room.client().post(f"/api/stories/{slug}/posts", content=b'{"body": "x"}', headers=headers)
        assert problem(answer, 415, "media_type")
        assert answer.headers["accept-post"] == "application/json"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/stories/nothing/at/all"])
def test_an_unknown_address_is_a_problem_document(room: Newsroom, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        problem(room.client(None).request(method, path), 404)


def test_a_method_that_isnt_taken_names_those_that_are(room: Newsroom, slug: str) -> None:
    answer = room.client().request("PATCH", f"/api/stories/{slug}")
    assert problem(answer, 405)
    assert {"GET", "PUT"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/stories/no-such-story", "story_missing"),
        ("/api/stories/%00", "story_missing"),
        ("/api/stories/%ff%fe", "story_missing"),
        ("/api/stories/{slug}/posts/1", "post_missing"),
        ("/api/stories/{slug}/posts/0", "post_missing"),
        ("/api/stories/{slug}/posts/99999999999999999999999999", "post_missing"),
    ],
)
def test_what_isnt_there_is_a_404(room: Newsroom, slug: str, path: str, code: str) -> None:
    problem(room.client(None).get(path.format(slug=slug)), 404, code)


@pytest.mark.parametrize("query", ["before=x", "limit=0", "limit=101", "before=-1", "limit=1e3", "limit=" + "9" * 50])
def test_a_query_that_is_no_number_is_refused(room: Newsroom, slug: str, query: str) -> None:
    problem(room.client(None).get(f"/api/stories/{slug}?{query}"), 400, "query_invalid")


# --- what is public


def test_nothing_of_the_desk_is_seen_without_a_token(room: Newsroom, slug: str) -> None:
    room.publish(slug, "Öffentlich.")
    room.publish(slug, "GEHEIM-ZURUECKGEZOGEN")
    desk = room.client()
    assert desk.post(f"/api/stories/{slug}/posts/2/retract", json={"note": "Falsch."}).status_code == 200
    copy = b"GEHEIM-KOPIE, sagte er."
    headers = {"content-type": "text/plain"}
    assert desk.post(f"/api/stories/{slug}/copy", content=copy, headers=headers).status_code == 201
    for path in (
        "/api/stories",
        f"/api/stories/{slug}",
        f"/api/stories/{slug}/posts/2",
        f"/{slug}",
        f"/{slug}/changes",
    ):
        assert "GEHEIM" not in room.client(None).get(path).text
    assert "GEHEIM-ZURUECKGEZOGEN" in desk.get(f"/api/stories/{slug}/posts/2").text


def test_answers_of_the_api_are_never_kept(room: Newsroom, slug: str) -> None:
    for client in (room.client(), room.client(None)):
        assert client.get(f"/api/stories/{slug}").headers["cache-control"] == "no-store"


def test_the_description_names_every_operation_and_every_struct(room: Newsroom) -> None:
    told = room.client(None).get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1.")
    assert {
        "/api/stories",
        "/api/stories/{slug}",
        "/api/stories/{slug}/copy",
        "/api/stories/{slug}/posts",
        "/api/stories/{slug}/posts/{post}/correct",
        "/api/stories/{slug}/posts/{post}/retract",
        "/api/stories/{slug}/posts/{post}/pin",
        "/api/stories/{slug}/summary",
        "/api/stories/{slug}/close",
        "/api/stories/{slug}/entries",
    } <= set(told["paths"])
    schemas = told["components"]["schemas"]
    assert schemas["NewPost"]["additionalProperties"] is False
    assert schemas["NewPost"]["required"] == ["body"]
    references = set(_references(told))
    assert references
    assert references <= {f"#/components/schemas/{name}" for name in schemas}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
