"""The local PostgreSQL: its data, its folder, its failures and its supervision."""

import asyncio
import contextlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from ishizue.postgres import server as postgres_server
from ishizue.postgres import setup
from ishizue.postgres.server import EmbeddedPostgres, EmbeddedPostgresError
from ishizue.testing.postgres import execute, fetch, folder
from ishizue.testing.wire import until

KEEP = "CREATE TABLE kept AS SELECT 7 AS n"
READ = "SELECT n FROM kept"

# Serves until its stdin has a line, and ignores Ctrl-C.
SERVE = """
import signal, sys
from pathlib import Path
from ishizue.postgres.server import EmbeddedPostgres
signal.signal(signal.SIGINT, signal.SIG_IGN)
with EmbeddedPostgres.start(Path(sys.argv[1])) as server:
    print(server.pid, server.dsn, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with folder() as base:  # not tmp_path: PostgreSQL's account cannot enter root's
        yield base.resolve() / "data"


@contextlib.contextmanager
def python(code: str, data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another Python process, in its own process group."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data_dir)],
        env=os.environ | {"PYTHONPATH": str(Path(postgres_server.__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.communicate("\n")


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()


def query(dsn: str, statement: str) -> Any:
    """The one value that it selects."""
    [[value]] = fetch(dsn, statement)
    return value


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def failure(data_dir: Path) -> str:
    """The message of a start that fails."""
    with pytest.raises(EmbeddedPostgresError) as caught:
        EmbeddedPostgres.start(data_dir).stop()
    message = str(caught.value)
    assert "\n" not in message
    return message


def modes(*paths: Path) -> dict[Path, tuple[int, ...]]:
    """Mode and owners of every folder above the paths."""
    folders = {folder: folder.stat() for path in paths for folder in path.resolve().parents}
    return {
        path: (status.st_mode, status.st_uid, status.st_gid) for path, status in folders.items()
    }


def test_the_database_is_durable_deterministic_and_reached_only_by_its_socket(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The user's variables for other servers have no effect, and our secrets stay ours.
    for name in ("PGPORT", "PGHOST", "PGTZ", "APP_SECRET"):
        monkeypatch.setenv(name, "1")
    with EmbeddedPostgres.start(data_dir) as server:
        for name, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "listen_addresses": "",
            "server_encoding": "UTF8",
            "timezone": "UTC",
        }.items():
            assert query(server.dsn, f"SHOW {name}") == value
        order = "SELECT string_agg(t, '' ORDER BY t) FROM (VALUES ('ア'),('b'),('B'),('a')) v(t)"
        assert query(server.dsn, order) == "Babア"
        assert query(server.dsn, "SELECT upper('é')") == "É"
        assert stat.S_IMODE((data_dir / "run").stat().st_mode) == 0o700
        execute(server.dsn, "CREATE TABLE variable (line text)")
        execute(server.dsn, "COPY variable FROM PROGRAM 'env'")
        variables = query(server.dsn, "SELECT string_agg(line, ' ') FROM variable")
        assert "TZ=UTC" in variables
        assert "APP_SECRET" not in variables


def test_a_server_outlives_ctrl_c_and_is_stopped_first_if_kill_9_left_it(data_dir: Path) -> None:
    with python(SERVE, data_dir) as process:
        pid, dsn = line(process).split()
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
        execute(dsn, KEEP)
        process.kill()
    with EmbeddedPostgres.start(data_dir) as server:
        assert server.pid != int(pid)
        assert server.dsn == dsn
        assert query(server.dsn, READ) == 7


def test_the_error_for_another_major_version_says_what_to_do(data_dir: Path) -> None:
    EmbeddedPostgres.start(data_dir).stop()
    version = data_dir / "postgresql" / "PG_VERSION"
    version.write_text("17\n")
    message = failure(data_dir)
    for part in (str(data_dir / "postgresql"), "17", "18", "dump", "move the folder aside"):
        assert part in message
    assert version.read_text() == "17\n"


def test_a_folder_that_holds_no_database_is_refused(data_dir: Path) -> None:
    (data_dir / "postgresql").mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(data_dir / "postgresql", pwd.getpwnam("nobody").pw_uid, -1)
    assert "is not a PostgreSQL data folder" in failure(data_dir)


def test_stale_lock_files_with_a_reused_pid_or_without_one_do_no_harm(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir) as server:
        pid_file = data_dir / "postgresql" / "postmaster.pid"
        socket_lock = data_dir / "run" / ".s.PGSQL.5432.lock"
        left = {path: path.read_text() for path in (pid_file, socket_lock)}
        account = pid_file.stat()
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        options = {"user": account.st_uid, "group": account.st_gid}
    with subprocess.Popen(["sleep", "60"], cwd="/", **options) as bystander:
        try:
            socket_lock.parent.mkdir(mode=0o700)
            for path, text in left.items():
                path.write_text(text.replace(str(server.pid), str(bystander.pid)))
            with EmbeddedPostgres.start(data_dir) as server:
                assert query(server.dsn, "SELECT 1") == 1
            assert bystander.poll() is None
        finally:
            bystander.terminate()
    pid_file.touch()  # as a full disk leaves it
    EmbeddedPostgres.start(data_dir).stop()


def test_a_killed_first_start_does_not_block_the_next_one(data_dir: Path) -> None:
    with python(SERVE, data_dir) as process:
        while process.poll() is None and not list(data_dir.glob("*/global")):
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGKILL)
    assert not (data_dir / "postgresql").exists()
    EmbeddedPostgres.start(data_dir).stop()
    assert not list(data_dir.glob("postgresql.new-*"))


@pytest.mark.parametrize("name", ["a,b", "x" * 100])
def test_a_path_that_no_socket_can_have_is_refused(data_dir: Path, name: str) -> None:
    assert "choose another data folder" in failure(data_dir / name)


def test_the_error_for_an_unwritable_folder_names_it(data_dir: Path) -> None:
    data_dir.write_text("a file")
    assert str(data_dir) in failure(data_dir)
    assert str(data_dir) in failure(data_dir / "below")


def test_a_failed_initdb_has_its_reason_and_leaves_nothing_behind(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(setup, "_INITDB", ("--wal-segsize=3",))
        message = failure(data_dir)
    assert message.startswith("initdb failed: ")
    assert str(data_dir / "postgres.log") in message
    assert not list(data_dir.glob("postgresql*"))
    EmbeddedPostgres.start(data_dir).stop()


@pytest.fixture(autouse=True)
def _quick_supervision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server, "_CHECK_SECONDS", 0.02)
    monkeypatch.setattr(postgres_server, "_MAX_PAUSE", 0.1)


@pytest.fixture
def supervised(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start(data_dir) as server:
        server.supervise()
        execute(server.dsn, KEEP)
        yield server
    assert not exists(server.pid)


def test_a_failing_restart_is_retried_and_its_reason_logged_once(
    supervised: EmbeddedPostgres, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configuration = data_dir / "postgresql" / "postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(f"{good}\nno_such_setting = 1\n")
    os.kill(supervised.pid, signal.SIGKILL)
    until_logged(caplog, "cannot restart")
    log = data_dir / "postgres.log"
    while log.read_text().count("no_such_setting") < 3:
        time.sleep(0.01)
    assert logged(caplog, "cannot restart") == logged(caplog, "FATAL") == 1
    configuration.write_text(good)
    assert until_answered(supervised.dsn) == 7
    until_logged(caplog, "runs again")


def test_backends_that_outlive_their_server_are_waited_for_but_not_to_stop(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = EmbeddedPostgres.start(data_dir)
    server.supervise()
    execute(server.dsn, KEEP)
    with orphan(server) as end:
        until_logged(caplog, "still in use")
        end()
        assert until_answered(server.dsn) == 7
        until_logged(caplog, "runs again")
    with orphan(server):
        until_logged(caplog, "still in use", 2)
        began = time.monotonic()
        for _ in range(2):  # the second time it does nothing
            server.stop()
        assert time.monotonic() - began < 2
        assert not exists(server.pid)
    EmbeddedPostgres.start(data_dir).stop()


def test_missing_data_is_not_replaced_by_an_empty_database(
    supervised: EmbeddedPostgres, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data, aside = data_dir / "postgresql", data_dir / "aside"
    data.rename(aside)
    os.kill(supervised.pid, signal.SIGKILL)
    until_logged(caplog, f"{data} is gone")
    time.sleep(0.3)
    assert not data.exists()
    aside.rename(data)
    assert until_answered(supervised.dsn) == 7


def logged(caplog: pytest.LogCaptureFixture, words: str) -> int:
    """The number of messages with these words."""
    return sum(words in record.getMessage() for record in caplog.records)


def until_logged(caplog: pytest.LogCaptureFixture, words: str, times: int = 1) -> None:
    until(lambda: logged(caplog, words) >= times)


def until_answered(dsn: str) -> Any:
    """The stored value, as soon as the server responds."""
    end = time.monotonic() + 20
    while True:
        try:
            return query(dsn, READ)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            assert time.monotonic() < end
            time.sleep(0.02)


@contextlib.contextmanager
def orphan(server: EmbeddedPostgres) -> Iterator[Callable[[], None]]:
    """A backend that outlives its server, which is killed; the function ends it."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(server.dsn))
        backend = connection.get_server_pid()
        os.kill(backend, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGKILL)
        try:
            yield lambda: os.kill(backend, signal.SIGKILL)
        finally:
            connection.terminate()
            with contextlib.suppress(ProcessLookupError):
                os.kill(backend, signal.SIGKILL)


