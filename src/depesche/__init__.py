"""Depesche: a self-hosted desk for live coverage in which every statement has a source."""

__version__ = "0.1.0.dev0"
