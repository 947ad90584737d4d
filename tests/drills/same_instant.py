"""9: one visitor likes one thing twenty times in the same instant, again and again, under load."""

import asyncio
import json
from uuid import uuid4

from tests.drills.crowd import ITEMS, Crowd, show
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Link
from tests.drills.world import world

TITLE = "twenty simultaneous likes of one thing by one visitor"
_TAPS = 20


async def drill(*, rounds: int = 20) -> Outcome:
    async with world() as here:
        crowd, port = Crowd(), here.server.port
        links = [Link(port) for _ in range(_TAPS)]
        wrong: list[str] = []
        async with crowd.busy(*(crowd.liker(port) for _ in range(8))):
            await asyncio.sleep(0.5)
            for number in range(rounds):
                for link in links:
                    await link.open()
                item, visitor = ITEMS[100 + number], uuid4()
                answers = await asyncio.gather(*(crowd.like(link, item, visitor) for link in links))
                said = sorted(answer.status for answer in answers)
                likes = {json.loads(one.body).get("likes") for one in answers if one.status < 300}
                if [s for s in said if s != 503] != [200] * (said.count(200)) + [201] or likes != {
                    1
                }:
                    wrong.append(f"{item}: {said}, likes {likes}")
        for link in links:
            await link.close()
        result = await outcome(TITLE, crowd, here)
        result.note(f"writes, with those of others: {show(crowd.of('write'))}; {rounds} rounds")
        result.require(not wrong, f"not one new like and else the same one: {wrong}")
        return result
