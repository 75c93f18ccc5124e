"""People of the desk: who gets in, for how long, and who doesn't."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from depesche.desk.passwords import Denied
from depesche.desk.people import HOUR, LONGEST_SESSION, People, SignedIn
from depesche.desk.throttle import PAIR
from depesche.journal.log import Journal
from depesche.journal.people import Account

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the tests are about who gets in, not about cost


class Clock:
    """A clock that a test moves by hand: microseconds UTC."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000_000

    def __call__(self) -> int:
        return self.now

    def steady(self) -> float:
        return self.now / 1e6


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    opened = Journal.open(empty_journal)
    yield opened
    opened.close()


@pytest.fixture
def people(journal: Journal, clock: Clock) -> People:
    return People(journal, hours=12, clock=clock, steady=clock.steady, hasher=QUICK)


def hire(people: People, login: str = "ada", role: str = "editor") -> Account:
    account = people.add(login, login.title(), role, PASSWORD)  # type: ignore[arg-type]
    assert isinstance(account, Account)
    return account


def enter(people: People, login: str = "ada", password: str = PASSWORD, address: str = "192.0.2.1") -> SignedIn:
    entered = people.sign_in(login, password, address=address)
    assert isinstance(entered, SignedIn), entered
    return entered


def denied(answer: object) -> str:
    assert isinstance(answer, Denied), answer
    assert answer.reason
    return answer.code


def test_who_knows_the_password_gets_in(people: People) -> None:
    account = hire(people)
    session = enter(people, " ADA ")
    assert session.actor.id == account.id
    found = people.session(session.token)
    assert found is not None
    assert found.actor == session.actor


@pytest.mark.parametrize(
    ("login", "password"), [("ada", "wrong horse battery"), ("eve", PASSWORD), ("", ""), ("ada", "")]
)
def test_who_doesnt_gets_one_and_the_same_answer(people: People, login: str, password: str) -> None:
    hire(people)
    assert people.sign_in(login, password, address="192.0.2.1") == Denied("login_wrong")


def test_an_unknown_name_takes_as_long_as_a_wrong_password(journal: Journal) -> None:
    people = People(journal)
    hire(people)

    def seconds(login: str) -> float:
        best = 9.0
        for number in range(4):
            began = time.process_time()
            denied(people.sign_in(login, "wrong horse battery", address=f"198.51.100.{number}"))
            best = min(best, time.process_time() - began)
        return best

    known, unknown = seconds("ada"), seconds("eve")
    assert unknown > known / 3, "an unknown name must not be told by a quick answer"
    assert known > unknown / 3


def test_a_session_ends_when_nobody_clicks(people: People, clock: Clock) -> None:
    hire(people)
    token = enter(people).token
    clock.now += 11 * HOUR
    assert people.session(token) is not None
    clock.now += 11 * HOUR
    assert people.session(token) is not None, "every use puts the end off"
    clock.now += 12 * HOUR + 1
    assert people.session(token) is None


