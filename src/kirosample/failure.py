"""The errors that end a command."""


class Failure(Exception):
    """The command failed; the message is one line for the operator."""

    code = 1


class ContentError(Failure):
    """A file of the content is invalid; the message names the entry and the field."""

    code = 2
