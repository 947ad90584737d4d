"""The head of a whole request as it came, where taking it apart would cost more than the answer."""


class Head:
    """Finds headers by their lowered names; the parser has found the whole to be well-formed.

    That is what makes searching safe: no folded line, no bare line feed, no name with a space.
    """

    __slots__ = ("_lowered", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._lowered = raw.lower()

    def first(self, name: bytes) -> str | None:
        """The value of the first header of this name, as it came."""
        at = self._lowered.find(b"\r\n" + name + b":")
        return None if at < 0 else self._value(at + len(name) + 3)

    def last(self, name: bytes) -> str | None:
        """The value of the last one."""
        at = self._lowered.rfind(b"\r\n" + name + b":")
        return None if at < 0 else self._value(at + len(name) + 3)

    def _value(self, at: int) -> str:
        return self._raw[at : self._raw.index(b"\r\n", at)].decode("latin-1")
