"""Which modules and functions of ours a request calls, for each `METHOD PATH` that is given.

`python -m tools.traced "GET /date?date=2020-01-01" "POST /api/favorites"`. The first request of a
kind also reads what later ones have in memory.
"""

import sys
import threading
from types import CodeType, FrameType
from typing import Any

from ishizue.testing.postgres import embedded_server, fresh_database
from tools.servers import serving

LIKE = {"type": "quote", "item": "takuboku-ichiaku-01"}


def main(requests: list[str]) -> None:
    """Print the modules that each request calls, and how many functions."""
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            called.add(frame.f_code)

    threading.setprofile(note)
    with embedded_server() as server, fresh_database(server) as at, serving(at) as running:
        running.ready()
        for request in requests:
            method, path = request.split(" ", 1)
            called.clear()
            running.client.request(method, path, json=LIKE if method == "POST" else None)
            ours = [
                code
                for code in set(called)
                if "/src/kirosample/" in code.co_filename or "/src/ishizue/" in code.co_filename
            ]
            modules = sorted({code.co_filename.split("/src/")[1] for code in ours})
            print(f"{request}: {len(modules)} modules, {len(ours)} functions", *modules, sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])
