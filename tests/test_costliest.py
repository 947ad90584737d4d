"""The list of costliest requests has every route."""

from kirosample.costliest import COSTLIEST, name_of, sample
from kirosample.routes import ROUTES
from tools.servers import NOON


def test_every_route_says_its_costliest_request() -> None:
    assert {name_of(method, path) for method, path, *_ in ROUTES} == COSTLIEST.keys()


def test_the_costliest_requests_of_a_route_differ_so_that_no_cache_helps() -> None:
    for method, path in (name.split() for name, given in COSTLIEST.items() if given):
        sent = {sample(method, path, number, NOON.date()) for number in range(10)}
        assert len(sent) == 10, path
