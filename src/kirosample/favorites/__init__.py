"""What visitors like: the product's table, statements and rules, on top of `storage`."""

from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type
from kirosample.favorites.popular import Popular
from kirosample.favorites.schema import FAVORITES, MIGRATIONS, open_database
from kirosample.favorites.store import FIRST_PAGE, Position, Store, parse_overview

__all__ = [
    "FAVORITES",
    "FIRST_PAGE",
    "MIGRATIONS",
    "TYPES",
    "Favorite",
    "Item",
    "Popular",
    "Position",
    "Stat",
    "Store",
    "Type",
    "open_database",
    "parse_overview",
]
