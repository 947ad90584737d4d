"""Pictures are drawn by one process that runs on demand."""

import ast
import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from ishizue.testing.processes import printed
from kirosample.web.drawing.cards import WIDE, QuoteCard
from kirosample.web.drawing.renderer import Busy, NotDrawn, PictureRenderer
from tests.web.common import until

PNG = b"\x89PNG\r\n"


def card(text: str) -> QuoteCard:
    return QuoteCard([text], "作者", "出典")


def saying(program: str) -> tuple[str, ...]:
    """The command of a program that replaces ours."""
    return ("-c", f"import os, sys, time\n{program}")


COUNT = saying(
    """
drawn = 0
while head := sys.stdin.buffer.read(4):
    body = sys.stdin.buffer.read(int.from_bytes(head))
    print(len(body), file=sys.stderr)
    drawn += 1
    time.sleep(0.05)
    sys.stdout.buffer.write((1).to_bytes(4) + str(drawn).encode())
    sys.stdout.buffer.flush()
"""
)
"""Each picture is the number of pictures drawn so far."""


def there(renderer: PictureRenderer) -> int | None:
    """The process id, read again because it changes."""
    return renderer.process_id


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_the_drawing_process_ends_when_idle_and_starts_again_on_demand() -> None:
    async with PictureRenderer(idle_seconds=0.3) as renderer:
        assert there(renderer) is None, "nothing was asked for"
        assert (await renderer.draw(card("咳をしても一人"), WIDE)).startswith(PNG)
        process = there(renderer)
        assert process is not None
        assert process != os.getpid()
        assert (await renderer.draw(card("足のうら洗えば白くなる"), WIDE)).startswith(PNG)
        assert renderer.process_id == process
        await until(lambda: there(renderer) is None and not is_there(process))
        again = await renderer.draw(card("咳をしても一人"), WIDE)
        assert again.startswith(PNG), "and comes again"


async def test_a_cancelled_caller_does_not_cancel_the_others() -> None:
    async with PictureRenderer(command=COUNT) as renderer:
        leaving, waiting = (asyncio.create_task(renderer.draw(card("a"), WIDE)) for _ in range(2))
        await asyncio.sleep(0.01)
        leaving.cancel()
        assert await waiting
        with pytest.raises(asyncio.CancelledError):
            await leaving


async def test_a_picture_times_out_and_the_next_one_is_drawn() -> None:
    program = COUNT[1].replace("0.05", "(60 if b'slow' in body else 0)")

    async with PictureRenderer(command=("-c", program), seconds=1.5) as renderer:
        slow, other = (
            asyncio.create_task(renderer.draw(card(text), WIDE)) for text in ("slow", "b")
        )
        with pytest.raises(Busy):
            await slow
        assert await other


async def test_the_stderr_of_a_failed_process_is_logged_and_other_pictures_are_drawn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fragile = COUNT[1].replace("    time", "    assert b'bad' not in body, 'its words'\n    time")

    async with PictureRenderer(command=("-c", fragile)) as renderer:
        bad, good = (
            asyncio.create_task(renderer.draw(card(text), WIDE)) for text in ("bad", "good")
        )
        with pytest.raises(NotDrawn):
            await bad
        assert await good
    assert caplog.text.count("AssertionError: its words") == 2, "tried twice and no more"


async def test_a_picture_is_drawn_again_if_its_process_is_killed(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    drawing = tmp_path / "drawing"
    begins = f"    file = {str(drawing)!r}\n    if not os.path.exists(file):\n"
    begins += "        open(file, 'w').close()\n        time.sleep(60)\n    time"
    slow_at_first = COUNT[1].replace("    time", begins)

    async with PictureRenderer(command=("-c", slow_at_first)) as renderer:
        asked = [asyncio.create_task(renderer.draw(card(f"{n}"), WIDE)) for n in range(3)]
        await until(drawing.exists)
        process = there(renderer)
        assert process
        os.kill(process, signal.SIGKILL)
        assert all(await asyncio.gather(*asked))
        assert there(renderer) not in (None, process)
    (said,) = [record.getMessage() for record in caplog.records]
    assert "drawing a picture again" in said
    assert "-9" in said


async def test_a_picture_that_cannot_be_drawn_ends_no_process(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with PictureRenderer() as renderer:
        assert await renderer.draw(card("咳をしても一人"), WIDE)
        process = there(renderer)
        with pytest.raises(NotDrawn):
            await renderer.draw(card("a"), "a shape that there is not")
        assert (await renderer.draw(card("咳をしても一人"), WIDE)).startswith(PNG)
        assert there(renderer) == process
    assert "KeyError: 'a shape that there is not'" in caplog.text


async def test_the_process_ends_with_the_server_even_while_drawing() -> None:
    async with PictureRenderer(command=saying("time.sleep(60)")) as renderer:
        waiting = asyncio.create_task(renderer.draw(card("a"), WIDE))
        await until(lambda: there(renderer) is not None)
        process = there(renderer)
    assert process
    assert not is_there(process)
    await asyncio.wait((waiting,))
    assert waiting.cancelled(), "nobody waits for the picture's timeout"


async def test_the_process_gets_no_secrets_in_its_environment(
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

    async with PictureRenderer(command=tells) as renderer:
        names = ast.literal_eval((await renderer.draw(card("a"), WIDE)).decode())
        assert {*linker} <= {*names}
        assert not [name for name in names if "KIROSAMPLE" in name]


def test_the_process_loads_no_part_of_the_server() -> None:
    code = "import sys, kirosample.web.drawing.worker; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in printed(sys.executable, "-c", code).split()}
    assert not loaded & {"asyncio", "asyncpg", "ephem", "minijinja", "msgspec", "starlette"}
