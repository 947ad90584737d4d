"""The list of costliest requests has every route."""

from kirosample.costliest import COSTLIEST, path_of, sample
from kirosample.routes import ROUTES
from tools.servers import NOON


def test_every_route_says_its_costliest_request() -> None:
    assert {(method, path_of(path)) for method, path, *_ in ROUTES} == COSTLIEST.keys()


def test_the_costliest_requests_of_a_route_differ_so_that_no_cache_helps() -> None:
    for method, path in COSTLIEST:
        if COSTLIEST[method, path].query:
            sent = {sample(method, path, number, NOON.date()).target for number in range(10)}
            assert len(sent) == 10, path
