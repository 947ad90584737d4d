"""The work of each command; `cli.py` parses their arguments."""
