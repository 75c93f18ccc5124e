"""Prepared statements give the same on every back end, whoever runs them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import StatementError

from depesche.journal import tables as t
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.journal.prepared import Prepared

_A = t.account.c
ADD = Prepared(insert(t.account))


def account(number: int, **other: Any) -> dict[str, Any]:
    """A row."""
    words = {"id": str(number), "login": f"l{number}", "name": "A", "role": "chief", "byline": "", "password": ""}
    return {**words, "disabled": False, "created_at": 2**50, "changed_at": number, **other}


def test_rows_have_their_columns_as_attributes_and_come_as_many_as_asked_for(journal: Journal) -> None:
    of_role = select(t.account).where(_A.role == bindparam("asked"))
    asked = Prepared(of_role.order_by(_A.changed_at).limit(bindparam("most")))
    with journal.shelving() as connection:
        ADD.run(connection, account(1))
        ADD.many(connection, [account(2), account(3)])
        rows = asked.all(connection, {"asked": "chief", "most": 2})
        assert [(row.login, row.changed_at, row.created_at) for row in rows] == [("l1", 1, 2**50), ("l2", 2, 2**50)]
        assert asked.first(connection, {"asked": "editor", "most": 2}) is None
        assert asked.value(connection, {"asked": "editor", "most": 2}) is None


def test_truths_are_truths_and_what_was_changed_is_counted(journal: Journal) -> None:
    lock = Prepared(update(t.account).where(_A.id == bindparam("its_id")).values(disabled=True))
    asked = Prepared(select(_A.disabled).where(_A.role == "chief"))
    with journal.shelving() as connection:
        ADD.run(connection, account(1))
        assert asked.value(connection, {}) is False
        assert (lock.run(connection, {"its_id": "1"}), lock.run(connection, {"its_id": "2"})) == (1, 0)
        assert asked.value(connection, {}) is True


def test_what_the_database_refuses_is_told(journal: Journal) -> None:
    with journal.shelving() as connection:
        ADD.run(connection, account(1))
    with pytest.raises(JournalError), journal.shelving() as connection:
        ADD.run(connection, account(1))


def test_a_value_that_is_missing_is_no_null(journal: Journal) -> None:
    asked, row = Prepared(select(_A.id).where(_A.login == bindparam("asked"))), account(1)
    with pytest.raises((JournalError, StatementError)), journal.shelving() as connection:
        asked.first(connection, {"aksed": "l1"})
    del row["changed_at"]
    with pytest.raises((JournalError, StatementError)), journal.shelving() as connection:
        ADD.run(connection, row)
