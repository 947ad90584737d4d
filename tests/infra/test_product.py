"""What `infra.product` says of the application, compared with the application."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec
import pytest

from infra.product import PRODUCT
from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http import requests
from ishizue_ops.app_contract import STATIC_FILES
from ishizue_ops.template import Design
from ishizue_ops.testing.reading import container, given
from kirosample import settings
from tests.web.addresses import addresses
from tools.servers import Running

DATABASE = {"host": "h", "port": 5432, "dbname": "n", "username": "u", "password": "p"}
"""The secret of RDS's master user."""


def test_the_generated_secret_is_one_cookie_key(design: Design) -> None:
    assert len(settings.read(given(design, container(design), DATABASE)).cookie_keys) == 1


def test_the_query_strings_that_change_a_stored_response_are_known(
    pages: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the fields of what the handlers parse whose responses may be stored."""
    parsed, usual = set[str](), requests.fields_of

    def fields_of(model: type[msgspec.Struct]) -> Mapping[str, requests.Field]:
        found = usual(model)
        parsed.update(found)
        return found

    monkeypatch.setattr(requests, "fields_of", fields_of)
    known = {each.path: set(each.query) for each in (STATIC_FILES, *PRODUCT.cached, PRODUCT.pages)}
    found = {pattern: set[str]() for pattern in known}
    for method, path in addresses(pages):
        parsed.clear()
        stored = pages.client.request(method, path).headers["cache-control"]
        if "s-maxage" in stored or stored.startswith("public"):
            found[next(pattern for pattern in known if fnmatchcase(path, pattern))] |= parsed
    assert found == known


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
