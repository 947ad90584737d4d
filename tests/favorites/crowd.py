"""A process that likes and withdraws: `python -m tests.favorites.crowd ADDRESS SEED`.

All such processes share their visitors. Each prints its new likes minus its withdrawals; the sum
over all processes is the number of likes that the database must hold.
"""

import asyncio
import random
import sys
from uuid import UUID

from kirosample.favorites import Store
from tests.favorites.stores import opened, thing

VISITORS = tuple(UUID(int=n) for n in range(8))
THINGS = 4
ROUNDS = 40


async def visit(store: Store, visitor: UUID, chance: random.Random) -> int:
    """Like and withdraw for a while; returns how many likes this added."""
    added = 0
    for _ in range(ROUNDS):
        favorite, new = await store.like(thing(chance.randrange(THINGS)), visitor)
        added += new
        if chance.random() < 0.7:
            added -= await store.withdraw(favorite.id, visitor)
    return added


async def crowd(address: str, seed: int) -> int:
    chance = random.Random(seed)
    async with opened(address) as store:
        return sum(
            await asyncio.gather(*(visit(store, visitor, chance) for visitor in VISITORS * 2))
        )


if __name__ == "__main__":
    print(asyncio.run(crowd(sys.argv[1], int(sys.argv[2]))))
