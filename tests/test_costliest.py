"""The list of costliest requests; tests/web/test_bad_input.py finds what is missing in it."""

from kirosample.costliest import COSTLIEST, name_of, sample
from kirosample.routes import ROUTES
from tools.servers import NOON


def test_it_has_no_route_that_there_is_not() -> None:
    assert COSTLIEST.keys() <= {name_of(method, path) for method, path, *_ in ROUTES}


def test_the_costliest_requests_of_a_route_differ_so_that_no_cache_helps() -> None:
    for method, path in map(str.split, COSTLIEST):
        sent = {sample(method, path, number, NOON.date()) for number in range(10)}
        assert len(sent) == 10, path
