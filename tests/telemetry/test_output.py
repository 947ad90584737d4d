"""Lines on their way out: written together, bounded, and nobody waits for a reader who does not."""

import errno
import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kirosample import limits
from kirosample.telemetry import Output


def notice(count: int) -> str:
    return f"dropped {count}\n"


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)


def read(reader: int) -> bytes:
    assert select.select([reader], [], [], 5)[0], "nothing comes"
    return os.read(reader, 1 << 16)


def read_until(reader: int, end: bytes) -> bytes:
    heard = b""
    while not heard.endswith(end):
        heard += read(reader)
    return heard


def test_lines_come_in_order_and_none_is_lost_at_the_end() -> None:
    with pipe() as (reader, writer):
        out = Output(writer, notice)
        heard: list[bytes] = []
        reading = threading.Thread(target=lambda: heard.append(read_until(reader, b"end\n")))
        reading.start()
        for number in range(50_000):
            out.write(f"{number}\n")
        out.write("end\n")
        out.close()
        reading.join(10)
    assert heard[0].decode().split() == [*map(str, range(50_000)), "end"]


def test_lines_from_many_threads_are_all_written_whole(tmp_path: os.PathLike[str]) -> None:
    with open(os.path.join(tmp_path, "out"), "w+b") as file:  # noqa: PTH123, PTH118
        out = Output(file.fileno(), notice)

        def write(name: str) -> None:
            for number in range(5000):
                out.write(f"{name}{number}\n")

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        out.close()
        file.seek(0)
        found = file.read().decode().split()
    for name in "abcd":
        own = [line for line in found if line.startswith(name)]
        assert own == [f"{name}{number}" for number in range(5000)]


def test_what_waits_is_written_within_moments_and_together(monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []
    usual = os.write

    def counted(descriptor: int, data: bytes) -> int:
        writes.append(len(data))
        return usual(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    with pipe() as (reader, writer):
        out = Output(writer, notice)
        for _ in range(100):
            out.write("a line\n")
        assert read_until(reader, b"a line\n" * 100)
        assert len(writes) <= 2
        out.close()


def test_a_full_pipe_stops_nobody_and_what_is_dropped_is_told() -> None:
    line = "x" * 999 + "\n"
    reader, writer = os.pipe()
    out = Output(writer, notice)
    slowest = 0.0
    began = time.thread_time()
    for _ in range(20_000):  # 20 MB, to a pipe that takes 64 kB
        before = time.thread_time()
        out.write(line)
        slowest = max(slowest, time.thread_time() - before)
    assert time.thread_time() - began < 1
    assert slowest < 0.1
    heard: list[bytes] = []
    reading = threading.Thread(target=lambda: heard.extend(iter(lambda: read(reader), b"")))
    reading.start()
    out.close()
    os.close(writer)
    reading.join(10)
    os.close(reader)
    lines = b"".join(heard).decode().splitlines()
    kept = lines.count(line.strip())
    assert limits.LOG_CHARACTERS <= kept * len(line) <= limits.LOG_CHARACTERS + 2 * 65536
    told = [int(one.removeprefix("dropped ")) for one in lines if one.startswith("dropped")]
    assert sum(told) == 20_000 - kept > 0


def test_the_end_waits_a_second_for_a_reader_who_does_not_read() -> None:
    with pipe() as (_, writer):
        out = Output(writer, notice)
        out.write("x" * 200_000 + "\n")
        began = time.monotonic()
        out.close()
        assert 0.9 < time.monotonic() - began < 3
    with pipe() as (reader, writer):  # which has the number that the stuck thread wrote to
        time.sleep(0.1)
        os.write(writer, b"ours\n")
        assert read_until(reader, b"\n") == b"ours\n"


def test_a_descriptor_that_does_not_block_is_waited_for() -> None:
    with pipe() as (reader, writer):
        os.set_blocking(writer, False)
        out = Output(writer, notice)
        out.write("x" * 500_000 + "\n")
        time.sleep(0.1)
        assert len(read_until(reader, b"\n")) == 500_001
        out.close()


def test_a_reader_who_has_left_and_a_full_disk_are_survived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pipe() as (reader, writer):
        usual, full = os.write, [True]

        def write(descriptor: int, data: bytes) -> int:
            if full[0]:
                raise OSError(errno.ENOSPC, "full")
            return usual(descriptor, data)

        monkeypatch.setattr(os, "write", write)
        out = Output(writer, notice)
        for _ in range(3):
            out.write("lost\n")
        time.sleep(0.2)
        full[0] = False
        out.write("kept\n")
        assert read_until(reader, b"3\n") == b"kept\ndropped 3\n"
        out.close()
    reader, writer = os.pipe()
    os.close(reader)
    out = Output(writer, notice)
    out.write("to nobody\n")
    out.close()
    os.close(writer)


def test_what_is_no_text_is_written_all_the_same() -> None:
    with pipe() as (reader, writer):
        out = Output(writer, notice)
        out.write("名言 \udc80\n")
        assert read_until(reader, b"\n").decode() == "名言 \\udc80\n"
        out.close()
