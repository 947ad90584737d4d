"""Log lines are written together, in bounded memory, without waiting for a reader."""

import errno
import os
import select
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from ishizue.telemetry import Output


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
def output() -> Iterator[tuple[int, Output]]:
    """An output to a pipe, and the pipe's other end."""
    with pipe() as (reader, writer):
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
        lines = file.read().decode().split()
    for name in "abcd":
        own = [line for line in lines if line.startswith(name)]
        assert own == [f"{name}{number}" for number in range(5000)]


def test_a_full_pipe_blocks_no_caller_and_dropped_lines_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ishizue.telemetry.output.LOG_CHARACTERS", 1_000_000)
    line = "x" * 999 + "\n"
    lines = 2_000  # 2 MB, to a pipe that takes 64 kB
    with output() as (reader, out):
        began = time.thread_time()
        for _ in range(lines):
            out.write(line)
        assert time.thread_time() - began < 1
        kept = dropped = 0
        while kept + dropped < lines:
            for received in read_until(reader, b"\n").decode().splitlines():
                kept += received == line.strip()
                dropped += (
                    int(received.removeprefix("dropped ")) if received.startswith("dropped") else 0
                )
    assert 1_000_000 <= kept * len(line) <= 1_000_000 + 2 * 65536
    assert dropped == lines - kept


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


def test_a_non_blocking_descriptor_is_waited_for_and_invalid_text_is_escaped() -> None:
    with pipe() as (reader, writer):
        os.set_blocking(writer, False)
        out = Output(writer, notice)
        out.write("x" * 500_000 + "名言 \udc80\n")
        time.sleep(0.1)
        heard = read_until(reader, b"\n")
        out.close()
    assert heard == b"x" * 500_000 + "名言 \\udc80\n".encode()


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
