"""2: the server is told to stop while requests are under way, some of them waiting for a lock."""

import asyncio
import signal
import time

import asyncpg
from tests.drills.crowd import Crowd, show
from tests.drills.outcome import Outcome, outcome
from tests.drills.world import world

TITLE = "SIGTERM"
_DRAIN_SECONDS = 1


async def drill(*, seconds: float = 2) -> Outcome:
    async with world(drain_seconds=_DRAIN_SECONDS) as here:
        crowd, port = Crowd(), here.server.port
        clients = [
            *(crowd.liker(port) for _ in range(24)),
            *(crowd.reader(port, pause=0.002) for _ in range(24)),
        ]
        lock = await asyncpg.connect(here.postgres.dsn)
        try:
            async with crowd.busy(*clients):
                await asyncio.sleep(seconds)
                told = time.monotonic()
                here.server.signal(signal.SIGTERM)
                # Writes wait for this lock when the listener closes, and are answered all the same.
                await asyncio.sleep(_DRAIN_SECONDS - 0.3)
                async with lock.transaction():
                    await lock.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                    await asyncio.sleep(0.8)
                code = await here.server.ended()
                took = time.monotonic() - told
        finally:
            await lock.close()
        result = await outcome(TITLE, crowd, here)
        drained = [s for s in crowd.samples if s.ended > told]
        cut = [s for s in drained if not s.status]
        kept = [s for s in cut if s.reused]
        late = [s for s in drained if s.status and s.ended > told + _DRAIN_SECONDS]
        result.note(f"after the signal: {show(drained)}; {len(late)} of them after the drain")
        result.note(
            f"connections never accepted: {crowd.refused} refused, {len(cut) - len(kept)} reset"
        )
        result.note(f"exit code {code}, {took:.1f} s after the signal")
        result.require(not kept, f"{len(kept)} requests on connections in use were not answered")
        result.require(bool(late), "no request was under way when the listener closed")
        early = [s for s in cut if s.ended < told + _DRAIN_SECONDS]
        result.require(not early, f"{len(early)} requests were cut before the drain was over")
        result.require(code == 0, f"exit code {code}")
        return result
