"""nginx as a shared cache in front of a server, with the keys and paths that CloudFront has."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import product
from tests.web.proxies import NGINX, NGINX_HEAD, running
from tools.postgres import free_port

_CONFIGURATION = (
    NGINX_HEAD
    + """\
    proxy_cache_path {folder}/cache keys_zone=portal:1m;

    map $request_uri $path {{ ~^([^?]*) $1; }}
    {parameters}

    upstream portal {{ server 127.0.0.1:{upstream}; keepalive 4; }}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    add_header X-Cache $upstream_cache_status always;

    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://portal$path?{query};
            proxy_cache portal;
            proxy_cache_key $path?{query};
            proxy_cache_lock on;
            proxy_cache_revalidate on;
            proxy_set_header Cookie "";
        }}
        location ~ {uncached} {{ proxy_pass http://portal; }}
    }}
}}
"""
)


@contextmanager
def caching_proxy(upstream: int, folder: Path) -> Iterator[str]:
    """Its URL."""
    assert NGINX
    port, names = free_port(), product.PAGES.query
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            parameters="\n    ".join(
                f'map $arg_{name} $with_{name} {{ "" ""; default {name}=$arg_{name}&; }}'
                for name in names
            ),
            query="".join(f"${{with_{name}}}" for name in names),
            uncached="|".join(map(_pattern, product.UNCACHED)),
            upstream=upstream,
            port=port,
        )
    )
    with running([NGINX, "-p", str(folder), "-c", str(configuration)], (port,), folder):
        yield f"http://127.0.0.1:{port}"


def _pattern(path: str) -> str:
    """A path pattern of CloudFront as a regular expression."""
    return "^" + ".*".join(map(re.escape, path.split("*"))) + "$"
