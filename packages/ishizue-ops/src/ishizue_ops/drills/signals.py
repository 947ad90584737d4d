"""Drills 1 and 2: the server is killed, or gets SIGTERM, while requests are in flight."""

import asyncio
import signal
import time

from ishizue_ops.load.load import Load, show, statuses
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import locked, sandbox

_DRAIN_SECONDS = 1


async def killed(*, times: int = 3, writes: int = 5_000) -> Outcome:
    async with sandbox() as here:
        load = Load()
        server = here.server
        starts = []
        async with load.running(*load.clients(server.port, writers=32, readers=0)):
            for _ in range(times):
                await load.succeed(writes)
                server.signal(signal.SIGKILL)
                await server.exited()
                starts.append(await server.start())
            await load.succeed(writes)
        result = outcome("`kill -9` of the server", load, here.postgres.dsn, here.servers)
        sent = load.of("write")
        result.note(f"writes: {show(sent)}; killed {times} times")
        result.note(f"ready again at most {max(starts):.1f} s after the kill")
        result.require(statuses(sent)[0] > 0, "no request was in flight at any kill")
        return result


async def terminated(*, seconds: float = 2) -> Outcome:
    async with sandbox(drain_seconds=_DRAIN_SECONDS) as here:
        load = Load()
        port = here.server.port
        async with load.running(*load.clients(port, writers=24, readers=24, pause=0.002)):
            await asyncio.sleep(seconds)
            signalled = time.monotonic()
            here.server.signal(signal.SIGTERM)
            # Writes wait for this lock when the listener closes, and still get their response.
            await asyncio.sleep(_DRAIN_SECONDS - 0.3)
            async with locked(here.postgres.dsn):
                await asyncio.sleep(0.8)
            code = await here.server.exited()
            took = time.monotonic() - signalled
        result = outcome("SIGTERM", load, here.postgres.dsn, here.servers)
        draining = [s for s in load.samples if s.ended > signalled]
        aborted = [s for s in draining if not s.status]
        accepted = [s for s in aborted if s.reused]
        late = [s for s in draining if s.status and s.ended > signalled + _DRAIN_SECONDS]
        result.note(f"after the signal: {show(draining)}; {len(late)} of them after the drain")
        result.note(
            f"connections never accepted: {load.refused} refused, "
            f"{len(aborted) - len(accepted)} reset"
        )
        result.note(f"exit code {code}, {took:.1f} s after the signal")
        result.require(not accepted, f"{len(accepted)} requests on open connections were aborted")
        result.require(bool(late), "no request was in flight when the listener closed")
        early = [s for s in aborted if s.ended < signalled + _DRAIN_SECONDS]
        result.require(not early, f"{len(early)} requests were aborted during the drain")
        result.require(code == 0, f"exit code {code}")
        return result
