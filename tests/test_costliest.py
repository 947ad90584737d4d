"""The list of costliest requests; tests/web/test_bad_input.py compares it with the routes."""

from kirosample.costliest import COSTLIEST, sample
from tools.servers import NOON


def test_the_costliest_requests_of_a_route_differ_so_that_no_cache_helps() -> None:
    for method, path in map(str.split, COSTLIEST):
        sent = {sample(method, path, number, NOON.date()) for number in range(10)}
        assert len(sent) == 10, path
        assert "limit=101" not in str(sent), "which is refused, and costs nothing"
