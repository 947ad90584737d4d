"""A PostgreSQL that is reached like Amazon RDS: TCP, TLS, a user with a password.

The programs are the machine's own PostgreSQL, 15 or later.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from ishizue.testing.postgres import folder, free_port, running, system_programs

PASSWORD = "a password for the tests, with / and @"
_USER = "kirosample"
_CERTIFIED = "localhost"


@dataclass(frozen=True, slots=True)
class TlsPostgres:
    """A running server: its port, and the root of its certificate."""

    port: int
    root: Path

    def settings(self, **changed: str) -> dict[str, str]:
        """The settings of the database in parts, with the host name of its certificate."""
        parts = {"HOST": _CERTIFIED, "PORT": str(self.port), "NAME": "postgres"}
        parts |= {"USER": _USER, "PASSWORD": PASSWORD}
        return {f"KIROSAMPLE_DB_{name}": value for name, value in (parts | changed).items()}

    def trusted(self) -> dict[str, str]:
        """The variable that makes OpenSSL trust the certificate."""
        return {"SSL_CERT_FILE": str(self.root)}


@contextmanager
def tls_postgres() -> Iterator[TlsPostgres]:
    """Serve during the block. Raises FileNotFoundError without a PostgreSQL on the machine."""
    programs = system_programs()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL 15 or later on this machine")
    with folder() as path:
        port = free_port()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(path / "root.pem")
        certificate = authority.issue_cert(_CERTIFIED)
        certificate.private_key_pem.write_to_path(path / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(path / "certificate.pem")
        (path / "key.pem").chmod(0o600)
        (path / "password").write_text(PASSWORD)
        (path / "hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "hba_file": str(path / "hba.conf"),
            "ssl": "on",
            "ssl_cert_file": str(path / "certificate.pem"),
            "ssl_key_file": str(path / "key.pem"),
        }
        authentication = ("--auth=scram-sha-256", "--pwfile", path / "password")
        with running(programs, path, options, *authentication, user=_USER):
            yield TlsPostgres(port, path / "root.pem")
