"""Print how many modules and functions of ours a request calls, and with `-v` which.

Run from the repository's folder: `python -m tools.trace`. First comes the first of each kind, which
also reads tables; then another one, whose page is not in the cache either.
"""

import sys
import threading
import time
from types import FrameType

from ishizue.testing.postgres import embedded_server
from kirosample.commands.content import load_content
from tools.servers import serving

REQUESTS = {
    "a cold /date": ("GET", "/date?date={day}"),
    "a like": ("POST", "/api/favorites"),
    "a list": ("GET", "/favorites"),
    "a 404": ("GET", "/nothing/{day}"),
}


def main() -> None:
    called = dict[tuple[str, str], None]()

    def note(frame: FrameType, event: str, _: object) -> None:
        module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_qualname
        is_function = not name.endswith(">") and not name.startswith("__create_fn__")
        if event == "call" and module.startswith(("kirosample.", "ishizue.")) and is_function:
            called[module, name] = None

    load_content()  # as a start does
    threading.setprofile(note)
    with embedded_server() as database, serving(database) as running:
        running.ready()
        items = [quote.id for quote in running.portal.catalogue.quotes]
        for turn, item, day in (
            ("first", items[0], "2027-01-01"),
            ("then", items[1], "2027-01-03"),
        ):
            for what, (method, path) in REQUESTS.items():
                time.sleep(1)  # until what came before has ended
                called.clear()
                liked = {"type": "quote", "item": item} if method == "POST" else None
                running.client.request(method, path.format(day=day), json=liked)
                modules = {module for module, _ in called}
                print(f"{what}, {turn}: {len(modules)} modules, {len(called)} functions")
                if "-v" in sys.argv:
                    print(*(f"    {module} {name}" for module, name in called), sep="\n")


if __name__ == "__main__":
    main()
