"""The requests of cold pages and floods."""

import itertools

import pytest

from benchmarks.loads import LOADS, flood
from benchmarks.targets import COLD


@pytest.mark.parametrize("load", COLD)
def test_a_load_repeats_no_request_that_the_page_cache_could_serve(load: str) -> None:
    paths = [request.path for request in itertools.islice(LOADS[load](), 300)]
    assert len(set(paths)) == len(paths)


def test_half_of_a_flood_and_all_of_a_crowd_share_a_client_or_a_site() -> None:
    def addresses(site: str) -> list[bytes]:
        requests = itertools.islice(flood("a cold page", 3000, 100, site), 100)
        return [r.partition(b"X-Forwarded-For: ")[2].partition(b"\r\n")[0] for r in requests]

    assert addresses("").count(b"10.0.0.0") == 50
    assert len(set(addresses(""))) == 51
    assert len({address.rpartition(b".")[0] for address in addresses("/24")}) == 1
    assert len({address[:11] for address in addresses("/48")}) == 1
    assert len(set(addresses("/48"))) == 100
