"""The AWS emulator of `make deploy-emulated`: on a free port of loopback, stopped with its block.

The fixture `aws` is its empty account, where a service's own client meets S3 or SQS.
"""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ishizue.testing.postgres import free_port

if TYPE_CHECKING:
    import pytest  # no command that starts an emulator needs it

PYTHON = Path(".venv-emulator") / "bin" / "python"
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
"""The emulator's account."""

START_SECONDS = 60
STOP_SECONDS = 10


class EmulatorError(Exception):
    """The emulator is not installed or does not serve; the message is one line."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    url: str
    folder: Path
    """Everything that it and its clients write; deleted with it."""

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "emulator.log"

    @property
    def record(self) -> Path:
        """What an extension records."""
        return self.folder / "record.jsonl"

    def environ(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """`inherited` for a client that must not reach AWS or real credentials."""
        kept = {name: text for name, text in inherited.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "emulated",
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def enter(self, monkeypatch: "pytest.MonkeyPatch") -> None:
        """Let this process be such a client, until the test ends."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, text in self.environ(os.environ).items():
            monkeypatch.setenv(name, text)


@contextmanager
def running(program: Path | None = None, **settings: str) -> Iterator[Emulator]:
    """Run an emulator with an empty account during the block. Raises EmulatorError.

    `program` is a package that extends and serves it, with these variables.
    """
    if not PYTHON.exists():
        raise EmulatorError("the emulator is not installed: run make deploy-emulated")
    with tempfile.TemporaryDirectory(prefix="ishizue-emulator-") as name:
        folder = Path(name)
        emulator = Emulator(f"http://127.0.0.1:{free_port()}", folder)
        with _process(emulator, program, settings) as process:
            _wait(process, emulator)
            yield emulator


@contextmanager
def _process(
    emulator: Emulator, program: Path | None, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(emulator.folder),
        "TMPDIR": str(emulator.folder),
        "STATE_DIR": str(emulator.folder / "state"),
        "RECORD": str(emulator.record),
        "S3_DATA_DIR": str(emulator.folder / "s3"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": emulator.url.rpartition(":")[2],
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # With docker it would start real databases and tasks.
        "DOCKER_HOST": f"unix://{emulator.folder}/no-docker",
        **settings,
    }
    # A program runs as a top-level package: its own may need what this environment lacks.
    command = [str(PYTHON.absolute()), "-m", program.name if program else "ministack"]
    with emulator.log.open("wb") as log:
        # The emulator has a process group of its own: Ctrl-C reaches us only, and we stop it.
        process = subprocess.Popen(
            command,
            cwd=program.parent if program else emulator.folder,
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], emulator: Emulator) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            lines = emulator.log.read_text(errors="replace").strip().splitlines()
            raise EmulatorError(f"the emulator exited: {lines[-1] if lines else 'no output'}")
        try:
            with urllib.request.urlopen(f"{emulator.url}/_ministack/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise EmulatorError(f"the emulator did not serve within {START_SECONDS} s")
