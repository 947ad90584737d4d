"""What a drill showed: its numbers, what else was seen, and what did not hold."""

from dataclasses import dataclass, field

from tests.drills.crowd import Crowd
from tests.drills.ledger import Reckoning
from tests.drills.world import World


@dataclass(slots=True)
class Outcome:
    title: str
    reckoning: Reckoning
    seen: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        self.seen.append(what)

    def require(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.failures.append(otherwise)

    def within(self, what: str, seconds: float, most: float) -> None:
        """Note a time, and require that it is at most so long."""
        self.note(f"{what}: {seconds * 1000:,.0f} ms (at most {most * 1000:,.0f})")
        self.require(seconds <= most, f"{what}: {seconds:.3f} s, more than {most:g}")


async def outcome(title: str, crowd: Crowd, world: World) -> Outcome:
    """The drill's numbers, and the failures that every drill looks for."""
    reckoning = await crowd.ledger.audit(world.postgres.dsn)
    result = Outcome(title, reckoning, failures=reckoning.differences())
    result.require(reckoning.acknowledged > 0, "nothing was acknowledged: the drill shows nothing")
    for server in world.servers:
        complaint = server.complaints()
        result.require(not complaint, f"the server's log has {complaint}")
    wrong = [s.status for s in crowd.samples if s.status >= 500 and s.status != 503]
    result.require(not wrong, f"{len(wrong)} answers say that we failed: {sorted(set(wrong))}")
    bare = [s for s in crowd.samples if s.status == 503 and not s.retry_after]
    result.require(not bare, f"{len(bare)} answers of 503 are without Retry-After")
    return result
