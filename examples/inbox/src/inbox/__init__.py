"""An inbox of webhooks, on ishizue: stored once, and forwarded by a worker."""

from ishizue import Program

__version__ = "1.0.0"

PRODUCT = Program("Inbox", "inbox", __version__)
