"""1: the server is killed, three times over."""

import signal

from tests.drills.crowd import Crowd, show, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.world import world

TITLE = "`kill -9` of the server"


async def drill(*, times: int = 3, writes: int = 5_000) -> Outcome:
    async with world() as here:
        crowd, server = Crowd(), here.server
        likers = [crowd.liker(server.port) for _ in range(32)]
        starts = []
        async with crowd.busy(*likers):
            for _ in range(times):
                await crowd.answered(writes)
                server.signal(signal.SIGKILL)
                await server.ended()
                starts.append(await server.start())
            await crowd.answered(writes)
        result = await outcome(TITLE, crowd, here)
        sent = crowd.of("write")
        result.note(f"writes: {show(sent)}; killed {times} times")
        result.note(f"ready again {max(starts):.1f} s after the kill, at the latest")
        result.require(statuses(sent)[0] > 0, "no request was under way at any kill")
        return result
