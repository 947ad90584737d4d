"""What crawlers and floods send, and what is made of how long others waited."""

import itertools
import time

import httptools
import pytest
from benchmarks.flooder import LOADS, PAGES, Asked, request, with_missed
from benchmarks.floods import Probed, Sent, percentile
from benchmarks.midnight import clock_at
from benchmarks.targets import COLD, FLOODS

from kirosample.clock import today_in_japan


def test_a_percentile_is_the_least_value_that_is_not_below_so_many() -> None:
    values = [float(number) for number in range(200, 0, -1)]
    assert percentile(values, 0.99) == 198
    assert percentile(values, 1) == 200
    assert percentile([7.0], 0.99) == 7


def test_a_stall_counts_for_every_request_that_it_kept_from_being_sent() -> None:
    assert with_missed(0.004, 0.01) == [0.004]
    assert with_missed(0.05, 0.02) == pytest.approx([0.05, 0.03])
    assert len(with_missed(1.0, 0.01)) == 100


def test_every_load_has_a_name_that_is_known_and_asks_for_something() -> None:
    assert {*COLD, *FLOODS} <= set(LOADS)
    assert all(next(load()).target.startswith("/") for load in LOADS.values())
    assert len(set(PAGES)) == 32


@pytest.mark.parametrize("load", ["dates", "dates in order", "crawl", "search", "lists of quotes"])
def test_a_load_does_not_ask_twice_for_what_the_page_cache_could_keep(load: str) -> None:
    targets = [asked.target for asked in itertools.islice(LOADS[load](), 300)]
    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize("asked", [Asked("/date"), Asked("/api/favorites", b"{}")])
def test_what_is_sent_is_one_whole_request(asked: Asked) -> None:
    class Seen:
        complete = 0
        body = b""

        def on_body(self, body: bytes) -> None:
            self.body += body

        def on_message_complete(self) -> None:
            self.complete += 1

    seen = Seen()
    parser = httptools.HttpRequestParser(seen)
    parser.feed_data(request(asked, 3000, "10.1.2.3", gzip=False))
    assert (seen.complete, seen.body) == (1, asked.body)
    assert parser.get_method() == (b"POST" if asked.body else b"GET")


def test_what_a_load_was_answered_beside_the_right_ones_is_a_fault() -> None:
    sent = Sent({"200": 5, "500": 2, "cut": 1}, 3, 12.0, 2)
    assert sent.answers == 7
    assert sent.faults({"200", "cut"}) == ("2 × 500",)
    assert sent.shown() == "5 × 200, 2 × 500, 1 × cut, 3 without an answer at the end"


def test_the_waits_of_a_probe_are_told_in_milliseconds() -> None:
    probed = Probed({"/": [1.0, 2.0, 30.0]}, {}, 0.1)
    assert probed.shown("/") == "`/` 99 % 30.0 ms, slowest 30.0 ms"


def test_the_servers_clock_has_midnight_in_japan_at_the_moment_given() -> None:
    now = time.time()
    before, after = (today_in_japan(clock_at(now + seconds)) for seconds in (5, -5))
    assert (after - before).days == 1
