"""Log lines are written together, in bounded memory, without waiting for a reader."""

import errno
import os
import select
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from kirosample.telemetry import Output
from kirosample.telemetry.output import LOG_CHARACTERS


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


@contextmanager
def output(*, blocking: bool = True) -> Iterator[tuple[int, Output]]:
    """An output to a pipe, and the pipe's other end."""
    with pipe() as (reader, writer):
        os.set_blocking(writer, blocking)
        out = Output(writer, notice)
        yield reader, out
        out.close()


def read(reader: int) -> bytes:
    assert select.select([reader], [], [], 5)[0], "nothing comes"
    return os.read(reader, 1 << 16)


def read_until(reader: int, end: bytes) -> bytes:
    heard = b""
    while not heard.endswith(end):
        heard += read(reader)
    return heard


def test_lines_of_many_threads_are_all_written_whole_and_in_order(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as file:
        out = Output(file.fileno(), notice)

        def write(name: str) -> None:
            for number in range(5000):
                out.write(f"{name}{number}\n")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, "abcd"))
        out.close()
        file.seek(0)
        found = file.read().decode().split()
    for name in "abcd":
        own = [line for line in found if line.startswith(name)]
        assert own == [f"{name}{number}" for number in range(5000)]


def test_waiting_lines_are_soon_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []
    usual = os.write

    def counted(descriptor: int, data: bytes) -> int:
        writes.append(len(data))
        return usual(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    with output() as (reader, out):
        for _ in range(100):
            out.write("a line\n")
        assert read_until(reader, b"a line\n" * 100)
        assert len(writes) <= 2


def test_a_full_pipe_blocks_no_caller_and_dropped_lines_are_counted() -> None:
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
    assert LOG_CHARACTERS <= kept * len(line) <= LOG_CHARACTERS + 2 * 65536
    dropped = [int(one.removeprefix("dropped ")) for one in lines if one.startswith("dropped")]
    assert sum(dropped) == 20_000 - kept > 0


def test_closing_waits_a_second_for_a_stalled_reader() -> None:
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


def test_a_non_blocking_descriptor_is_waited_for() -> None:
    with output(blocking=False) as (reader, out):
        out.write("x" * 500_000 + "\n")
        time.sleep(0.1)
        assert len(read_until(reader, b"\n")) == 500_001


def test_a_closed_pipe_and_a_full_disk_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    with output() as (reader, out), monkeypatch.context() as patch:

        def full(_descriptor: int, _data: bytes) -> int:
            raise OSError(errno.ENOSPC, "full")

        patch.setattr(os, "write", full)
        for _ in range(3):
            out.write("lost\n")
        time.sleep(0.2)
        patch.undo()
        out.write("kept\n")
        assert read_until(reader, b"3\n") == b"kept\ndropped 3\n"
    reader, writer = os.pipe()
    os.close(reader)
    out = Output(writer, notice)
    out.write("unread\n")
    out.close()
    os.close(writer)


def test_invalid_text_is_written_escaped() -> None:
    with output() as (reader, out):
        out.write("名言 \udc80\n")
        assert read_until(reader, b"\n").decode() == "名言 \\udc80\n"
