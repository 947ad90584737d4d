"""What visitors like, kept in PostgreSQL. The one place with SQL."""

from kirosample.favorites.coalescing import QueueFull, ReadFailed, Round
from kirosample.favorites.database import Database, Readiness, Unavailable
from kirosample.favorites.migrations import SchemaError, migrate
from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type
from kirosample.favorites.popular import Popular
from kirosample.favorites.store import FIRST_PAGE, Position, Store, parse_overview

__all__ = [
    "FIRST_PAGE",
    "TYPES",
    "Database",
    "Favorite",
    "Item",
    "Popular",
    "Position",
    "QueueFull",
    "ReadFailed",
    "Readiness",
    "Round",
    "SchemaError",
    "Stat",
    "Store",
    "Type",
    "Unavailable",
    "migrate",
    "parse_overview",
]
