"""The documents name every setting, change and hook, in the words of the code. `make docs` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.tables import TABLES, between, write

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture(autouse=True, scope="module")
def update() -> None:
    if os.environ.get("UPDATE"):
        write(DOCS)


@pytest.mark.parametrize("name", TABLES)
def test_the_table_in_the_documents_is_what_the_code_says(name: str) -> None:
    document, make = TABLES[name]
    text = (DOCS / document).read_text()
    first, last = between(text, name)
    table = make()
    assert table.count("\n") > 2, "the table is empty"
    assert text[first:last] == table, "make docs"
