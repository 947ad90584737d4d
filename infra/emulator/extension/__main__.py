"""`python -m extension`: run ministack with our handlers."""

import sys
from importlib.metadata import version

from . import VERSION


def main() -> int:
    """Register the handlers and serve; refuse another version of ministack."""
    found = version("ministack")
    if found != VERSION:
        print(
            f"ministack is {found}, but infra/emulator/extension supports {VERSION}:"
            " review its handlers, then change VERSION",
            file=sys.stderr,
        )
        return 2
    from ministack.app import main as serve  # type: ignore[import-not-found]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

    from . import (
        alarms,
        cdn,
        containers,
        edge,
        naming,
        network,
        other,
        protection,
        quotas,
        record,
        scans,
    )

    ours = {
        kind: handlers
        for module in (cdn, edge, network, other)
        for kind, handlers in module.HANDLERS.items()
    }
    known = sorted(ours.keys() & provisioners._RESOURCE_HANDLERS.keys())
    if known:
        print(f"ministack now has its own handlers: {', '.join(known)}", file=sys.stderr)
        return 2
    provisioners._RESOURCE_HANDLERS.update(ours)
    protection.respect(provisioners._RESOURCE_HANDLERS)
    naming.add_suffixes(provisioners._RESOURCE_HANDLERS)
    naming.name_secrets_by_arn(provisioners._RESOURCE_HANDLERS)
    containers.end_one_off_tasks()
    alarms.accept_expressions()
    scans.find_nothing()
    quotas.give_defaults()
    record.start()
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
