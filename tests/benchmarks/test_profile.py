"""Samples by module become shares of the time in user mode."""

import pytest

from benchmarks.profile import Cost, by_group, left_for_python, table


def test_a_module_counts_for_the_first_group_that_names_it_or_its_package() -> None:
    samples = {
        "kirosample.telemetry.output": 1,
        "kirosample.http.protocol.access_log": 1,
        "kirosample.http.protocol.access_logger": 2,
        "kirosample.favorites": 2,
        "uvicorn.protocols.http.httptools_impl": 1,
        "asyncio.runners": 1,
        "uuid": 2,
    }
    assert by_group(samples, 20.0) == pytest.approx(
        {"log": 4.0, "HTTP": 6.0, "favorites": 4.0, "event loop": 2.0}
    )


def test_without_samples_there_are_no_groups() -> None:
    assert by_group({}, 5.0) == {}


def test_a_row_adds_up() -> None:
    text = table({"a page": Cost(6.0, 4.0, {"log": 1.0, "HTTP": 3.5}), "nginx": Cost(2.0, 4.0)})
    assert [line.split("|")[2:-1] for line in text.splitlines()[2:]] == [
        [" 10.0 ", " 4.0 ", " 1.0 ", "  ", " 3.5 ", "  ", " 1.5 "],
        [" 6.0 ", " 4.0 ", "  ", "  ", "  ", "  ", " 2.0 "],
    ]


def test_a_goal_leaves_the_time_above_the_floor() -> None:
    text = left_for_python(Cost(3.0, 6.0), Cost(1.0, 5.0), Cost(2.0, 4.0), 0.8)
    assert "0.80 of nginx is 7.5 µs" in text
    assert "floor takes 6.0 of them and leaves 1.5 µs" in text
    assert text.endswith("takes 3.0.")
