"""A server's memory stays small: its process, and the health check's, import what they need."""

import sys

from ishizue.testing.processes import printed

NOT_IN_THE_CHECK = {"asyncio", "asyncpg", "msgspec", "starlette", "uvicorn", "ephem"}
NOT_IN_THE_SERVER = {"ishizue.postgres.server", "ishizue.commands.admin", "PIL"}


def imported_by(command: str) -> set[str]:
    code = f"import kirosample.cli, {command}, sys; print(*sys.modules)"
    return set(printed(sys.executable, "-c", code).split())


def test_the_health_check_and_the_server_import_only_what_they_need() -> None:
    assert not imported_by("ishizue.commands.healthcheck") & NOT_IN_THE_CHECK
    served = imported_by("kirosample.commands.serve")
    assert served >= NOT_IN_THE_CHECK
    assert not served & NOT_IN_THE_SERVER
