"""A server's memory stays small; each test runs a process of its own."""

import platform
import sys
import textwrap

import pytest

from ishizue.testing.processes import printed

NOT_IN_THE_CHECK = {"asyncio", "asyncpg", "msgspec", "starlette", "uvicorn", "ephem"}
NOT_IN_THE_SERVER = {"ishizue.postgres.server", "ishizue.commands.admin", "PIL"}


def said(code: str) -> str:
    """The output of a new Python process."""
    return printed(sys.executable, "-c", textwrap.dedent(code))


def imported_by(command: str) -> set[str]:
    code = f"import kirosample.cli, {command}, sys; print(*sys.modules)"
    return set(said(code).split())


def test_the_health_check_and_the_server_import_only_what_they_need() -> None:
    assert not imported_by("ishizue.commands.healthcheck") & NOT_IN_THE_CHECK
    served = imported_by("kirosample.commands.serve")
    assert served >= NOT_IN_THE_CHECK
    assert not served & NOT_IN_THE_SERVER


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has malloc_trim")
def test_free_memory_between_blocks_in_use_returns_to_the_system() -> None:
    answer = said(
        """
        import asyncio
        from pathlib import Path
        from ishizue.memory import trimming_heap

        def held():
            return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])

        async def main():
            blocks = [bytes(20_000) for _ in range(2000)]
            del blocks[::2]
            before = held()
            async with trimming_heap(0.01):
                await asyncio.sleep(0.5)
            print(before - held())

        asyncio.run(main())
        """
    )
    # Half of a thousand gaps of 20 kB: only whole pages return.
    assert int(answer) > 10_000


def test_startup_objects_are_excluded_from_garbage_collection() -> None:
    frozen, tracked = said(
        """
        import gc
        from ishizue.memory import freeze_startup_objects
        freeze_startup_objects()
        print(gc.get_freeze_count(), len(gc.get_objects()))
        """
    ).split()
    assert int(frozen) > 1000
    assert int(tracked) < 100
