"""The head of a whole request as it came, where taking it apart would cost more than the answer.

A header is looked for by its lowered name, written as below, in the lowered head. The parser has
found the whole to be well-formed, which makes that safe: no folded line, no bare line feed, no name
with a space. Values are as they came; one that is missing is empty.
"""

HOST = b"\r\nhost:"
ACCEPT_ENCODING = b"\r\naccept-encoding:"
IF_NONE_MATCH = b"\r\nif-none-match:"
FORWARDED_PROTO = b"\r\nx-forwarded-proto:"
FORWARDED_FOR = b"\r\nx-forwarded-for:"
TRACE = b"\r\nx-amzn-trace-id:"

Forwarded = tuple[bytes, bytes, bytes]
"""What a proxy adds: the last `X-Forwarded-Proto`, the last `-For`, the first trace id."""

NOTHING: Forwarded = (b"", b"", b"")


def asked(head: bytes, lowered: bytes) -> tuple[bytes, bytes]:
    """What the client takes and has: the first `Accept-Encoding` and `If-None-Match`."""
    accepted = tags = b""
    if (at := lowered.find(ACCEPT_ENCODING)) >= 0:
        accepted = head[at + len(ACCEPT_ENCODING) : head.find(b"\r\n", at + 2)]
    if (at := lowered.find(IF_NONE_MATCH)) >= 0:
        tags = head[at + len(IF_NONE_MATCH) : head.find(b"\r\n", at + 2)]
    return accepted, tags


def forwarded(head: bytes, lowered: bytes) -> Forwarded:
    """What a proxy adds, if it does."""
    proto = addresses = trace = b""
    if (at := lowered.rfind(FORWARDED_PROTO)) >= 0:
        proto = head[at + len(FORWARDED_PROTO) : head.find(b"\r\n", at + 2)]
    if (at := lowered.rfind(FORWARDED_FOR)) >= 0:
        addresses = head[at + len(FORWARDED_FOR) : head.find(b"\r\n", at + 2)]
    if (at := lowered.find(TRACE)) >= 0:
        trace = head[at + len(TRACE) : head.find(b"\r\n", at + 2)]
    return proto, addresses, trace
