"""A shelf of books, on ishizue."""

from ishizue.product import Product

__version__ = "1.0.0"

PRODUCT = Product("Bookshelf", "bookshelf", __version__)
