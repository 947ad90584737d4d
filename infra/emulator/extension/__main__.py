"""`python -m extension`: ministack with our handlers, until a signal ends it."""

import sys
from importlib.metadata import version

from . import VERSION


def main() -> int:
    """Refuse another ministack; else register the handlers and serve."""
    found = version("ministack")
    if found != VERSION:
        print(
            f"ministack is {found}, and infra/emulator/extension was written for {VERSION}:"
            " go through its handlers, then change VERSION",
            file=sys.stderr,
        )
        return 2
    from ministack.app import main as serve  # type: ignore[import-not-found]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

    from . import budget, containers, firewall, identity, naming, network, protection, scaling

    ours = {
        kind: handlers
        for module in (network, scaling, budget, firewall, identity)
        for kind, handlers in module.HANDLERS.items()
    }
    known = sorted(ours.keys() & provisioners._RESOURCE_HANDLERS.keys())
    if known:
        print(f"ministack has its own by now: {', '.join(known)}", file=sys.stderr)
        return 2
    provisioners._RESOURCE_HANDLERS.update(ours)
    protection.respect(provisioners._RESOURCE_HANDLERS)
    naming.draw_anew(provisioners._RESOURCE_HANDLERS)
    containers.respell()
    containers.end_one_off_tasks()
    scaling.register_api()
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
