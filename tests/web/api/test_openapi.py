"""The API conforms to its OpenAPI document."""

import html
import os
import re
import sys
from pathlib import Path

import pytest

from ishizue.testing.processes import printed
from kirosample.routes import API
from tools.servers import Running

HOOKS = """
import schemathesis

@schemathesis.hook
def filter_failure(context, failure, case, response):
    '''An empty parameter is an absent one, so it violates no schema.'''
    accepted = response.status_code == 200
    return not (accepted and "" in (case.query or {}).values())
"""


@pytest.mark.slow
def test_the_api_fuzzed_from_its_description_answers_as_described(
    quiet_server: Running, tmp_path: Path
) -> None:
    """Covering, random and stateful cases, positive and negative, checked against the schemas."""
    (tmp_path / "hooks.py").write_text(HOOKS)
    said = printed(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"{quiet_server.url}/openapi.json",
        "--max-examples=20",
        "--seed=1",
        "--no-color",
        # A cursor or an item in form may still be one that there is not, and a like is its
        # visitor's, whose cookie this client does not send along.
        "--exclude-checks=positive_data_acceptance,ensure_resource_availability",
        timeout=300,
        cwd=tmp_path,  # it keeps a cache where it runs
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks"},
    )
    assert f"Tested: {len(API)}" in said


def test_the_readable_page_shows_every_endpoint_at_this_server(quiet_server: Running) -> None:
    page = html.unescape(quiet_server.text("/api"))
    assert [endpoint.path for endpoint in API if endpoint.path not in page] == []
    called = re.findall("curl .*?'(http[^/]*//[^/]*)/", page)
    assert len(called) > 10
    assert set(called) == {f"http://localhost:{quiet_server.service_state.port}"}
    assert page.count("naha") == 1, "a list of values stands once"
