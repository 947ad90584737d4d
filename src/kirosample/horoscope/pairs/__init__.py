"""How two signs get on today: the texts beside this module, and how they are dealt."""

from kirosample.horoscope.pairs.lines import load
from kirosample.horoscope.pairs.pairing import PairReading, in_order, pair, pairs

__all__ = ["PairReading", "in_order", "load", "pair", "pairs"]
