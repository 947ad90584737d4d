"""What the product's handlers know about the request they serve."""

from starlette.types import Receive, Scope, Send

from ishizue.http.context import RequestContext
from ishizue.http.problems import Problem
from kirosample.web.site import Books, Site


class BooksRequest(RequestContext):
    """One request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, site: Site) -> None:
        super().__init__(scope, receive, send, site.service_state)
        self.site = site

    @property
    def books(self) -> Books:
        """The site's books. Raises Problem (503) if it has no database by design."""
        books = self.site.books
        if books is None:
            raise Problem(503, "This server has no database, and so no books.")
        return books
