"""A PostgreSQL on loopback as Amazon RDS is reached: TCP, TLS, a user with a password.

The programs are the machine's own PostgreSQL, 15 or later.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from tests.postgres import folder, system_programs

from kirosample.postgres_setup import account_for

PASSWORD = "a password for the tests, with / and @"
_CERTIFIED = "localhost"


@dataclass(frozen=True, slots=True)
class TlsPostgres:
    """A running server: where it listens, and the root that signed its certificate."""

    port: int
    root: Path

    def settings(self, **changed: str) -> dict[str, str]:
        """The database in parts, reached by the name that its certificate has."""
        parts = {"HOST": _CERTIFIED, "PORT": str(self.port), "NAME": "postgres"}
        parts |= {"USER": "kirosample", "PASSWORD": PASSWORD}
        return {f"KIROSAMPLE_DB_{name}": value for name, value in (parts | changed).items()}

    def trusted(self) -> dict[str, str]:
        """What makes OpenSSL believe the certificate."""
        return {"SSL_CERT_FILE": str(self.root)}


@contextmanager
def tls_postgres() -> Iterator[TlsPostgres]:
    """Serve while the block runs. Raises FileNotFoundError where the machine has no PostgreSQL."""
    programs = system_programs()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL 15 or later on this machine")
    with folder() as path, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        account = account_for(path / "data")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(path / "root.pem")
        certificate = authority.issue_cert(_CERTIFIED)
        (path / "password").write_text(PASSWORD)
        certificate.private_key_pem.write_to_path(path / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(path / "certificate.pem")
        (path / "data").mkdir(0o700)
        for made in ("data", "password", "key.pem", "certificate.pem"):
            os.chown(path / made, account.uid, account.gid)
        (path / "key.pem").chmod(0o600)
        subprocess.run(
            [
                *(programs / "initdb", "-D", path / "data", "-U", "kirosample", "-E", "UTF8"),
                *("--auth=scram-sha-256", "--pwfile", path / "password"),
            ],
            check=True,
            capture_output=True,
            **account.process_options(),
        )
        (path / "data/pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "ssl": "on",
            "ssl_cert_file": str(path / "certificate.pem"),
            "ssl_key_file": str(path / "key.pem"),
        }
        free.close()
        with (path / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    *(programs / "postgres", "-D", path / "data"),
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                stdout=log,
                stderr=log,
                **account.process_options(),
            )
        try:
            _wait_for(port, path / "log")
            yield TlsPostgres(port, path / "root.pem")
        finally:
            server.send_signal(signal.SIGINT)  # does not wait for who is connected
            server.wait(30)


def _wait_for(port: int, log: Path) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(log.read_text(errors="replace"))
