"""What the product decides in the design; `app_contract.py` has what holds for any application."""

from typing import Literal

from infra.app_contract import Cached, Secret

DATABASE: Literal["rds", "aurora", "none"] = "rds"
"""The default of the variable of this name."""

PAGES = Cached("Pages", "*")
"""Every path that no other pattern matches."""

CACHED: tuple[Cached, ...] = ()
"""Paths with other query strings than the pages."""

UNCACHED = ("/", "/api/*", "/books*")
"""The paths of what is written, or read from the database."""

SECRETS: tuple[Secret, ...] = ()
"""What Secrets Manager generates for the application, besides the database's passwords."""
