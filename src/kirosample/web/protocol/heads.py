"""The head of a whole request as it came, where taking it apart would cost more than the answer.

A header is looked for by its lowered name, written as below, in the lowered head. The parser has
found the whole to be well-formed, which makes that safe: no folded line, no bare line feed, no name
with a space.
"""

IF_NONE_MATCH = b"\r\nif-none-match:"
ACCEPT_ENCODING = b"\r\naccept-encoding:"
FORWARDED_PROTO = b"\r\nx-forwarded-proto:"
FORWARDED_FOR = b"\r\nx-forwarded-for:"
TRACE = b"\r\nx-amzn-trace-id:"


def first(head: bytes, lowered: bytes, name: bytes) -> bytes | None:
    """The value of the first header of this name, as it came."""
    at = lowered.find(name)
    if at < 0:
        return None
    at += len(name)
    return head[at : head.find(b"\r\n", at)]


def last(head: bytes, lowered: bytes, name: bytes) -> bytes | None:
    """The value of the last one."""
    at = lowered.rfind(name)
    if at < 0:
        return None
    at += len(name)
    return head[at : head.find(b"\r\n", at)]


def is_https(head: bytes, lowered: bytes) -> bool:
    """Whether a proxy says that its client came over TLS."""
    proto = first(head, lowered, FORWARDED_PROTO)
    return proto is not None and proto.strip().lower() == b"https"
