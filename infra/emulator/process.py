"""The emulator as a process of ours: on loopback, on a free port, always ended."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
EXTENSION = Path(__file__).parent / "extension"
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"

START_SECONDS = 60
STOP_SECONDS = 10


class EmulatorError(Exception):
    """The emulator is not there or does not serve; the message is one line."""


@dataclass(frozen=True)
class Emulator:
    """One that serves."""

    url: str
    folder: Path
    """Everything that this emulator and its clients write, removed with it."""
    log: Path

    def environ(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """`inherited` for a client of the emulator, which cannot reach AWS or real credentials."""
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


@contextmanager
def running(python: Path = PYTHON) -> Iterator[Emulator]:
    """Serve while the block runs, with an empty account; raises EmulatorError."""
    if not python.exists():
        raise EmulatorError("the emulator is not installed: make deploy-emulated installs it")
    with tempfile.TemporaryDirectory(prefix="kirosample-emulator-") as name:
        folder = Path(name)
        emulator = Emulator(f"http://127.0.0.1:{_free_port()}", folder, folder / "emulator.log")
        with _process(python, emulator) as process:
            _wait(process, emulator)
            yield emulator


@contextmanager
def _process(python: Path, emulator: Emulator) -> Iterator[subprocess.Popen[bytes]]:
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(emulator.folder),
        "TMPDIR": str(emulator.folder),
        "STATE_DIR": str(emulator.folder / "state"),
        "S3_DATA_DIR": str(emulator.folder / "s3"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": emulator.url.rpartition(":")[2],
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # Where the engineer has docker, it would start real databases and tasks.
        "DOCKER_HOST": f"unix://{emulator.folder}/no-docker",
    }
    # By itself, not as a part of `infra`: that needs packages which its environment lacks.
    command = [str(python), "-m", EXTENSION.name]
    with emulator.log.open("wb") as log:
        # A group of its own: Ctrl-C is for us, and then we end it.
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=EXTENSION.parent,
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
            raise EmulatorError(f"the emulator ended at once: {lines[-1] if lines else 'no word'}")
        try:
            with urllib.request.urlopen(f"{emulator.url}/_ministack/health", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise EmulatorError(f"the emulator did not serve within {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
