"""The one HTTP client of all connectors: conditional, capped, patient, and never led to another host.

In: an address from the settings. Out: `Answer`, the whole body with its evidence, or one of three errors
(connectors/errors.py). One request at a time; what a retry can cure is tried again at once, the rest waits its turn.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Collection, Mapping
from copy import copy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import stamina

from connectors.contract import Raw
from connectors.errors import DeniedError, GarbledError, NotReadyError
from connectors.reading import PAYLOAD_LIMIT, line
from schemas.times import from_datetime

ATTEMPTS = 3
"""Tries of one asking; after them the next asking has its turn."""
REDIRECTS = 3
BACKOFF_CAP_S = 300.0
"""A warning may never wait longer than this for us."""
_RETRIED = frozenset({408, 425, 500, 502, 503, 504})
"""Answers that the same request a moment later may cure; 429 is a request to wait and is never retried here."""
_MOVED = frozenset({301, 302, 303, 307, 308})
_KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Date", "ETag", "Last-Modified", "Age", "Retry-After", "Server")


class Answer(NamedTuple):
    """A whole answer with status 200, or the one before it when the source says that nothing changed."""

    raw: Raw
    skew_s: int | None
    """The source's clock minus ours, whole seconds; None without a `Date`."""


class _TransientError(Exception):
    """What stamina tries again; never leaves this file."""


