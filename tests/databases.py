"""Databases for tests, of each kind that a journal can stand on: made quickly, and gone afterwards.

In: a folder, or a running PostgreSQL server. Out: URLs of databases that are blank, or that hold an empty journal.
Never: a database that two tests share.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
import pytest

from depesche.journal.engine import url_of
from depesche.journal.log import Journal

ON_SQLITE = pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("back_end", ["postgres"], indirect=True)
"""For a test of something that only one of them has."""
BACK_ENDS = ("sqlite", "postgres")
"""A kind of database is added here; every test of the contract then runs on it, too."""


class Databases(Protocol):
    """Makes databases."""

    def blank(self) -> str:
        """The URL of a database in which nothing is (an SQLite file isn't even there)."""

    def empty(self) -> str:
        """The URL of an empty journal: copying one takes less than migrating another."""

    def remove(self, url: str) -> None:
        """Forget this database, whoever is connected."""


class SqliteDatabases:
    """Files in a folder, the first one depesche.db; `template` is the file of an empty journal."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self._template = template
        self._numbers = itertools.count()

    def blank(self) -> str:
        number = next(self._numbers)
        return url_of(self._folder / f"depesche{number or ''}.db")

    def empty(self) -> str:
        url = self.blank()
        shutil.copy(self._template, url.removeprefix("sqlite:///"))
        return url

    def remove(self, url: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases of one server; `url` is that of its superuser."""

    def __init__(self, url: str) -> None:
        self._server = url
        self._numbers = itertools.count()
        self._template = ""
        # nothing here outlives a power cut; that a commit waits for the disk is asked of the session instead
        self.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def run(self, *statements: str) -> None:
        """Have the server do this, outside a transaction."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def blank(self) -> str:
        return self._made("template0")

    def empty(self) -> str:
        if not self._template:
            url = self.blank()
            Journal.open(url).close()
            self._template = name_of(url)
        return self._made(self._template)

    def remove(self, url: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")

    def _made(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return urlsplit(self._server)._replace(path=f"/{name}").geturl()


def name_of(url: str) -> str:
    """The name of this URL's database."""
    return urlsplit(url).path.removeprefix("/")
