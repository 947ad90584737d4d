"""`python -m ishizue_ops.fleet.bad_release`: a server on `PORT` whose fault no health check sees.

`/livez` is as always, every other request gets a 500.
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ishizue_ops.app_contract import LIVENESS_PATH

_BODY = b'{"was_ready": true}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200 if self.path == LIVENESS_PATH else 500)
        self.send_header("Content-Length", str(len(_BODY)))
        self.end_headers()
        self.wfile.write(_BODY)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Clients may leave."""


if __name__ == "__main__":
    Server(("", int(os.environ["PORT"])), Handler).serve_forever()
