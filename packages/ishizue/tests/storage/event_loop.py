"""Helpers for tests that run on an event loop."""

import asyncio


async def turns(count: int = 5) -> None:
    """Let the loop turn a few times."""
    for _ in range(count):
        await asyncio.sleep(0)


def cancel(name: str) -> None:
    """Cancel the task that runs the coroutine of this name."""
    (task,) = (t for t in asyncio.all_tasks() if getattr(t.get_coro(), "__name__", "") == name)
    task.cancel()
