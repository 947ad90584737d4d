"""Print how many modules and functions of ours a request calls, and with `-v` which.

Run from the repository's folder: `python -m tools.trace`. No page is in the cache.
"""

import sys
import threading
import time
from types import FrameType

from ishizue.testing.postgres import embedded_server
from kirosample.commands.content import load_content
from tools.servers import serving

LIKED = {"type": "quote", "item": "hosai-senku-03"}
REQUESTS = {
    "a cold /date": ("GET", "/date", None),
    "a like": ("POST", "/api/favorites", LIKED),
    "a list": ("GET", "/favorites", None),
    "a 404": ("GET", "/nothing", None),
}


def main() -> None:
    called = set[tuple[str, str]]()

    def note(frame: FrameType, event: str, _: object) -> None:
        module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_qualname
        is_function = not name.endswith(">") and not name.startswith("__create_fn__")
        if event == "call" and module.startswith(("kirosample.", "ishizue.")) and is_function:
            called.add((module, name))

    load_content()  # as a start does
    threading.setprofile(note)
    with embedded_server() as database, serving(database) as running:
        running.ready()
        for what, (method, path, sent) in REQUESTS.items():
            time.sleep(1)  # until what came before has ended
            called.clear()
            running.client.request(method, path, json=sent)
            names = sorted(called)
            modules = {module for module, _ in names}
            print(f"{what}: {len(modules)} modules, {len(names)} functions")
            if "-v" in sys.argv:
                print(*(f"    {module} {name}" for module, name in names), sep="\n")


if __name__ == "__main__":
    main()
