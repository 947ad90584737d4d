"""The product's rooms, of which `test_architecture.py` enforces the rules."""

from collections.abc import Mapping

PURE: Mapping[str, set[str]] = {}
"""Rooms that do no I/O and read no clock, and what each imports besides itself."""

TABLES = "books"
"""The room with the tables and their SQL."""

OTHERS: Mapping[str, set[str]] = {}
"""What each other room imports."""
