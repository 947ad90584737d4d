"""The hundred lots of the おみくじ, and what each says.

Pure: it reads no files but the package's own, and whoever draws brings the chance.
"""

from kirosample.omikuji.lots import ADVICE, FORTUNES, Lot, lots
