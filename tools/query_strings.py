"""`make generate`: the query strings that change a stored response, which CloudFront keys by.

They are the fields of what the handlers parse whose responses a shared cache may store, by the
patterns of `infra/product.py`.
"""

import json
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from unittest.mock import patch

import msgspec

from infra import product
from ishizue.http import requests
from ishizue_ops.app_contract import STATIC_FILES
from tools.addresses import addresses
from tools.servers import Running, serving

FILE = Path(product.__file__).with_name("query_strings.json")


def computed(server: Running) -> dict[str, list[str]]:
    """The names by pattern, in order."""
    cached = (STATIC_FILES, *product.PRODUCT.cached, product.PRODUCT.pages)
    names = {each.path: set[str]() for each in cached}
    parsed = set[str]()
    usual = requests.fields_of

    def fields_of(model: type[msgspec.Struct]) -> Mapping[str, requests.Field]:
        parsed.update(fields := usual(model))
        return fields

    with patch.object(requests, "fields_of", fields_of):
        for method, path in addresses(server):
            parsed.clear()
            stored = server.client.request(method, path).headers["cache-control"]
            if "s-maxage" in stored or stored.startswith("public"):
                pattern = next(each for each in names if fnmatchcase(path, each))
                names[pattern] |= parsed
    return {pattern: sorted(given) for pattern, given in names.items() if given}


def main() -> int:
    with serving(None) as server:
        FILE.write_text(json.dumps(computed(server), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
