"""Responses are assembled once a second, and a long body is never copied."""

from ishizue.http.wire import LONG_BYTES, Assembler, WireResponse


def test_only_so_many_responses_are_kept_and_only_for_their_second() -> None:
    assembler = Assembler(lambda: 0.0)
    pages = [WireResponse(200, b"", b"page %d" % number) for number in range(100)]
    for second in (b"one", b"two"):
        dated = [(b"date", second)]
        for page in pages:
            response = assembler.assemble(page, b"", dated)
            head, body = response
            assert (head.endswith(page.body), body) == (True, b"")
            assert head.startswith(b"HTTP/1.1 200 OK\r\ndate: " + second + b"\r\n")
            assert assembler.assemble(page, b"", dated) is response
            assert len(assembler._assembled) <= 32
    assembler.assemble(pages[0], b"", [(b"date", b"three")])
    assert len(assembler._assembled) == 1


def test_a_long_body_is_not_copied() -> None:
    page = WireResponse(200, b"", bytes(LONG_BYTES))
    head, body = Assembler(lambda: 0.0).assemble(page, b"", [])
    assert body is page.body
    assert head.endswith(b"\r\n\r\n")
