"""What `make deploy` and the pipeline do."""


class Stopped(Exception):
    """A command cannot go on; the message says why, or what the operator has to do."""
