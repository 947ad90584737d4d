"""How favorites use `storage`: their migrations, write check and sessions."""

from importlib import resources
from typing import Any

from kirosample.storage.database import Database, Product
from kirosample.storage.migrations import Migrations

MIGRATIONS = Migrations(
    resources.files("kirosample.favorites") / "migrations", "kirosample migrate"
)

FAVORITES = Product(
    name="favorites",
    migrations=MIGRATIONS,
    write_check=(
        "UPDATE favorites SET likes = likes WHERE false; DELETE FROM favorite_likes WHERE false"
    ),
    session={"application_name": "kirosample"},
    # Planning a batch takes as long as running it, so it is done once: for any batch, and for
    # tables of any size, as they may be empty when the first one comes.
    writer_session={"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"},
)


def open_database(connect_arguments: dict[str, Any], *, migrating: bool) -> Database:
    """The database of favorites, to be entered as a context manager."""
    return Database(connect_arguments, FAVORITES, migrating=migrating)
