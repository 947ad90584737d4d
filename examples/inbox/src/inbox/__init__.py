"""An inbox of webhooks, on ishizue: stored once, and forwarded by a worker."""

from ishizue import Product

__version__ = "1.0.0"

PRODUCT = Product("Inbox", "inbox", __version__)