class _Got(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """Asks one address. Keeps the last body, so that a 304 has something to stand for."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        address: str,
        *,
        user_agent: str,
        interval_s: float,
        body_limit: int = PAYLOAD_LIMIT,
        hosts: Collection[str] = (),
        private: bool = False,
        content_types: Collection[str] = (),
    ) -> None:
        """Take an address, `http` or `https`, and seconds between askings, which bound how long one may take.

        `hosts`: others, as `name` or `name:port`, that documents of the source may come from. `private`: the address
        may lie in a private network. `content_types`: what an answer should be, such as `application/json`.
        """
        self._session, self._url, self._body_limit = session, address, body_limit
        self._own, self._hosts, self._private, self._content_types = address, hosts, private, content_types
        whole_s = min(60.0, max(5.0, 2 * interval_s))
        self._timeout = aiohttp.ClientTimeout(
            total=whole_s, sock_connect=min(5.0, whole_s), sock_read=min(15.0, whole_s)
        )
        self._patience_s = min(BACKOFF_CAP_S, max(1.0, 2 * interval_s))
        self._user_agent = user_agent
        self._validators: dict[str, str] = {}
        self._last: Raw | None = None
        self._turn = asyncio.Lock()

    def other(self, address: str) -> Self:
        """Fetcher of another document of the same source, by a whole address or one relative to this one's.

        It has a memory of its own but shares the turn: one request at a time for all of them. DeniedError when the
        document is not on the source's own host and port, nor on one of `hosts`.
        """
        twin = copy(self)
        twin._url, twin._validators, twin._last = self._within(address), {}, None  # noqa: SLF001 # of its own kind
        return twin

    async def get(self, at: int) -> Answer:
        """GET with `If-None-Match` and `If-Modified-Since`; `at` is space time, ms UTC."""
        async with self._turn:
            got = await self._patiently("GET", self._validators, None)
            if got.status == 304:
                return self._repeated(got, at)
            answer = self._answer(got, at)
            names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
            self._validators = {asked: got.headers[told] for told, asked in names.items() if told in got.headers}
            return answer

    async def post(self, at: int, body: bytes, content_type: str) -> Answer:
        """POST a question; `at` is space time, ms UTC."""
        async with self._turn:
            return self._answer(await self._patiently("POST", {"Content-Type": content_type}, body), at)

    def _within(self, address: str) -> str:
        """The address, if documents may come from there; by https if the source itself is asked so."""
        url = _joined(self._url, address)
        own, host = _host(self._own), _host(url)
        if own and host and (own[0], host[0], host[2]) == ("https", "http", 80):
            url = "https" + url[4:]
            host = _host(url)
        listed = {_host(f"{host[0]}://{name}") for name in self._hosts} if host else set()
        if host is None or own is None or own[0] != host[0] != "https" or host not in {own, *listed}:
            hint = "if it belongs to the source, name its host in the source's setting `hosts`"
            raise DeniedError(f"{_public(self._own)} names a document at {_public(url)}: {hint}")
        return url

    def _repeated(self, got: _Got, at: int) -> Answer:
        if self._last is None:
            self._validators = {}
            raise NotReadyError("304 to a question without conditions; asked again without them next time")
        self._last = self._last._replace(status=304, headers=_kept(got.headers), at=at, unchanged=True)
        return Answer(self._last, _skew(got.headers, at))

    def _answer(self, got: _Got, at: int) -> Answer:
        digest = hashlib.sha256(got.body).hexdigest()
        unchanged = self._last is not None and self._last.sha256 == digest
        self._last = Raw(_public(self._url), got.status, _kept(got.headers), at, got.body, digest, unchanged)
        return Answer(self._last, _skew(got.headers, at))

    async def _patiently(self, method: str, headers: Mapping[str, str], body: bytes | None) -> _Got:
        if _host(self._url) is None:
            where = _public(self._url)
            raise DeniedError(f"{where} is no http(s) address: correct the source's address in the settings")
        retrying = stamina.retry_context(
            on=_TransientError, attempts=ATTEMPTS, timeout=self._patience_s, wait_initial=0.2, wait_max=5.0
        )
        try:
            async for attempt in retrying:
                with attempt:
                    return await self._once(method, headers, body)
        except _TransientError as error:
            raise NotReadyError(f"{_public(self._url)}: {error}") from error
        raise AssertionError("stamina returns or raises")

    async def _once(self, method: str, headers: Mapping[str, str], body: bytes | None) -> _Got:
        try:
            got = await self._follow(method, {**headers, "User-Agent": self._user_agent}, body)
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise DeniedError(f"{_public(self._url)}: its certificate is not trusted ({error})") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _TransientError(str(error) or type(error).__name__) from error
        return self._judged(got)

    def _judged(self, got: _Got) -> _Got:
        """The answer if it is one, else the error that tells what to do."""
        where, wait = _public(self._url), _retry_after(got.headers)
        match got.status:
            case 200 | 304:
                return got
            case 401 | 403:
                hint = "check the key and the contact in the settings"
                raise DeniedError(f"{where} refuses us ({got.status}): {hint}. It says: {_said(got.body)}")
            case 429:
                raise NotReadyError(f"{where} asks us to wait (429)", retry_after_s=wait)
            case status if status in _RETRIED and wait is None:
                raise _TransientError(f"answered {status}")
            case status if status in _RETRIED:
                raise NotReadyError(f"{where} answered {status}", retry_after_s=wait)
            case status:
                hint = "check the source's address in the settings"
                raise DeniedError(f"{where} answered {status}: {hint}. It says: {_said(got.body)}")

    async def _follow(self, method: str, headers: Mapping[str, str], body: bytes | None) -> _Got:
        """One request, with redirects only within the host that the settings name."""
        url = self._url
        for _ in range(REDIRECTS + 1):
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False, timeout=self._timeout
            ) as response:
                if response.status not in _MOVED:
                    return _Got(response.status, response.headers, await _capped(response, self._body_limit))
                url = self._allowed(_joined(url, response.headers.get("Location", "")))
        raise DeniedError(f"{_public(self._url)} sends us round in circles: check the source's address in the settings")

    def _allowed(self, url: str) -> str:
        if _host(url) != _host(self._url):
            raise DeniedError(f"{_public(self._url)} sends us to {_public(url)}: if it moved, correct the settings")
        return url


async def _capped(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, decompressed, never more than is parsed."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > limit:
            response.close()
            raise GarbledError(f"the answer is larger than {limit} bytes")
    return bytes(body)


def _host(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port that an address leads to; None if it is no http(s) address."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _public(address: str) -> str:
    """Address without user, password, query and fragment, which may hold keys."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(an unreadable address)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _said(body: bytes) -> str:
    """The beginning of an answer, fit for a log."""
    return line(body[:400].decode("utf-8", errors="replace"), 120) or "nothing"


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name][:200] for name in _KEPT_HEADERS if name in headers}


def _date(text: str) -> int | None:
    """HTTP date as ms UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _skew(headers: Mapping[str, str], at: int) -> int | None:
    theirs = _date(headers.get("Date", ""))
    return None if theirs is None else (theirs - at) // 1000


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, given as a number or as a date; never negative, at most an hour."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return min(3600.0, float(text[:9]))
    until = _date(text) if text else None
    if until is None:
        return None
    # a date is told by the source's own clock, so its own `Date` is subtracted where there is one
    since = _date(headers.get("Date", "")) or from_datetime(datetime.now(UTC))
    return min(3600.0, max(0.0, (until - since) / 1000))