def test_a_session_ends_after_a_week_of_clicks(people: People, clock: Clock) -> None:
    hire(people)
    token = enter(people).token
    for _ in range(LONGEST_SESSION // HOUR - 1):
        clock.now += HOUR
        assert people.session(token) is not None
    clock.now += HOUR
    assert people.session(token) is None


def test_signing_in_changes_the_token_and_ends_the_browsers_old_session(people: People) -> None:
    hire(people)
    old = enter(people).token
    new = people.sign_in("ada", PASSWORD, address="192.0.2.1", instead_of=old)
    assert isinstance(new, SignedIn)
    assert new.token != old
    assert people.session(old) is None


def test_signing_out_ends_this_session_only(people: People) -> None:
    hire(people)
    one, other = enter(people).token, enter(people).token
    people.sign_out(one)
    assert people.session(one) is None
    assert people.session(other) is not None


def test_the_database_holds_no_password_and_no_token(people: People, journal: Journal) -> None:
    account = hire(people)
    token, bearer = enter(people).token, people.make_token(account.id, "import")
    with journal.reading() as connection:
        rows = [
            str(row)
            for table in ("account", "session", "token")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 3
    for secret in (PASSWORD, token, bearer):
        assert not any(secret in row for row in rows)
    assert any("$argon2id$" in row for row in rows)


def test_after_five_failures_even_the_right_password_waits(people: People, clock: Clock) -> None:
    hire(people)
    for _ in range(PAIR.most):
        assert denied(people.sign_in("ada", "wrong horse battery", address="192.0.2.1")) == "login_wrong"
    answer = people.sign_in("ada", PASSWORD, address="192.0.2.1")
    assert isinstance(answer, Denied)
    assert (answer.code, answer.wait) == ("login_wait", PAIR.window)
    assert enter(people, address="203.0.113.7").token, "another address doesn't wait"
    clock.now += answer.wait * 1_000_000
    enter(people)


def test_whoever_is_locked_is_out_at_once(people: People) -> None:
    account = hire(people)
    token, bearer = enter(people).token, people.make_token(account.id, "import")
    assert people.bearer(bearer) is not None
    people.change(account.id, name="Ada", role="editor", disabled=True)
    assert people.session(token) is None
    assert people.bearer(bearer) is None
    assert denied(people.sign_in("ada", PASSWORD, address="192.0.2.1")) == "login_wrong"
    people.change(account.id, name="Ada", role="editor", disabled=False)
    enter(people)


def test_a_new_role_counts_from_the_next_session_on(people: People) -> None:
    account = hire(people)
    token = enter(people).token
    people.change(account.id, name="Ada", role="reporter")
    assert people.session(token) is None
    assert enter(people).actor.role == "reporter"


def test_a_new_password_ends_all_sessions(people: People) -> None:
    hire(people)
    token = enter(people).token
    assert isinstance(people.set_password("ADA", "another horse entirely"), Account)
    assert people.session(token) is None
    assert denied(people.sign_in("ada", PASSWORD, address="192.0.2.1")) == "login_wrong"
    enter(people, password="another horse entirely")


def test_ones_own_password_is_changed_with_the_present_one(people: People) -> None:
    hire(people)
    mine, other = enter(people).token, enter(people).token
    assert (
        denied(people.change_password(mine, "wrong horse battery", "a new horse", address="1.2.3.4"))
        == "password_wrong"
    )
    changed = people.change_password(mine, PASSWORD, "a new horse entirely", address="1.2.3.4")
    assert isinstance(changed, SignedIn)
    assert people.session(mine) is None
    assert people.session(other) is None
    assert people.session(changed.token) is not None


def test_guessing_the_present_password_is_throttled_too(people: People) -> None:
    hire(people)
    token = enter(people).token
    answers = [
        denied(people.change_password(token, "wrong horse battery", "a new horse", address="1.2.3.4"))
        for _ in range(PAIR.most + 1)
    ]
    assert answers == ["password_wrong"] * PAIR.most + ["login_wait"]


def test_a_reset_password_works_once_told(people: People) -> None:
    account = hire(people)
    secret = people.reset_password(account.id)
    assert isinstance(secret, str)
    enter(people, password=secret)


@pytest.mark.parametrize(
    ("login", "name", "role", "password", "code"),
    [
        ("", "Ada", "editor", PASSWORD, "login_invalid"),
        ("a" * 101, "Ada", "editor", PASSWORD, "login_invalid"),
        ("a\x00b", "Ada", "editor", PASSWORD, "login_invalid"),
        ("bob", " ", "editor", PASSWORD, "name_missing"),
        ("bob", "Bob", "owner", PASSWORD, "role_unknown"),
        ("bob", "Bob", "editor", "short", "password_short"),
        ("bob", "Bob", "editor", "x" * 1001, "password_long"),
        ("bob-the-builder", "Bob", "editor", "Bob-The-Builder", "password_is_login"),
        ("ADA", "Ada 2", "editor", PASSWORD, "login_taken"),
    ],
)
def test_an_account_that_can_not_be_is_refused(
    people: People, login: str, name: str, role: str, password: str, code: str
) -> None:
    hire(people)
    assert denied(people.add(login, name, role, password)) == code  # type: ignore[arg-type]
    assert len(people.accounts()) == 1


def test_the_last_admin_stays(people: People) -> None:
    admin = hire(people, "root", "admin")
    assert denied(people.change(admin.id, name="Root", role="chief")) == "last_admin"
    assert denied(people.change(admin.id, name="Root", role="admin", disabled=True)) == "last_admin"
    hire(people, "second", "admin")
    assert isinstance(people.change(admin.id, name="Root", role="chief"), Account)


def test_a_token_speaks_for_its_account_until_it_is_dropped(people: People) -> None:
    account = hire(people)
    token = people.make_token(account.id, "import")
    actor = people.bearer(token)
    assert actor is not None
    assert (actor.id, actor.role) == (account.id, "editor")
    assert people.bearer(token + "x") is None
    assert people.bearer("") is None
    (row,) = people.tokens(account.id)
    assert row.label == "import"
    assert people.drop_token(row.id)
    assert not people.drop_token(row.id)
    assert people.bearer(token) is None
    with pytest.raises(LookupError):
        people.make_token("nobody", "x")


@pytest.mark.parametrize("token", ["", "x", "\udc80", "a" * 10_000])
def test_what_is_no_token_opens_nothing(people: People, token: str) -> None:
    hire(people)
    assert people.session(token) is None
    assert people.bearer(token) is None
