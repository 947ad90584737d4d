"""What the product decides in the design; `app_contract.py` has what holds for any application."""

from typing import Literal

from infra.app_contract import Cached, Secret

# rds
DATABASE: Literal["rds", "aurora", "none"] = "rds"
# /rds
# aurora
DATABASE: Literal["rds", "aurora", "none"] = "aurora"
# /aurora
# no-database
DATABASE: Literal["rds", "aurora", "none"] = "none"
# /no-database
"""The default of the variable of this name."""

PAGES = Cached("Pages", "*")
"""Every path that no other pattern matches."""

CACHED: tuple[Cached, ...] = ()
"""Paths with other query strings than the pages."""

# page
UNCACHED = ("/", "/api/*", "/books*")
# /page
# no-page
UNCACHED = ("/api/*",)
# /no-page
"""The paths of what is written, or read from the database."""

SECRETS: tuple[Secret, ...] = ()
"""What Secrets Manager generates for the application, besides the database's passwords."""
