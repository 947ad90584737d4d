"""What ends a command."""


class Failure(Exception):
    """What was asked for could not be done; the message says why in one line, for the operator."""
