"""The process that draws: reads cards, answers pictures, and ends when nobody asks any more.

Both travel with their length before them, four bytes, the highest first.
"""

import signal
import sys
from typing import BinaryIO

from kirosample.share.cards import decode
from kirosample.share.pictures import picture


def main() -> None:
    """Draw what is asked for on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's reaches us too; the server decides
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while message := _read(asked):
        drawn = picture(decode(message))
        answers.write(len(drawn).to_bytes(4) + drawn)
        answers.flush()


def _read(asked: BinaryIO) -> bytes:
    """The next message; empty where there is none."""
    length = int.from_bytes(asked.read(4))
    return asked.read(length)


if __name__ == "__main__":
    main()