@pytest.mark.external
@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
class TestAsRoot:
    def test_no_folder_above_the_data_or_the_programs_changes(self, data_dir: Path) -> None:
        data_dir.mkdir()
        data_dir.chmod(0o751)
        inside = data_dir / "x", setup._package() / "pginstall18" / "bin" / "postgres"
        before = modes(*inside)
        our_groups = os.getgroups()
        os.setgroups([4242])
        try:
            server = EmbeddedPostgres.start(data_dir)
        finally:
            os.setgroups(our_groups)
        with server:
            uid = Path(f"/proc/{server.pid}").stat().st_uid
            groups = Path(f"/proc/{server.pid}/status").read_text()
        assert uid in {pwd.getpwnam(name).pw_uid for name in ("postgres", "nobody")} - {0}
        assert "4242" not in groups
        assert modes(*inside) == before
        cluster = (data_dir / "postgresql").stat()
        assert (cluster.st_uid, stat.S_IMODE(cluster.st_mode)) == (uid, 0o700)

    def test_its_folders_can_be_entered_under_any_umask(self, data_dir: Path) -> None:
        umask = os.umask(0o077)
        try:
            with EmbeddedPostgres.start(data_dir / "below") as server:
                assert query(server.dsn, "SELECT 1") == 1
        finally:
            os.umask(umask)

    def test_data_owned_by_root_is_refused(self, data_dir: Path) -> None:
        EmbeddedPostgres.start(data_dir).stop()
        os.chown(data_dir / "postgresql", 0, 0)
        assert "belongs to root" in failure(data_dir)

    def test_an_unreachable_data_folder_is_named_with_its_barrier(self, data_dir: Path) -> None:
        private = data_dir.parent / "private"
        private.mkdir(mode=0o700)
        message = failure(private / "below" / "data")
        assert f"may not enter {private}:" in message
        assert "choose another data folder" in message
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert not list(private.iterdir())

    def test_unreachable_programs_are_copied_once(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = setup._package()
        venv = data_dir.parent / "venv"
        venv.mkdir(mode=0o700)
        for name in (package.name, f"{package.name}.libs"):
            (venv / name).symlink_to(package.with_name(name))
        monkeypatch.syspath_prepend(str(venv))
        before = modes(venv / "x", package)
        stale = data_dir / "runtime" / "0.0.1"
        stale.mkdir(parents=True)
        with EmbeddedPostgres.start(data_dir) as server:
            (copy,) = (data_dir / "runtime").iterdir()
            program = Path(f"/proc/{server.pid}/exe").readlink()
            assert program.is_relative_to(copy)
            assert query(server.dsn, "SELECT 1") == 1
        made = program.stat().st_ctime_ns
        EmbeddedPostgres.start(data_dir).stop()
        assert program.stat().st_ctime_ns == made
        assert not [p for p in copy.rglob("*") if p.stat().st_uid != 0 or p.stat().st_mode & 0o022]
        assert modes(venv / "x", package) == before
