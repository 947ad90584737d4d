"""The API is fuzzed from its own description."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from tests.postgres import fresh_database
from tests.servers import Running, serving

from kirosample.routes import API


@pytest.fixture(scope="module")
def module_server(embedded_postgres: str) -> Iterator[Running]:
    with fresh_database(embedded_postgres) as database, serving(database) as running:
        running.ready()
        yield running


@pytest.fixture
def schema(module_server: Running) -> Any:
    return schemathesis.openapi.from_url(f"{module_server.url}/openapi.json")


described = schemathesis.pytest.from_fixture("schema")


@described.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_answers_as_it_is_described(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()


def test_every_endpoint_is_described(module_server: Running) -> None:
    paths = module_server.client.get("/openapi.json").json()["paths"]
    described = {(method.upper(), path) for path, by in paths.items() for method in by}
    assert described == {(endpoint.method, endpoint.path) for endpoint in API}


def test_the_readable_page_shows_every_endpoint(module_server: Running) -> None:
    page = module_server.client.get("/api").text
    for endpoint in API:
        assert endpoint.path in page
