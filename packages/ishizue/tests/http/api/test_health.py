"""`/readyz` gives its reason to programs on this machine only: it may name hosts and users."""

from collections.abc import Iterator

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.commands.healthcheck import SMOKE_TEST, healthcheck
from ishizue.http.api.health import _is_local
from ishizue.testing.running import RunningService

REASON = "db.internal cannot be reached as a_user"


@pytest.fixture(scope="module")
def unready() -> Iterator[RunningService]:
    """A service that is not ready, behind proxies on this machine."""

    async def unready_reason() -> str:
        return REASON

    with serving_standin(proxies=TRUSTED) as running:
        running.service_state.unready_reason = unready_reason
        yield running


def test_a_program_on_this_machine_gets_the_reason(
    unready: RunningService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unready.json("/readyz", status=503) == {"status": "unavailable", "reason": REASON}
    port = int(unready.url.rpartition(":")[2])
    assert healthcheck(port, "standin") == 1
    assert f"standin: not ready yet: {REASON}" in capsys.readouterr().err


def test_a_task_is_not_ready_before_its_pages_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving_standin() as running:
        port = int(running.url.rpartition(":")[2])
        monkeypatch.setenv(SMOKE_TEST, "/page /nothing")
        assert healthcheck(port, "standin") == 1
        assert "standin: /nothing responds with 404" in capsys.readouterr().err
        assert not running.json("/livez").get("was_ready")
        monkeypatch.setenv(SMOKE_TEST, "/page")
        assert healthcheck(port, "standin") == 0
        monkeypatch.setenv(SMOKE_TEST, "/nothing")
        assert healthcheck(port, "standin") == 0  # of one that was ready, only liveness counts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-For", "127.0.0.1"),
        ("x-forwarded-host", "localhost"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 proxy"),
        ("X-Real-IP", "127.0.0.1"),
    ],
)
def test_a_client_behind_a_proxy_gets_no_reason(
    unready: RunningService, name: str, value: str
) -> None:
    ready = unready.client.get("/readyz", headers={name: value})
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "unavailable", "reason": "unavailable"},
    )


def test_a_draining_service_is_not_ready(
    unready: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unready.service_state, "draining", True)
    assert unready.json("/readyz", status=503)["reason"].startswith("draining: ")
    by_a_proxy = unready.client.get("/readyz", headers={"Via": "1.1 proxy"})
    assert (by_a_proxy.status_code, by_a_proxy.json()["reason"]) == (503, "draining")


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.1", False),
        ("::ffff:192.0.2.1", False),
        ("2001:db8::1", False),
        (None, False),
    ],
)
def test_only_a_loopback_address_is_this_machine(peer: str | None, local: bool) -> None:
    scope = {"headers": [(b"host", b"localhost")]}
    assert _is_local({**scope, "client": (peer, 1) if peer else None}) == local
