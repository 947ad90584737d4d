"""Every route, with a sample of each of its parameters."""

import re
from collections.abc import Iterator

from kirosample.routes import ROUTES
from tools.servers import Running


def addresses(server: Running, **samples: str) -> Iterator[tuple[str, str]]:
    """Each method and path of the route table; `samples` are other parameters than usual."""
    usual = {
        "sign": "leo",
        "one": "aries",
        "other": "leo",
        "purpose": "wedding",
        "quote_id": server.portal.catalogue.quotes[0].id,
        "date": "2026-11-24",
        "shape": "square",
        "month_and_day": "02-09",
        "name": server.portal.assets.url("style.css").rpartition("/")[2],
        "favorite_id": "1",
        "number": "57",
    }
    for method, pattern, *_ in ROUTES:
        yield method, re.sub(r"\{(\w+)\}", lambda match: (usual | samples)[match[1]], pattern)
