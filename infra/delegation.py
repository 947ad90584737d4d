"""Who serves a domain, as the internet sees it: one NS question to this machine's resolver.

The standard library resolves addresses only, and one question does not earn a dependency. The
messages are those of RFC 1035, section 4.
"""

import secrets
import socket
import struct
from pathlib import Path

_RESOLVERS = Path("/etc/resolv.conf")
_NS, _INTERNET, _RECURSION_DESIRED = 2, 1, 0x0100
_SECONDS, _TRIES = 3, 2


class LookupFailed(Exception):
    """Nobody answered, or not as DNS does; the message is one line."""


def name_servers(domain: str, resolver: tuple[str, int] | None = None) -> set[str]:
    """The names that `domain` is delegated to, in lower case; empty when it is to none.

    Asks `resolver` (address, port), or the first one that this machine has. Raises LookupFailed.
    """
    address = resolver or (_first_resolver(), 53)
    number = secrets.randbelow(1 << 16)
    question = _name(domain) + struct.pack("!2H", _NS, _INTERNET)
    message = struct.pack("!6H", number, _RECURSION_DESIRED, 1, 0, 0, 0) + question
    answer = _ask(message, address)
    try:
        return _answers(answer, number)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise LookupFailed(f"the resolver {address[0]} answered nonsense") from None


def _ask(message: bytes, address: tuple[str, int]) -> bytes:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_SECONDS)
        for _ in range(_TRIES):
            try:
                asking.connect(address)
                asking.send(message)
                return asking.recv(4096)
            except OSError:
                continue
    raise LookupFailed(f"the resolver {address[0]} does not answer")


def _first_resolver() -> str:
    lines = _RESOLVERS.read_text().splitlines() if _RESOLVERS.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    if not found:
        raise LookupFailed("this machine names no resolver")
    return found[0]


def _name(domain: str) -> bytes:
    labels = domain.rstrip(".").encode("idna").split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _answers(message: bytes, number: int) -> set[str]:
    found_number, _flags, questions, answers = struct.unpack_from("!4H", message)
    if found_number != number:
        raise IndexError
    at = 12
    for _ in range(questions):
        at = _read_name(message, at)[1] + 4
    servers = set()
    for _ in range(answers):
        at = _read_name(message, at)[1]
        kind, _class, _ttl, length = struct.unpack_from("!2HIH", message, at)
        at += 10
        if kind == _NS:
            servers.add(_read_name(message, at)[0].lower())
        at += length
    return servers


def _read_name(message: bytes, at: int) -> tuple[str, int]:
    """The name at a place, and the place after it. A name may end in a pointer to another."""
    labels: list[str] = []
    after = None
    for _ in range(len(message)):  # pointers that form a circle end here
        length = message[at]
        if length >= 0xC0:
            after = after or at + 2
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
        elif length:
            labels.append(message[at + 1 : at + 1 + length].decode("ascii"))
            at += 1 + length
        else:
            return ".".join(labels), after or at + 1
    raise IndexError
