"""Where Japanese lines break: the same on pages and on pictures."""
