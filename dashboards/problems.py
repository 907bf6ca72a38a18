"""Errors as RFC 9457 problem documents: what is wrong, where in the body, what to do.

In: `Problem` raised anywhere under a route. Out: `application/problem+json`; a page's reader gets words instead. Both
in the language of the request, which is Swedish where a program says nothing.
"""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from dashboards.language import language_of
from schemas.codec import Json, canon
from schemas.report import Fault
from streams.words import Words, load_words

API = "/api/"
TYPES = "https://lagesbild.invalid/problems/"
"""Names of problem types; docs/api.md lists cause and cure of each under its last part. Never fetched."""


class Told:
    """A text of the catalogue by its key, put into words where the language of the reader is known."""

    def __init__(self, key: str, /, **fields: object) -> None:
        self._key, self._fields = key, fields

    def text(self, words: Words) -> str:
        """The sentence, with a capital: some are written to follow a colon."""
        text = words(self._key, **self._fields)
        return text[:1].upper() + text[1:]


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        name: str,
        detail: str | Told,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **more: str | int,
    ) -> None:
        super().__init__(name)
        self.status, self.name, self._detail = status, name, detail
        self.faults, self.headers, self.more = list(faults), headers or {}, more

    @property
    def detail(self) -> str:
        """What is wrong, as a sentence in Swedish."""
        return self.said(load_words())

    def said(self, words: Words) -> str:
        """The same in a language."""
        return self._detail if isinstance(self._detail, str) else self._detail.text(words)

    def body(self, words: Words) -> Json:
        """The problem document."""
        document: Json = {
            "type": TYPES + self.name,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.said(words),
            **self.more,
        }
        return document | {"errors": self.faults} if self.faults else document


def answer(request: Request, problem: Problem) -> Response:
    """The HTTP answer of a problem: a document for programs, a page for people."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    accepts = request.headers.get("accept", "")
    if "text/html" in accepts and not request.url.path.startswith(API):
        return HTMLResponse(request.app.state.error_page(request, problem), problem.status, headers)
    return Response(
        canon(problem.body(load_words(language_of(request)))), problem.status, headers, "application/problem+json"
    )


async def on_problem(request: Request, error: Exception) -> Response:
    """Handler of `Problem`."""
    assert isinstance(error, Problem)
    return answer(request, error)


async def on_query(request: Request, error: Exception) -> Response:
    """A query or header that is not what the route takes."""
    assert isinstance(error, RequestValidationError)
    faults = [{"pointer": "/" + "/".join(str(p) for p in e["loc"]), "detail": e["msg"]} for e in error.errors()]
    return answer(request, Problem(400, "bad-query", Told("problem.query"), faults))


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown addresses, wrong methods."""
    assert isinstance(error, HTTPException)
    names = {404: "not-found", 405: "method-not-allowed"}
    words = {404: Told("problem.no_address"), 405: Told("problem.no_method")}
    status = error.status_code
    detail = words.get(status, str(error.detail))
    return answer(request, Problem(status, names.get(status, "http"), detail, headers=dict(error.headers or {})))
