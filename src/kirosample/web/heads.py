"""The head of a whole request as it came, where taking it apart would cost more than the answer."""

IF_NONE_MATCH = b"\r\nif-none-match:"
ACCEPT_ENCODING = b"\r\naccept-encoding:"
FORWARDED_PROTO = b"\r\nx-forwarded-proto:"
FORWARDED_FOR = b"\r\nx-forwarded-for:"
TRACE = b"\r\nx-amzn-trace-id:"


class Head:
    """Finds headers by their lowered names, written as above.

    The parser has found the whole to be well-formed, which makes searching safe: no folded line, no
    bare line feed, no name with a space.
    """

    __slots__ = ("_lowered", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._lowered = raw.lower()

    def first(self, name: bytes) -> bytes | None:
        """The value of the first header of this name, as it came."""
        at = self._lowered.find(name)
        if at < 0:
            return None
        at += len(name)
        return self._raw[at : self._raw.index(b"\r\n", at)]

    def last(self, name: bytes) -> bytes | None:
        """The value of the last one."""
        at = self._lowered.rfind(name)
        if at < 0:
            return None
        at += len(name)
        return self._raw[at : self._raw.index(b"\r\n", at)]
