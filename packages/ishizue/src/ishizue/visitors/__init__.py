"""Visitors without accounts: an anonymous number in a signed cookie, and the keys that sign it."""

from ishizue.visitors.cookies import SECURITY_SCHEME, Visitors
from ishizue.visitors.keys import COOKIE_KEYS, VisitorSettings, cookie_keys

__all__ = ["COOKIE_KEYS", "SECURITY_SCHEME", "VisitorSettings", "Visitors", "cookie_keys"]
