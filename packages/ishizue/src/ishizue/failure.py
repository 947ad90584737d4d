"""The errors that end a command."""


class Failure(Exception):
    """The command failed; the message is one line for the operator."""

    code = 1
