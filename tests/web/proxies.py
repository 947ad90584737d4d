"""nginx and HAProxy in front of a server of ours, with connections that all clients share."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ishizue.testing.postgres import free_port

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
NGINX = shutil.which("nginx", path=_PATH)
HAPROXY = shutil.which("haproxy", path=_PATH)

_NGINX = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $http_upgrade $connection_upgrade {{
        default upgrade;
        '' '';
    }}
    upstream portal {{
        server 127.0.0.1:{upstream};
        keepalive 1;
    }}
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    {servers}
}}
"""
"""All files of its configuration are in `folder`."""

_SERVER = """
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://portal;
            {options}
        }}
    }}
"""
_UPGRADES = """
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $host;
"""
_OPTIONS = (
    'proxy_set_header Connection "";', _UPGRADES, f"proxy_request_buffering off;{_UPGRADES}",
)  # fmt: skip

_HAPROXY = """
global
    nbthread 1
    maxconn 100
defaults
    mode http
    http-reuse always
    timeout connect 5s
    timeout client 10s
    timeout server 10s
frontend public
    bind 127.0.0.1:{ports[0]}
    default_backend portal
backend portal
    server portal 127.0.0.1:{upstream}
"""


@contextmanager
def nginx(upstream: int, folder: Path) -> Iterator[tuple[int, int, int]]:
    """Its ports: for HTTP alone, for WebSockets too, and the same without buffering bodies."""
    assert NGINX
    one, two, three = ports = free_port(), free_port(), free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    servers = "".join(
        _SERVER.format(port=port, options=options)
        for port, options in zip(ports, _OPTIONS, strict=True)
    )
    configuration.write_text(
        _NGINX.format(user=user, folder=folder, upstream=upstream, servers=servers)
    )
    with _running([NGINX, "-p", str(folder), "-c", str(configuration)], ports, folder):
        yield one, two, three


@contextmanager
def haproxy(upstream: int, folder: Path) -> Iterator[int]:
    """Its port."""
    assert HAPROXY
    ports = (free_port(),)
    configuration = folder / "haproxy.cfg"
    configuration.write_text(_HAPROXY.format(upstream=upstream, ports=ports))
    with _running([HAPROXY, "-db", "-f", str(configuration)], ports, folder):
        yield ports[0]


@contextmanager
def _running(command: Sequence[str], ports: Sequence[int], folder: Path) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        for port in ports:
            _wait_for(port, process, log)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not start: {log.read_text(errors='replace')}")
