"""What the check found, in lines for a terminal."""

from collections import defaultdict
from collections.abc import Iterator

from infra.iam.check import Result


def lines(result: Result) -> Iterator[str]:
    """Each role and service: its calls; then what may be done and never is."""
    calls: dict[str, set[str]] = defaultdict(set)
    refused = 0
    for case in result.cases:
        if case.allowed:
            calls[case.who].add(case.request.action)
        else:
            refused += 1
    for who, actions in sorted(calls.items()):
        yield f"{who}: {', '.join(sorted(actions))}"
    yield f"refused, as it must be: {refused} requests"
    for name, reason in result.unused_actions.items():
        yield f"never needed: {name}: {reason or 'no reason given'}"
    rights = len(result.noticed) + len(result.unused)
    yield (
        f"{len(result.cases)} requests simulated; {len(result.noticed)} of {rights} rights "
        "are needed: without one a request is refused"
    )
