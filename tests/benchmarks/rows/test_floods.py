"""The requests of crawlers and floods, and the times of probes."""

import itertools
import time

import httptools
import pytest

from benchmarks.rows.flooder import LOADS, PAGES, Target, request, with_missed
from benchmarks.rows.floods import Sent, percentile
from benchmarks.rows.midnight import clock_at
from benchmarks.targets import COLD, CROWDS, FLOODS
from kirosample.almanac import date_in_japan


def test_percentiles_use_the_nearest_rank() -> None:
    values = [float(number) for number in range(200, 0, -1)]
    assert percentile(values, 0.99) == 198
    assert percentile(values, 1) == 200
    assert percentile([7.0], 0.99) == 7


def test_a_stall_counts_for_each_request_that_it_delayed() -> None:
    assert with_missed(0.004, 0.01) == [0.004]
    assert with_missed(0.05, 0.02) == pytest.approx([0.05, 0.03])
    assert len(with_missed(1.0, 0.01)) == 100


def test_every_target_has_a_load() -> None:
    assert {*COLD, *(load for load, _ in (*FLOODS, *CROWDS))} <= set(LOADS)
    assert all(next(load()).target.startswith("/") for load in LOADS.values())
    assert len(set(PAGES)) == 32


@pytest.mark.parametrize("load", [*COLD, "crawl", "searches of 50 words", "API dates"])
def test_a_load_repeats_no_request_that_the_page_cache_could_serve(load: str) -> None:
    targets = [target.target for target in itertools.islice(LOADS[load](), 300)]
    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize(
    "target",
    [Target("/date"), Target("/api/favorites", b"{}"), Target("/", fields="a:\r\n" * 9)],
)
def test_a_request_is_complete(target: Target) -> None:
    class Seen:
        complete = 0
        body = b""

        def on_body(self, body: bytes) -> None:
            self.body += body

        def on_message_complete(self) -> None:
            self.complete += 1

    seen = Seen()
    parser = httptools.HttpRequestParser(seen)
    parser.feed_data(request(target, 3000, "10.1.2.3", gzip=False))
    assert (seen.complete, seen.body) == (1, target.body)
    assert parser.get_method() == (b"POST" if target.body else b"GET")


def test_unexpected_statuses_are_faults() -> None:
    sent = Sent({"200": 5, "500": 2, "aborted": 1}, 3, 12.0, 2)
    assert sent.responses == 7
    assert sent.faults({"200", "aborted"}) == ("2 × 500",)


def test_the_clock_has_midnight_in_japan_at_the_given_moment() -> None:
    now = time.time()
    before, after = (date_in_japan(clock_at(now + seconds)()) for seconds in (5, -5))
    assert (after - before).days == 1
