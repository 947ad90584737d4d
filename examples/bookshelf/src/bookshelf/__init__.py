"""A shelf of books, on ishizue."""

from ishizue.program import Program

__version__ = "1.0.0"

PRODUCT = Program("Bookshelf", "bookshelf", __version__)
