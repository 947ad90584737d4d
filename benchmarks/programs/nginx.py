"""nginx with static files on core 0, in each configuration that may be the fastest."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.programs.http import free_ports, wait_for
from benchmarks.programs.processes import SERVER_CORE, serving

_OPEN_FILE_CACHE = "open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;"
_SENDING = {
    "sendfile off": "sendfile off; output_buffers 1 1m;",
    "sendfile on": "sendfile on;",
    "sendfile and tcp_nopush on": "sendfile on; tcp_nopush on;",
}
CONFIGURATIONS = {
    **_SENDING,
    **{f"{name}, open_file_cache": f"{s} {_OPEN_FILE_CACHE}" for name, s in _SENDING.items()},
}
"""By name: one nginx serves each on a port of its own."""


@contextmanager
def running(program: Path, folder: Path, files: Mapping[str, bytes]) -> Iterator[dict[str, int]]:
    """The ports by configuration; each serves the files by name."""
    root = folder / "files"
    root.mkdir(parents=True)
    for name, content in files.items():
        (root / name).write_bytes(content)
    ports = dict(zip(CONFIGURATIONS, free_ports(len(CONFIGURATIONS)), strict=True))
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(folder, ports))
    command: list[str | Path] = [
        program,
        "-p",
        folder,
        "-e",
        folder / "error.log",
        "-c",
        configuration,
    ]
    with serving(command, SERVER_CORE, folder / "nginx.log"):
        wait_for(next(iter(ports.values())), f"/{next(iter(files))}", 5)
        yield ports


def _configuration(folder: Path, ports: Mapping[str, int]) -> str:
    # A worker started by root would switch to an account that may not enter our folder.
    user = "user root;" if os.geteuid() == 0 else ""
    modules = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{module}_temp_path {folder}/temporary;" for module in modules)
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{port} backlog=1024; {CONFIGURATIONS[name]} }}"
        for name, port in ports.items()
    )
    return f"""
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; multi_accept on; }}
http {{
default_type "text/html; charset=utf-8";
root {folder}/files;
access_log off;
server_tokens off;
keepalive_timeout 65;
keepalive_requests 1000000000;
{places}
{servers}
}}
"""
