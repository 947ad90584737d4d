"""`python -m extension`: run ministack with our handlers."""

import os
import sys


def main() -> int:
    """Register the handlers and serve; exit code 2 if ministack has some of them by now."""
    from ministack.app import main as serve  # type: ignore[import-not-found]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

    from . import api, corrections, record, resources

    handlers = provisioners._RESOURCE_HANDLERS
    known = sorted(resources.HANDLERS.keys() & handlers.keys())
    if known:
        print(f"ministack now has its own handlers: {', '.join(known)}", file=sys.stderr)
        return 2
    handlers.update(resources.HANDLERS)
    for kind in os.environ["TYPES"].split():
        handlers.setdefault(kind, resources.STORED)
    corrections.correct(handlers)
    api.extend()
    record.start(handlers)
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
