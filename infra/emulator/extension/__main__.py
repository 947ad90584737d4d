"""`python -m extension`: run ministack with our handlers."""

import sys


def main() -> int:
    """Register the handlers and serve; exit code 2 if ministack has some of them by now."""
    from ministack.app import main as serve  # type: ignore[import-not-found]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

    from . import alarms, api, databases, names, record, resources

    handlers = provisioners._RESOURCE_HANDLERS
    known = sorted(resources.HANDLERS.keys() & handlers.keys())
    if known:
        print(f"ministack now has its own handlers: {', '.join(known)}", file=sys.stderr)
        return 2
    handlers.update(resources.HANDLERS)
    databases.respect_protection(handlers)
    names.add_suffixes(handlers)
    names.name_secrets_by_arn(handlers)
    alarms.accept_expressions()
    api.extend()
    record.start(handlers)
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
