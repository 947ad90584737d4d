"""The two processes and the job, as ECS runs them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import boto3
import pytest
from ishizue.testing.emulator import REGION
from ishizue.testing.postgres import execute, fetch
from ishizue.testing.processes import Command

from inbox.hooks import LARGE_BODY
from tests.conftest import KEY, signed

inbox = Command("inbox", Path(__file__).parents[1] / "src")


@contextmanager
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """Another service: it is unavailable at first, and keeps what it takes after that."""
    taken: list[bytes] = []
    refusals = iter([503])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = next(refusals, 204)
            if status == 204:
                taken.append(body)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/in", taken
        finally:
            server.shutdown()


@pytest.mark.slow
def test_an_event_arrives_is_forwarded_and_is_purged(database: str) -> None:
    settings = {"DATABASE_URL": database, "INBOX_KEY": KEY}
    body = b'{"order":1}'
    with (
        receiver() as (address, taken),
        inbox.server("run", **settings) as web,
        inbox.server("work", INBOX_FORWARD_TO=address, **settings) as worker,
    ):
        web.wait_for("/readyz")
        worker.wait_for("/readyz")
        assert web.client.post("/hooks", content=body, headers=signed("a", body)).status_code == 202
        deadline = time.monotonic() + 60
        while not taken and time.monotonic() < deadline:
            execute(database, "UPDATE events SET due_at = now() WHERE tries = 1")
            time.sleep(0.1)
        assert taken == [body]
        assert (worker.end(), web.end()) == (0, 0)
    execute(database, "UPDATE events SET received_at = now() - interval '31 days'")
    done = inbox("purge", **settings)
    assert (done.returncode, done.stdout) == (0, "purged 1 events\n"), done.stderr


@pytest.mark.external
@pytest.mark.usefixtures("aws")
def test_a_large_body_that_is_sent_twice_is_one_event(database: str) -> None:
    queue = boto3.resource("sqs").create_queue(QueueName="arrivals")
    here = {"LocationConstraint": REGION}
    bucket = boto3.resource("s3").create_bucket(Bucket="bodies", CreateBucketConfiguration=here)
    told = {"QueueArn": queue.attributes["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    bucket.Notification().put(NotificationConfiguration={"QueueConfigurations": [told]})

    def left() -> int:
        queue.reload()
        kinds = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(queue.attributes[kind]) for kind in kinds)

    settings = {"DATABASE_URL": database, "INBOX_KEY": KEY}
    large = bytes(LARGE_BODY + 1)
    with inbox.server("run", INBOX_BUCKET=bucket.name, **settings) as web:
        web.wait_for("/readyz")
        for _ in range(2):
            sent = web.client.post("/hooks", content=large, headers=signed("a b", large))
            assert sent.status_code == 202
    assert bucket.Object("a b").get()["Body"].read() == large
    assert left() == 3  # S3's test event is one
    with inbox.server("work", INBOX_QUEUE=queue.url, **settings) as worker:
        deadline = time.monotonic() + 60
        while left() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (worker.end(), left()) == (0, 0)
    [(id_, body)] = fetch(database, "SELECT id, body FROM events")
    assert (id_, b'"bodies"' in body) == ("a b", True)


def test_without_a_database_a_command_is_one_line() -> None:
    assert inbox.fails(2, "work", DATABASE_URL="none") == (
        "inbox: DATABASE_URL is none: an inbox has nowhere to put an event"
    )
