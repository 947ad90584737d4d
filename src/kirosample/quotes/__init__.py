"""Quotations with sources, and the quote of each day.

Pure: it reads no files but the package's own.
"""

from kirosample import ruby
from kirosample.quotes.anniversaries import Anniversary, anniversaries
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.parsing import ID, load, parse
from kirosample.quotes.quote import LANGUAGES, Author, Quote, Season, lines
