"""The errors that end a command."""


class Failure(Exception):
    """The command failed; the message is one line for the operator."""

    code = 1

    def __init__(self, message: str, japanese: str | None = None) -> None:
        super().__init__(message)
        self.japanese = japanese or message


class DeclarationError(Failure):
    """A route, an endpoint or a policy that a service declares could never be served."""
