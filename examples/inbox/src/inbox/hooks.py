"""`POST /hooks`: an event, signed as Standard Webhooks has it, is stored once.

The signature is of the body as it was sent, so that the body is stored as it is, not parsed.
"""

import asyncio
import base64
import hmac
import time
from collections.abc import Mapping

import boto3
from botocore.config import Config
from ishizue import CHEAP, Endpoint, Problem, RequestContext, Result, Route, Unguarded

from inbox.store import Store

MAX_BODY = 256 * 1024
LARGE_BODY = 64 * 1024
"""A larger one goes to the bucket, if there is one: what S3 tells of it is the event."""

TOLERANCE_SECONDS = 300
"""How far a signature's time may be from now: an old request is not sent again by somebody else."""

_HEADERS = {
    "webhook-id": "the event's id: the same one is stored once",
    "webhook-timestamp": "when it was sent, in seconds since 1970",
    "webhook-signature": "`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`",
}


def signature(key: str, id_: str, timestamp: str, body: bytes) -> str:
    """What a sender who has the key puts into `webhook-signature`."""
    signed = f"{id_}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key.encode(), signed, 'sha256')).decode()}"


def verified(key: str, headers: Mapping[str, str], body: bytes) -> str:
    """The id of a signed event. Raises Problem (401)."""
    id_, timestamp, given = (headers.get(name, "") for name in _HEADERS)
    is_signed = key and any(
        hmac.compare_digest(sent.encode(), signature(key, id_, timestamp, body).encode())
        for sent in given.split()[:4]  # more than one while a key is replaced
    )
    if not is_signed or not 1 <= len(id_) <= 100:
        raise Problem(401, "Please sign the request.")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise Problem(401, "The signature is too old.")
    return id_


class Hooks:
    """The handlers, on one store."""

    def __init__(self, store: Store, key: str, bucket: str) -> None:
        self._store = store
        self._key = key
        self._bucket = bucket
        times = Config(connect_timeout=2, read_timeout=5)
        self._s3 = boto3.client("s3", config=times) if bucket else None

    async def receive(self, request: RequestContext, body: bytes) -> Result:
        """Store an event, once"""
        id_ = verified(self._key, request.headers, body)
        if self._s3 and len(body) > LARGE_BODY:
            await asyncio.to_thread(self._s3.put_object, Bucket=self._bucket, Key=id_, Body=body)
            return Result(202)
        return Result(202 if await self._store.add(id_, body) else 200)

    def routes(self) -> tuple[Route[RequestContext], ...]:
        endpoint = Endpoint(
            "POST",
            "/hooks",
            self.receive,
            CHEAP,
            problems=(401, 408, 413, 503),
            statuses=(202, 200),
            body_bytes=MAX_BODY,
            request_headers=_HEADERS,
        )
        why = "whoever has the key may send as much as the database takes"
        return (("POST", "/hooks", Unguarded(endpoint, why), CHEAP),)
