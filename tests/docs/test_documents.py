"""What the documents promise by name is there: links, codes of problems, make targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from depesche import app
from depesche.settings import Settings

CHECKOUT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_the_documents_are_found() -> None:
    assert {"README.md", "CONTRIBUTING.md", "api.md", "0001-journal-form.md"} <= {path.name for path in DOCUMENTS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_code_that_the_api_answers_with_is_explained() -> None:
    sources = sorted((CHECKOUT / "src/depesche/web").rglob("*.py"))
    codes = {code for path in sources for code in re.findall(r'Problem\(\s*\d+,\s*"(\w+)"', path.read_text())}
    assert {"conflict", "token_missing"} <= codes
    text = (CHECKOUT / "docs/api.md").read_text()
    assert sorted(code for code in codes if f"| `{code}` |" not in text) == []


def test_every_public_address_is_in_the_documents(tmp_path: Path) -> None:
    application = app.create(Settings(folder=tmp_path / "var"))
    application.state.house.desk.close()
    application.state.house.journal.close()
    paths = {re.sub(r":\w+}", "}", route.path) for route in application.routes if isinstance(route, Route)}
    public = {path for path in paths if not path.startswith(("/desk", "/api"))}
    assert {"/", "/{slug}/live"} <= public
    text = (CHECKOUT / "docs/api.md").read_text()
    assert sorted(path for path in public if f"`{path}`" not in text and f"`{path}?" not in text) == []
    assert "/api/openapi.json" in text


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^\.PHONY: (.+)$", (CHECKOUT / "Makefile").read_text(), re.M))
    named = {
        name for document in DOCUMENTS for name in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", document.read_text(), re.M)
    }
    assert {"demo", "test"} <= named
    assert named - targets == set()
