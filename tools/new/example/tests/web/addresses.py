"""Every route, with a sample of each of its parameters."""

import re
from collections.abc import Iterator

from kirosample.routes import ROUTES
from tools.servers import Running


def addresses(server: Running) -> Iterator[tuple[str, str]]:
    """Each method and path of the route table."""
    samples = {
        "book_id": "1",
        # page
        "name": server.app.site.templates.assets.url("style.css").rpartition("/")[2],
        # /page
    }
    # no-page
    del server  # no route is named after a file's content
    # /no-page
    for method, pattern, *_ in ROUTES:
        yield method, re.sub(r"\{(\w+)\}", lambda match: samples[match[1]], pattern)
