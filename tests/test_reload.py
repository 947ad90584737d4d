"""In development the server restarts when a file of the package changes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import yaml

import kirosample
from tests.processes import free_port
from tools.loadtest.workload import PAGE

PACKAGE = Path(kirosample.__file__).parent
COMPOSE = Path(__file__).parent.parent / "compose.dev.yaml"


def test_a_change_is_served_and_a_broken_module_waits_for_the_next_one(tmp_path: Path) -> None:
    port = free_port()
    source = tmp_path / "src"
    shutil.copytree(PACKAGE, source / "kirosample", ignore=shutil.ignore_patterns("__pycache__"))
    address = f"http://127.0.0.1:{port}"
    app = yaml.safe_load(COMPOSE.read_text())["services"]["app"]
    process = subprocess.Popen(
        [word.replace("/src", str(source)) for word in app["command"]],
        env={
            **os.environ,
            **app["environment"],
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": "none",
            "PORT": port,
        },
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        wait_until(lambda: answers(address))
        # page
        template = source / "kirosample/web/templates/base.html"
        whole = template.read_text(encoding="utf-8")
        template.write_text(whole.replace("</main>", "<p>Changed by hand</p></main>"))
        wait_until(lambda: "Changed by hand" in httpx.get(f"{address}{PAGE}").text)
        # /page
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
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


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
