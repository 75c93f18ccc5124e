"""Accounts, sessions and tokens are rows that can be found, changed and erased."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from depesche.journal import people
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.journal.people import Account, LoginTaken, Session, Token
from tests.journal.made import NOW

ANNA = Account("a", "anna", "Anna Älter", "editor", "aä", "$argon2id$x", False, NOW, NOW)
BERT = Account("b", "bert", "Bert", "admin", "", "$argon2id$y", True, NOW, NOW)
SESSION = Session("5e55", "a", NOW, NOW, NOW + 100, "Firefox")
TOKEN = Token("t", "a", "Skript", "70ce", NOW)


@pytest.fixture
def staffed(journal: Journal) -> Journal:
    """A journal with two people in it, one of whom is signed in and has a token."""
    with journal.shelving() as c:
        people.put_account(c, ANNA)
        people.put_account(c, BERT)
        people.add_session(c, SESSION)
        people.add_token(c, TOKEN)
    return journal


def test_accounts_are_found_by_id_and_login(staffed: Journal) -> None:
    with staffed.reading() as c:
        assert people.account(c, "a") == ANNA
        assert people.account_by_login(c, "bert") == BERT
        assert sorted(each.id for each in people.accounts(c)) == ["a", "b"]
        assert people.account(c, "anna") is None
        assert people.account_by_login(c, "Anna") is None, "the desk asks in lower case"


def test_an_account_changes(staffed: Journal) -> None:
    changed = replace(ANNA, name="Anna Neu", disabled=True, changed_at=NOW + 1)
    with staffed.shelving() as c:
        people.put_account(c, changed)
    with staffed.reading() as c:
        assert people.account(c, "a") == changed
        assert len(people.accounts(c)) == 2


@pytest.mark.parametrize("row", [replace(ANNA, id="c"), replace(BERT, login="anna")])
def test_a_login_belongs_to_one(staffed: Journal, row: Account) -> None:
    with pytest.raises(LoginTaken, match="already"), staffed.shelving() as c:
        people.put_account(c, row)
    with staffed.reading() as c:
        assert sorted(each.login for each in people.accounts(c)) == ["anna", "bert"]


def test_a_session_knows_whose_it_is(staffed: Journal) -> None:
    with staffed.shelving() as c:
        people.touch_session(c, "5e55", NOW + 5, NOW + 500)
    with staffed.reading() as c:
        assert people.session(c, "5e55") == (replace(SESSION, seen_at=NOW + 5, expires_at=NOW + 500), ANNA)
        assert people.session(c, "0000") is None


def test_sessions_end(staffed: Journal) -> None:
    with staffed.shelving() as c:
        for each in ("1", "2", "3"):
            people.add_session(c, replace(SESSION, hash=each, expires_at=NOW + int(each)))
        people.drop_session(c, "1")
        people.drop_expired(c, NOW + 2)
        assert [each for each in ("1", "2", "3", "5e55") if people.session(c, each)] == ["3", "5e55"]
        people.drop_sessions(c, "a", keep="3")
        assert [each for each in ("3", "5e55") if people.session(c, each)] == ["3"]
        people.drop_sessions(c, "a")
        assert people.session(c, "3") is None


def test_a_token_knows_whose_it_is(staffed: Journal) -> None:
    with staffed.shelving() as c:
        people.touch_token(c, "t", NOW + 7)
        people.add_token(c, Token("u", "b", "Anderes", "beef", NOW - 1))
    with staffed.reading() as c:
        assert people.token(c, "70ce") == (replace(TOKEN, used_at=NOW + 7), ANNA)
        assert people.token(c, "7") is None
        assert [each.id for each in people.tokens(c)] == ["u", "t"]
        assert [each.id for each in people.tokens(c, "b")] == ["u"]
    with staffed.shelving() as c:
        assert people.drop_token(c, "t")
        assert not people.drop_token(c, "t")
        assert people.token(c, "70ce") is None


def test_nobody_has_sessions_without_an_account(staffed: Journal) -> None:
    with pytest.raises(JournalError), staffed.shelving() as c:
        people.add_session(c, replace(SESSION, hash="9", account="nobody"))
