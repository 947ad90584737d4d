"""What visitors like: the product's table, statements and rules, on top of `storage`."""

from kirosample.favorites.model import TYPES, Favorite, Item, Stat, Type, day_and_sign, is_readable
from kirosample.favorites.page_counts import PageCounts
from kirosample.favorites.store import (
    FAVORITES,
    FIRST_PAGE,
    MIGRATIONS,
    Position,
    Store,
    open_database,
)
from kirosample.favorites.transfers import CODE_MINUTES, MAX_MOVED, Offer, Transfer
