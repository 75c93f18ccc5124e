"""The door of the desk: who gets in, what others may not do through somebody's browser, and what is never lost."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest

from tests.newsroom import PASSWORD, Newsroom, newsroom
from tests.web.desk.editor import Editor, Page, browser, hang_up

PAGES = ["/desk/", "/desk/password", "/desk/stories/{slug}", "/desk/stories/{slug}/posts/1", "/desk/people"]
PAGES += ["/desk/stories/{slug}/handover", "/desk/stories/{slug}/claims", "/desk/search"]
WRITES = [
    "/desk/stories",
    "/desk/people",
    "/desk/password",
    "/desk/pictures",
    "/desk/stories/{slug}/sheet",
    "/desk/stories/{slug}/preview",
    "/desk/stories/{slug}/reading",
    "/desk/stories/{slug}/copy",
    "/desk/stories/{slug}/copy/x/take",
    "/desk/stories/{slug}/copy/x/renew",
    "/desk/stories/{slug}/card",
    "/desk/stories/{slug}/ledger",
    "/desk/stories/{slug}/about",
    "/desk/stories/{slug}/state",
    "/desk/stories/{slug}/posts/1/pin",
    "/desk/stories/{slug}/posts/1/unpin",
    "/desk/stories/{slug}/posts/1/retract",
    "/desk/stories/{slug}/posts/1/expunge",
    "/desk/stories/{slug}/posts/1/alarms/x/dismiss",
    "/desk/stories/{slug}/posts/1/alarms/x/reopen",
    "/desk/stories/{slug}/drafts/x/drop",
]


stranger = browser


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_the_desk_without_signing_in(room: Newsroom, slug: str, path: str) -> None:
    answer = stranger(room).get(path.format(slug=slug))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/login?next=")


@pytest.mark.parametrize("path", ["/desk/nichts", "/desk/stories/nichts/fehlt", "/desk/p/1", "/desk/changes"])
def test_who_seeks_what_the_desk_has_not_is_asked_in_first(room: Newsroom, path: str) -> None:
    answer = stranger(room).get(path + "?a=b", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/login?next={path}%3Fa%3Db")
    assert stranger(room).get(path).status_code == 404  # programs aren't led about


def test_who_works_at_the_desk_is_led_back_to_it_from_an_address_that_is_not(room: Newsroom) -> None:
    answer = Editor(room).client.get("/desk/stories/nichts", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert '<a href="/desk/">Zurück zur Redaktion</a>' in answer.text


@pytest.mark.parametrize("path", WRITES)
def test_nobody_changes_anything_without_signing_in(room: Newsroom, slug: str, path: str) -> None:
    room.publish(slug, "Text")
    before = room.house.journal.heads()
    answer = stranger(room).post(path.format(slug=slug), data={"body": "x", "do": "publish"})
    assert answer.status_code == 401
    assert room.house.journal.heads() == before


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {},
    ],
    ids=["origin", "null", "cross-site", "same-site", "no-token"],
)
def test_another_sites_page_changes_nothing(
    room: Newsroom, editor: Editor, slug: str, path: str, headers: dict[str, str]
) -> None:
    room.publish(slug, "Text")
    before = room.house.journal.heads()
    people = room.house.people.accounts()
    data = {"body": "x", "do": "publish", "title": "x", "login": "x", "name": "x", "note": "x", "line": "x"}
    if headers:
        data["csrf"] = editor.csrf
    answer = editor.client.post(path.format(slug=slug), data=data, headers=headers)
    assert answer.status_code == 403
    assert room.house.journal.heads() == before
    assert room.house.people.accounts() == people


def test_every_write_of_the_desk_is_in_these_lists(room: Newsroom) -> None:
    app = room.house  # the routes are asked of the modules that make them
    from depesche.web import auth, desk

    routes = [route for part in (auth, desk) for route in part.routes(app)]
    writes = {route.path for route in routes if "POST" in (route.methods or ())}
    named = {re.sub(r"/(1|x)(?=/|$)", "/*", path) for path in WRITES}
    made = {re.sub(r"\{(?:number:int|draft|copy)\}", "*", path) for path in writes}
    assert made - named == {"/desk/login", "/desk/logout", "/desk/language", "/desk/people/{person}"}


def test_the_cookie_is_for_the_server_alone(room: Newsroom) -> None:
    room.person("editor")
    answer = stranger(room).post("/desk/login", data={"login": "editor", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert re.match(r"depesche=[\w-]{43};", cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_over_https_it_is_a_host_cookie(room: Newsroom) -> None:
    room.person("editor")
    answer = stranger(room).post(
        "/desk/login", data={"login": "editor", "password": PASSWORD}, headers={"x-forwarded-proto": "https"}
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-depesche=")
    assert "Secure" in cookie


def test_signing_in_gives_a_new_token_and_ends_the_old(room: Newsroom) -> None:
    one = Editor(room)
    old = one.client.cookies["depesche"]
    one.client.post("/desk/login", data={"login": "editor", "password": PASSWORD})
    assert one.client.cookies["depesche"] != old
    assert stranger(room).get("/desk/session", headers={"cookie": f"depesche={old}"}).status_code == 401


def test_a_token_put_into_a_victims_browser_doesnt_survive_signing_in(room: Newsroom) -> None:
    room.person("editor")
    client = stranger(room)
    client.cookies.set("depesche", "planted")
    client.post("/desk/login", data={"login": "editor", "password": PASSWORD})
    assert stranger(room).get("/desk/session", headers={"cookie": "depesche=planted"}).status_code == 401


def test_signing_out_ends_the_session(room: Newsroom) -> None:
    one = Editor(room)
    token = one.client.cookies["depesche"]
    page = one.send("/desk/logout")
    assert page.tree.xpath("//input[@name='password']")
    assert stranger(room).get("/desk/session", headers={"cookie": f"depesche={token}"}).status_code == 401


def test_unknown_names_and_wrong_passwords_read_the_same(room: Newsroom) -> None:
    room.person("editor")
    pages = [
        Page(stranger(room).post("/desk/login", data={"login": login, "password": "wrong horse battery"}))
        for login in ("editor", "nobody-here")
    ]
    assert [page.status for page in pages] == [403, 403]
    assert {page.said("error") for page in pages} == {"Name or password is wrong."}
    assert all(re.search(r'<input id="password"[^>]* autofocus', page.text) for page in pages)  # the name is there


def test_guessing_is_answered_with_the_time_to_wait(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.person("editor")
        client = stranger(room)
        answers = [client.post("/desk/login", data={"login": "editor", "password": "wrong horse"}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]
        wait = int(answers[-1].headers["retry-after"])
        assert 290 <= wait <= 300
        assert "(minutes: 5)" in Page(answers[-1]).said("error")
        assert client.post("/desk/login", data={"login": "editor", "password": PASSWORD}).status_code == 429
        hang_up(room)


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/desk/password", "/desk/password"),
        ("/desk/stories/kursk?copy=1", "/desk/stories/kursk?copy=1"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("/\\evil.example/desk/", "/desk/"),
        ("/desk/../../evil", "/desk/"),
        ("/desk//evil.example", "/desk//evil.example"),
        ("/desk/%2e%2e/x", "/desk/"),
        ("/deskevil", "/desk/"),
        ("/kursk", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("/desk/\r\nset-cookie: x=1", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_signing_in_never_leads_away(room: Newsroom, wanted: str, goes_to: str) -> None:
    room.person("editor")
    data = {"login": "editor", "password": PASSWORD, "next": wanted}
    answer = stranger(room).post("/desk/login", data=data)
    assert answer.headers["location"] == goes_to


def test_a_text_sent_after_the_session_had_ended_comes_through_signing_in(room: Newsroom, slug: str) -> None:
    one = Editor(room)
    fields = one.sheet(f"/desk/stories/{slug}")
    room.house.people.sign_out_everywhere(room.person("editor"))
    page = one.send(f"/desk/stories/{slug}/sheet", fields, body="Um 3 Uhr geschrieben", do="publish")
    assert page.status == 401
    assert "Um 3 Uhr geschrieben" in page.text
    (form,) = page.tree.xpath("//form[contains(@action, '/login')]")
    signed = Page(one.client.post("/desk/login", data={**dict(form.fields), "login": "editor", "password": PASSWORD}))
    (form,) = signed.tree.xpath("//form[contains(@action, '/sheet')]")
    assert form.fields["body"] == "Um 3 Uhr geschrieben"
    sent = Page(one.client.post(form.action, data=dict(form.fields), follow_redirects=True))
    assert "Post 1 is out." in sent.text
    assert "Um 3 Uhr geschrieben" in stranger(room).get(f"/{slug}").text


def test_a_form_of_an_earlier_session_is_shown_again_not_lost(room: Newsroom, slug: str) -> None:
    one = Editor(room)
    old = one.csrf
    one.client.post("/desk/login", data={"login": "editor", "password": PASSWORD})
    page = one.send(f"/desk/stories/{slug}/sheet", csrf=old, body="Mein Text", do="publish")
    assert page.status == 403
    (form,) = page.tree.xpath("//form[contains(@action, '/sheet')]")
    assert form.fields["body"] == "Mein Text"
    assert Page(one.client.post(form.action, data=dict(form.fields), follow_redirects=True)).status == 200
    assert "Mein Text" in stranger(room).get(f"/{slug}").text


def test_the_script_of_an_earlier_session_gets_the_new_token(room: Newsroom, slug: str) -> None:
    one = Editor(room)
    one.csrf = "of an earlier session"
    answer = one.ask(f"/desk/stories/{slug}/sheet", body="x", do="publish")
    assert answer.status_code == 403
    assert answer.json()["stale"]
    one.csrf = answer.json()["csrf"]
    assert one.ask(f"/desk/stories/{slug}/sheet", body="x", do="publish").json()["post"] == 1


def test_ones_own_password(room: Newsroom) -> None:
    room.house.people.add("ada", "Ada", "editor", PASSWORD)
    client = stranger(room)
    client.post("/desk/login", data={"login": "ada", "password": PASSWORD})

    def change(present: str, password: str) -> Page:
        csrf = client.get("/desk/session").json()["csrf"]
        return Page(client.post("/desk/password", data={"csrf": csrf, "present": present, "password": password}))

    assert change("wrong horse", "a new horse entirely").said("error") == "The present password is wrong."
    assert change(PASSWORD, "short").said("error") == "The password needs at least 10 characters."
    old = client.cookies["depesche"]
    assert "Your password is changed." in change(PASSWORD, "a new horse entirely").text
    assert client.cookies["depesche"] != old
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("language", "word"), [("de-AT,de;q=0.9", "Anmelden"), ("en-GB", "Sign in"), ("fr", "Anmelden")]
)
def test_the_desk_speaks_the_visitors_language(room: Newsroom, language: str, word: str) -> None:
    page = Page(stranger(room).get("/desk/login", headers={"accept-language": language}))
    assert page.tree.xpath("string(//h1)") == word


def test_a_language_that_was_chosen_wins(room: Newsroom) -> None:
    client = stranger(room)
    answer = client.post("/desk/language", data={"language": "de", "next": "/desk/login"})
    assert answer.headers["location"] == "/desk/login"
    assert Page(client.get("/desk/login")).tree.get("lang") == "de"
    client.post("/desk/language", data={"language": "<script>", "next": "/desk/login"})
    assert Page(client.get("/desk/login")).tree.get("lang") == "de"


def test_pages_of_the_desk_are_kept_by_no_cache_and_framed_by_nobody(editor: Editor, slug: str) -> None:
    for path in ("/desk/", f"/desk/stories/{slug}", "/desk/login"):
        headers = editor.get(path).answer.headers
        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_below_a_base_path_everything_works(tmp_path: Path) -> None:
    with newsroom(tmp_path, base_path="/live") as room:
        one = Editor(room)
        slug = room.story()
        fields = one.sheet(f"/desk/stories/{slug}")
        page = one.send(f"/desk/stories/{slug}/sheet", fields, body="Unter /live", do="publish")
        assert "Post 1 is out." in page.text
        for address in page.tree.xpath("//@href | //@action | //@src"):
            assert address.startswith(("/live/", "#", "?", "data:")), address
        assert httpx2.get(f"{room.url}/desk/").status_code == 404
        hang_up(room)
