"""The sentences that readings are made of: the files beside this one, and their parser."""

from kirosample.horoscope.lines.model import Line, Lines, Pool
from kirosample.horoscope.lines.parsing import load

__all__ = ["Line", "Lines", "Pool", "load"]
