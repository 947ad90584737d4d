"""What `make deploy` and the pipeline do."""


class Stopped(Exception):
    """A step needs the operator; the message says what to do."""
