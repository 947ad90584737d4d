"""What is wrong with the catalogue."""


class CatalogueError(ValueError):
    """The catalogue is invalid; the message names the entry and the field."""
