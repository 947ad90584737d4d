"""The log of a `kirosample serve` process, up to its end."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests import processes


def test_every_line_up_to_the_end_is_json_and_has_no_secret(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:1/kirosample",
        "KIROSAMPLE_DATA_DIR": str(tmp_path),
        "KIROSAMPLE_METRICS": "on",
    }
    with processes.server("serve", stdout=subprocess.PIPE, **settings) as server:
        server.wait_for("/livez")
        assert server.client.get("/openapi.json?q=s3cret").status_code == 200
        assert server.client.get("/readyz", headers={"Cookie": "key=s3cret"}).status_code == 503
        time.sleep(1.2)  # gauges are sampled each second
        assert server.end() == 0
        stdout, stderr = server.process.communicate()
    assert stderr == ""
    assert "s3cret" not in stdout
    lines = [json.loads(line) for line in stdout.splitlines()]
    messages = [line["message"] for line in lines if "message" in line]
    assert f"KiroSample: {server.url.replace('127.0.0.1', 'localhost')}" in messages
    assert messages[-2:] == ["stopping: finishing accepted requests", "stopped"]
    assert any("cannot serve" in message for message in messages)
    requests = [(line["route"], line["status"]) for line in lines if "route" in line]
    assert requests == [("/openapi.json", 200), ("/readyz", 503)]
    (report,) = (line for line in lines if "_aws" in line)
    assert (report["Requests"], set(report["DatabaseAway"])) == (1, {1})
    assert {"WriteQueue", "PoolInUse"} <= report.keys()


def test_a_crash_at_startup_is_one_line_and_exit_1() -> None:
    broken = (
        "import sys, kirosample.app as app\n"
        "def build(*_, **__): raise RuntimeError('broken on purpose')\n"
        "app.build = build\n"
        "from kirosample.cli import main\nsys.argv = ['kirosample', 'serve']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken],
        env=processes.environment(PORT=processes.free_port(), DATABASE_URL="none"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    message = json.loads(line)
    assert (message["level"], message["message"]) == ("ERROR", "the server crashed")
    assert "RuntimeError: broken on purpose" in message["traceback"]
    assert done.stderr == b""
