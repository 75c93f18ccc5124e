"""What a court takes out by the API: only chief editors may, and nothing is left."""

from __future__ import annotations

from tests.newsroom import Newsroom
from tests.web.test_api import problem


def test_a_post_is_expunged_by_a_chief_and_nothing_of_it_is_left(room: Newsroom, slug: str) -> None:
    chief, path = room.client("chief"), f"/api/stories/{slug}/posts/1/expunge"
    room.publish(slug, "Er wohnt im Birkenweg 17.")
    chief.post(f"/api/stories/{slug}/posts/1/correct", json={"body": "Er wohnt hier.", "correction": "typo"})
    told = problem(room.client().post(path, json={"reason": "Beschluss"}), 403, "not_allowed")
    assert told["params"] == {"role": "editor", "needed": "chief"}
    problem(chief.post(path, json={}), 422, "reason_missing")
    problem(chief.post(path, json={"reason": "Beschluss", "revision": 2}), 409, "revision_current")
    assert chief.post(path, json={"reason": "Beschluss", "revision": 1}).status_code == 200
    assert "Birkenweg" not in chief.get(f"/api/stories/{slug}/entries").text
    assert chief.get(f"/api/stories/{slug}/posts/1").json()["body"] == "Er wohnt hier."
    assert chief.post(path, json={"reason": "Beschluss"}).status_code == 200
    assert "wohnt" not in chief.get(f"/api/stories/{slug}/entries").text
    assert chief.get(f"/api/stories/{slug}/posts/1").json()["state"] == "expunged"
    problem(chief.post(path, json={"reason": "Noch einmal"}), 409, "post_expunged")
