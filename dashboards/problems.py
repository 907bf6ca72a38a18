"""Errors as RFC 9457 problem documents: what is wrong, where in the body, what to do.

In: `Problem` raised anywhere under a route. Out: `application/problem+json`; a page's reader gets words instead.
"""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from schemas.codec import Json, canon
from schemas.report import Fault

API = "/api/"
TYPES = "https://lagesbild.invalid/problems/"
"""Names of problem types; docs/api.md lists cause and cure of each under its last part. Never fetched."""


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        name: str,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **more: str | int,
    ) -> None:
        super().__init__(detail)
        self.status, self.name, self.detail = status, name, detail
        self.faults, self.headers, self.more = list(faults), headers or {}, more

    def body(self) -> Json:
        """The problem document."""
        document: Json = {
            "type": TYPES + self.name,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return document | {"errors": self.faults} if self.faults else document


def answer(request: Request, problem: Problem) -> Response:
    """The HTTP answer of a problem: a document for programs, a page for people."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    accepts = request.headers.get("accept", "")
    if "text/html" in accepts and not request.url.path.startswith(API):
        return HTMLResponse(request.app.state.error_page(request, problem), problem.status, headers)
    return Response(canon(problem.body()), problem.status, headers, "application/problem+json")


async def on_problem(request: Request, error: Exception) -> Response:
    """Handler of `Problem`."""
    assert isinstance(error, Problem)
    return answer(request, error)


async def on_query(request: Request, error: Exception) -> Response:
    """A query or header that is not what the route takes."""
    assert isinstance(error, RequestValidationError)
    faults = [{"pointer": "/" + "/".join(str(p) for p in e["loc"]), "detail": e["msg"]} for e in error.errors()]
    return answer(request, Problem(400, "bad-query", "Frågan har fel i adress eller parametrar.", faults))


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown addresses, wrong methods."""
    assert isinstance(error, HTTPException)
    names = {404: "not-found", 405: "method-not-allowed"}
    words = {404: "Adressen finns inte.", 405: "Adressen tar inte emot den metoden."}
    status = error.status_code
    detail = words.get(status, str(error.detail))
    return answer(request, Problem(status, names.get(status, "http"), detail, headers=dict(error.headers or {})))
