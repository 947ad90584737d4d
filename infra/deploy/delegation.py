"""A name's DNS records, as this machine's resolver finds them."""

from dns.exception import DNSException
from dns.name import from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

_SECONDS = 6


class LookupFailed(Exception):
    """No resolver gave a valid response; the message is one line."""


def records(name: str, kind: str, resolver: tuple[str, int] | None = None) -> set[str]:
    """The name's own records of a type such as `MX`, as in a zone file without the final dot.

    Empty if there are none, or if the name is an alias (CNAME) of another that has some. Asks
    `resolver` (address, port), or those of this machine. Raises LookupFailed.
    """
    try:
        asking = Resolver(configure=resolver is None)
        if resolver:
            asking.nameservers, asking.port = [resolver[0]], resolver[1]
        answer = asking.resolve(name, kind, lifetime=_SECONDS, search=False)
    except (NXDOMAIN, NoAnswer):
        return set()
    except DNSException as error:
        raise LookupFailed(" ".join(str(error).split())) from None
    if answer.canonical_name != from_text(name) and kind != "CNAME":
        return set()
    return {record.to_text().removesuffix(".") for record in answer}
