"""The page where an administrator manages people."""

from __future__ import annotations

import pytest

from tests.newsroom import PASSWORD, Newsroom
from tests.web.desk.editor import Editor, Page, browser


@pytest.fixture(scope="module")
def admin(room: Newsroom) -> Editor:
    return Editor(room, "admin")


def person(room: Newsroom, login: str) -> str:
    (found,) = [each.id for each in room.house.people.accounts() if each.login == login]
    return found


def signs_in(room: Newsroom, login: str, password: str) -> bool:
    return browser(room).post("/desk/login", data={"login": login, "password": password}).status_code == 303


@pytest.mark.parametrize("role", ["reporter", "editor", "chief"])
def test_nobody_else_sees_or_changes_people(room: Newsroom, role: str) -> None:
    other = Editor(room, role)
    assert other.get("/desk/people").status == 403
    before = room.house.people.accounts()
    for path in ("/desk/people", f"/desk/people/{person(room, role)}"):
        assert other.send(path, login="x", name="x", role="admin", do="change", password=PASSWORD).status == 403
    assert room.house.people.accounts() == before


def test_somebody_is_added_with_a_password_that_is_shown_once(room: Newsroom, admin: Editor) -> None:
    page = admin.send("/desk/people", login="Bob", name="Bob Beispiel", role="reporter", byline="bb")
    secret = page.said("secret")
    assert signs_in(room, "bob", secret)
    assert secret not in admin.get("/desk/people").text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"login": ""}, "A login name has"),
        ({"login": "admin"}, "There is somebody with the login name “admin” already."),
        ({"password": "short"}, "The password needs at least 10 characters."),
        ({"name": ""}, "A person needs a name."),
    ],
)
def test_what_can_not_be_comes_back(admin: Editor, fields: dict[str, str], reason: str) -> None:
    typed = {"login": "eve", "name": "Eve", "role": "editor", "byline": "e", "password": PASSWORD, **fields}
    page = admin.send("/desk/people", typed)
    assert page.status == 422
    assert reason in page.said("error")
    assert page.tree.get_element_by_id("add-byline").get("value") == "e"
    assert PASSWORD not in page.text


def change(admin: Editor, identity: str, **fields: str) -> Page:
    return admin.send(f"/desk/people/{identity}", {"name": "Neu", "role": "editor", "do": "change", **fields})


def test_somebody_is_locked_and_unlocked(room: Newsroom, admin: Editor) -> None:
    admin.send("/desk/people", login="carl", name="Carl", role="editor", password=PASSWORD)
    carl = person(room, "carl")
    change(admin, carl, do="lock")
    assert not signs_in(room, "carl", PASSWORD)
    change(admin, carl, do="unlock")
    assert signs_in(room, "carl", PASSWORD)


def test_a_lost_password_is_replaced(room: Newsroom, admin: Editor) -> None:
    admin.send("/desk/people", login="dora", name="Dora", role="editor", password=PASSWORD)
    secret = change(admin, person(room, "dora"), do="reset").said("secret")
    assert signs_in(room, "dora", secret)


def test_a_role_is_changed(room: Newsroom, admin: Editor) -> None:
    admin.send("/desk/people", login="emil", name="Emil", role="reporter", password=PASSWORD)
    page = change(admin, person(room, "emil"), name="Emil E.", role="chief")
    assert "Emil E. is changed." in page.said("notice")
    (account,) = [each for each in room.house.people.accounts() if each.login == "emil"]
    assert (account.name, account.role) == ("Emil E.", "chief")


def test_the_last_admin_can_not_lock_themselves_out(room: Newsroom, admin: Editor) -> None:
    page = change(admin, person(room, "admin"), role="admin", do="lock")
    assert page.status == 422
    assert "this is the last admin" in page.said("error")


def test_nobody_by_that_id(admin: Editor) -> None:
    assert "There is no such person." in change(admin, "nobody").said("error")
