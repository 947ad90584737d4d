"""The books: the product's table, statements and rules, on top of `storage`."""

from kirosample.books.model import LATEST, Book
from kirosample.books.schema import BOOKS, MIGRATIONS, open_database
from kirosample.books.store import Store

__all__ = ["BOOKS", "LATEST", "MIGRATIONS", "Book", "Store", "open_database"]
