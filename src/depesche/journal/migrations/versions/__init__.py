"""Migrations of the database's schema (alembic). Each runs once, in one transaction, when a journal is opened."""
