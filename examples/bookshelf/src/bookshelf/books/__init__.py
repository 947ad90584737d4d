"""The books: the product's table, statements and rules, on top of `storage`."""

from bookshelf.books.model import LATEST, MAX_TITLE, Book
from bookshelf.books.schema import BOOKS, MIGRATIONS, open_database
from bookshelf.books.store import Store

__all__ = ["BOOKS", "LATEST", "MAX_TITLE", "MIGRATIONS", "Book", "Store", "open_database"]
