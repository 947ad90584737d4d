"""For development: the server starts again when a file of the package changes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

import kirosample

PACKAGE = Path(kirosample.__file__).parent


def test_a_changed_template_or_module_is_served_and_a_broken_one_is_waited_out(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    source = tmp_path / "src"
    shutil.copytree(PACKAGE, source / "kirosample", ignore=shutil.ignore_patterns("__pycache__"))
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(source), "DATABASE_URL": "none"}
    process = subprocess.Popen(
        [sys.executable, "-m", "kirosample.reloading", "serve"],
        env={**environment, "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        wait_until(lambda: "Changed by hand" not in httpx.get(f"{address}/about").text)
        template = source / "kirosample/web/templates/base.html"
        whole = template.read_text(encoding="utf-8")
        template.write_text(whole.replace("</main>", "<p>Changed by hand</p></main>"))
        wait_until(lambda: "Changed by hand" in httpx.get(f"{address}/about").text)
        module = source / "kirosample/clock.py"
        right = module.read_text(encoding="utf-8")
        module.write_text("this is no Python")
        wait_until(lambda: not answers(address))
        module.write_text(right)
        wait_until(lambda: answers(address))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not answers(address)
    finally:
        # The server too: it holds the pipe open, also when the process that restarts it failed.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[1]
    assert "web/templates/base.html changed" in said


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/livez").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError
