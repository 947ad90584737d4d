"""The findings of an image's scan, which ministack does not have."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import ecr  # type: ignore[import-not-found]

Response = tuple[int, dict[str, str], bytes]


def find_nothing() -> None:
    """Answer DescribeImageScanFindings: the scan is complete and found nothing."""
    own: Callable[..., Awaitable[Response]] = ecr.handle_request

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Response:
        if not headers.get("x-amz-target", "").endswith(".DescribeImageScanFindings"):
            return await own(method, path, headers, body, query)
        found = {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findings": []}}
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(found).encode()

    ecr.handle_request = handle
