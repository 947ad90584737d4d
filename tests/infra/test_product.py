"""The application is what `infra.product` says of it."""

import json
from fnmatch import fnmatchcase

from infra.product import PRODUCT
from ishizue.health import LIVENESS_PATH, READINESS_PATH
from tools import query_strings
from tools.addresses import addresses
from tools.servers import Running


def test_the_query_strings_that_change_a_stored_response_are_known(pages: Running) -> None:
    written = json.loads(query_strings.FILE.read_text("utf-8"))
    assert query_strings.computed(pages) == written, "make generate"
    assert max(map(len, written.values())) <= 10, "CloudFront takes no more in one cache policy"


def test_what_no_cache_may_store_and_every_write_has_a_path_that_is_not_cached(
    pages: Running,
) -> None:
    for method, path in addresses(pages):
        stored = pages.client.request(method, path).headers["cache-control"]
        uncached = any(fnmatchcase(path, pattern) for pattern in PRODUCT.uncached)
        if path not in (LIVENESS_PATH, READINESS_PATH):
            assert uncached == (method != "GET" or "no-store" in stored), (method, path)


def test_a_good_release_passes_the_smoke_test(pages: Running) -> None:
    paths = [READINESS_PATH, *PRODUCT.smoke_test]
    assert [pages.client.request("GET", path).status_code for path in paths] == [200] * 6
