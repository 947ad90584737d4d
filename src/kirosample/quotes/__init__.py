"""Quotations with sources, and how a day picks one.

Pure: the catalogue is read once from the package's own data, everything else takes arguments.
"""

from kirosample.quotes.catalogue import EPOCH, Catalogue
from kirosample.quotes.quote import Quote
from kirosample.quotes.reading import CatalogueError, load, parse
from kirosample.quotes.vocabulary import LANGUAGES, TOPICS

__all__ = ["EPOCH", "LANGUAGES", "TOPICS", "Catalogue", "CatalogueError", "Quote", "load", "parse"]
