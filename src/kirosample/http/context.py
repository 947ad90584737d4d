"""What a handler knows about the request it serves."""

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from kirosample.http.exchange import exchange_of
from kirosample.http.runtime import Runtime
from kirosample.http.wire import Header
from kirosample.telemetry.request_log import NO_ROUTE


class RequestContext(Request):
    """One request. A product adds its own attributes in a subclass.

    Nothing that the scope refers to may refer to this: a reference cycle is only freed by the
    garbage collector.
    """

    route = NO_ROUTE
    trace = ""
    response_headers: tuple[Header, ...] = ()
    """Headers for the response, whoever makes it: the handler or the error renderer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, runtime: Runtime) -> None:
        super().__init__(scope, receive, send)
        self.runtime = runtime
        self.exchange = exchange_of(scope)
