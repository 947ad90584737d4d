"""The errors that end a command."""


class Failure(Exception):
    """The command failed; the message is one line for the operator."""

    code = 1


class DeclarationError(Failure):
    """A route, an endpoint or a policy that a service declares could never be served."""
