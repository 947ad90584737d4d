"""Pictures are drawn by one process, which comes and goes with the work."""

import ast
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kirosample import share
from kirosample.share.artist import Artist, Busy, NotDrawn
from kirosample.share.cards import QuoteCard

PNG = b"\x89PNG\r\n"


def card(text: str) -> QuoteCard:
    return QuoteCard([text], "作者", "出典")


def saying(program: str) -> tuple[str, ...]:
    """A process of another program in place of ours."""
    return ("-c", f"import os, sys, time\n{program}")


ECHO = saying(
    """
while head := sys.stdin.buffer.read(4):
    body = sys.stdin.buffer.read(int.from_bytes(head))
    print(len(body), file=sys.stderr)
    time.sleep(0.05)
    sys.stdout.buffer.write(head + body)
    sys.stdout.buffer.flush()
"""
)


COUNT = saying(
    """
drawn = 0
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(int.from_bytes(head))
    drawn += 1
    sys.stdout.buffer.write((1).to_bytes(4) + str(drawn).encode())
    sys.stdout.buffer.flush()
"""
)


def run(work: Callable[[Artist], Coroutine[Any, Any, None]], **options: Any) -> None:
    async def inside() -> None:
        async with Artist(**options) as artist:
            await asyncio.wait_for(work(artist), 30)

    asyncio.run(inside())


def there(artist: Artist) -> int | None:
    """The process's number: asked each time, since it comes and goes."""
    return artist.process_id


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_picture_is_drawn_by_another_process_which_goes_when_it_is_idle() -> None:
    async def work(artist: Artist) -> None:
        assert there(artist) is None, "nothing was asked for"
        assert (await artist.draw(card("咳をしても一人"))).startswith(PNG)
        process = there(artist)
        assert process is not None
        assert process != os.getpid()
        assert (await artist.draw(card("足のうら洗えば白くなる"))).startswith(PNG)
        assert artist.process_id == process
        for _ in range(100):
            if there(artist) is None and not is_there(process):
                break
            await asyncio.sleep(0.05)
        assert there(artist) is None
        assert not is_there(process)
        assert (await artist.draw(card("咳をしても一人"))).startswith(PNG), "and comes again"

    run(work, idle_seconds=0.3)


def test_all_who_ask_for_the_same_at_once_share_one_drawing() -> None:
    async def work(artist: Artist) -> None:
        drawn = await asyncio.gather(*(artist.draw(card(f"{n % 2}")) for n in range(100)))
        assert len(set(drawn)) == 2
        assert await artist.draw(card("x")) == b"3", "the third that the process draws"

    run(work, command=COUNT, most=2)


def test_more_than_may_wait_are_told_to_come_again() -> None:
    async def work(artist: Artist) -> None:
        first = [asyncio.create_task(artist.draw(card(f"{n}"))) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await artist.draw(card("one more"))
        await asyncio.gather(*first)
        assert await artist.draw(card("one more"))

    run(work, command=ECHO, most=3)


def test_one_who_leaves_does_not_take_the_picture_from_the_others() -> None:
    async def work(artist: Artist) -> None:
        one, other = (asyncio.create_task(artist.draw(card("a"))) for _ in range(2))
        await asyncio.sleep(0.01)
        one.cancel()
        assert await other
        with pytest.raises(asyncio.CancelledError):
            await one

    run(work, command=ECHO)


def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_drawn() -> None:
    slow = ECHO[1].replace("0.05", "(60 if b'slow' in body else 0)")

    async def work(artist: Artist) -> None:
        slow, other = (asyncio.create_task(artist.draw(card(text))) for text in ("slow", "b"))
        with pytest.raises(Busy):
            await slow
        assert await other

    run(work, command=("-c", slow), seconds=1.5)


def test_a_process_that_ends_over_a_picture_says_why_and_another_one_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fragile = ECHO[1].replace("    time", "    assert b'bad' not in body, 'its words'\n    time")

    async def work(artist: Artist) -> None:
        bad, good = (asyncio.create_task(artist.draw(card(text))) for text in ("bad", "good"))
        with pytest.raises(NotDrawn):
            await bad
        assert await good

    run(work, command=("-c", fragile))
    assert "its words" in caplog.text


def test_a_picture_whose_process_is_killed_is_drawn_by_the_next_one(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    drawing = tmp_path / "drawing"
    begins = f"    file = {str(drawing)!r}\n    if not os.path.exists(file):\n"
    begins += "        open(file, 'w').close()\n        time.sleep(60)\n    time"
    slow_at_first = ECHO[1].replace("    time", begins)

    async def work(artist: Artist) -> None:
        asked = [asyncio.create_task(artist.draw(card(f"{n}"))) for n in range(3)]
        for _ in range(1000):
            if drawing.exists():
                break
            await asyncio.sleep(0.01)
        process = there(artist)
        assert process
        os.kill(process, signal.SIGKILL)
        assert all(await asyncio.gather(*asked))
        assert there(artist) not in (None, process)

    run(work, command=("-c", slow_at_first))
    (said,) = [record.getMessage() for record in caplog.records]
    assert "drawn again" in said
    assert "-9" in said


def test_a_process_that_is_gone_since_the_last_picture_is_replaced() -> None:
    async def work(artist: Artist) -> None:
        await artist.draw(card("a"))
        process = there(artist)
        assert process
        os.kill(process, signal.SIGKILL)
        assert await artist.draw(card("b"))

    run(work, command=ECHO)


def test_a_picture_is_tried_twice_and_no_more() -> None:
    seen = set[int | None]()

    async def work(artist: Artist) -> None:
        drawing = asyncio.create_task(artist.draw(card("a")))
        while not drawing.done():
            seen.add(there(artist))
            await asyncio.sleep(0.01)
        with pytest.raises(NotDrawn):
            await drawing

    run(work, command=saying("time.sleep(0.2)\nos._exit(3)"))
    assert len(seen - {None}) == 2


def test_a_process_that_cannot_be_started_leaves_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(artist: Artist) -> None:
        with pytest.raises(NotDrawn):
            await artist.draw(card("a"))

    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    run(work)


def test_it_ends_with_the_server_also_amid_a_picture() -> None:
    seen: list[int | None] = []

    async def work(artist: Artist) -> None:
        waiting = asyncio.create_task(artist.draw(card("a")))
        await asyncio.sleep(0.5)
        seen.append(artist.process_id)
        waiting.add_done_callback(lambda done: seen.append(done.cancelled()))

    run(work, command=saying("time.sleep(60)"))
    assert seen[0]
    assert not is_there(seen[0])


def test_the_process_gets_what_python_and_its_linker_need_and_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    linker = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # a Python of its own may need either
    for name in linker:
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("KIROSAMPLE_COOKIE_KEYS", "a secret of ours")
    tells = saying(
        "sys.stdin.buffer.read(4)\n"
        "body = repr(sorted(os.environ)).encode()\n"
        "sys.stdout.buffer.write(len(body).to_bytes(4) + body)\n"
        "sys.stdout.buffer.flush()\n"
        "time.sleep(60)"
    )

    async def work(artist: Artist) -> None:
        names = ast.literal_eval((await artist.draw(card("a"))).decode())
        assert {*linker} <= {*names}
        assert not [name for name in names if "KIROSAMPLE" in name]

    run(work, command=tells)


def test_the_process_loads_nothing_of_the_server() -> None:
    folder = Path(share.__file__).parent
    for path in folder.glob("*.py"):
        names = {
            f"{node.module}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        ours = {name for name in names if name.startswith("kirosample.")}
        assert all(
            name.startswith("kirosample.share.") or name == "kirosample.limits" for name in ours
        ), path
