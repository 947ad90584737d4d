"""What keeps a task's memory small, each in a process of its own."""

import asyncio
import platform
import subprocess
import sys
import textwrap

import pytest

from kirosample import memory

NOT_FOR_THE_CHECK = {"asyncio", "asyncpg", "ephem", "msgspec", "starlette", "uvicorn"}
NOT_FOR_THE_SERVER = {"PIL", "kirosample.embedded_postgres", "kirosample.operating"}


def said(code: str) -> str:
    """What a new Python prints."""
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def imported(*modules: str) -> set[str]:
    return set(said(f"import {', '.join(modules)}, sys; print(*sys.modules)").split())


def test_the_containers_check_loads_none_of_the_server() -> None:
    assert not imported("kirosample.cli", "kirosample.healthcheck") & NOT_FOR_THE_CHECK


def test_a_server_loads_neither_what_draws_nor_what_starts_a_database() -> None:
    found = imported("kirosample.cli", "kirosample.app", "kirosample.server")
    assert found >= NOT_FOR_THE_CHECK
    assert not found & NOT_FOR_THE_SERVER


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps such holes")
def test_holes_between_what_is_in_use_are_given_back() -> None:
    answer = said(
        """
        import asyncio
        from pathlib import Path
        from kirosample.memory import returning_holes

        def held():
            return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])

        async def main():
            blocks = [bytes(20_000) for _ in range(2000)]
            del blocks[::2]
            before = held()
            async with returning_holes(0.01):
                await asyncio.sleep(0.5)
            print(before - held())

        asyncio.run(main())
        """
    )
    # Half of a thousand holes of 20 kB, since those have whole pages within.
    assert int(answer) > 10_000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has this threshold")
def test_a_large_block_goes_back_to_the_system_as_soon_as_it_is_free() -> None:
    answer = said(
        """
        from pathlib import Path
        from kirosample.memory import return_large_blocks

        def held():
            return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])

        return_large_blocks()
        blocks = [b"x" * 100_000 for _ in range(200)]
        before = held()
        del blocks[:-1]  # the last one keeps the top of the heap in use
        print(before - held())
        """
    )
    assert int(answer) > 15_000


def test_without_glibc_nothing_is_given_back_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_glibc", lambda _: None)
    memory.return_large_blocks()

    async def main() -> None:
        async with memory.returning_holes(0):
            await asyncio.sleep(0.01)

    asyncio.run(main())


def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    frozen, tracked = said(
        """
        import gc
        from kirosample.memory import keep_what_is_there
        keep_what_is_there()
        print(gc.get_freeze_count(), len(gc.get_objects()))
        """
    ).split()
    assert int(frozen) > 1000
    assert int(tracked) < 100
