"""The one HTTP client of all connectors: conditional, capped, patient, and never led to another host.

In: an address from the settings. Out: `Answer`, the whole body with its evidence, or one of three errors
(connectors/errors.py). One request at a time; what a retry can cure is tried again at once, the rest waits its turn.
Next: connectors/asking/wire.py
"""

import asyncio
import hashlib
import re
import ssl
from collections.abc import Collection, Mapping
from copy import copy
from typing import NamedTuple, Self

import aiohttp
import stamina

from connectors.asking.breaker import CAP_S, Breaker
from connectors.asking.headers import conditions, is_one_of, kept, retry_after_s, skew_s
from connectors.asking.network import Reach, Resolve, public, resolve
from connectors.asking.unpack import ENCODINGS
from connectors.asking.wire import Got, Wire
from connectors.contract import MODIFIED, Raw
from connectors.errors import DeniedError, NotReadyError
from connectors.reading.values import PAYLOAD_LIMIT, line

ATTEMPTS = 3
"""Tries of one asking; after them the next asking has its turn. A probe has one."""
_RETRIED = frozenset({408, 425})
"""Answers, beside 5xx, that the same request a moment later may cure; 429 asks us to wait and is never retried here."""


class Answer(NamedTuple):
    """A whole answer with status 200, or the one before it when the source says that nothing changed."""

    raw: Raw
    skew_s: int | None
    """The source's clock minus ours, whole seconds; None without a `Date`."""

    @property
    def expected(self) -> bool:
        """It calls itself by one of the content types of its source; else it may add and update, never withdraw."""
        return self.raw.expected


class _TransientError(Exception):
    """What stamina tries again; never leaves this file."""


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
        breaker: Breaker | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """Take an address, `http` or `https`, and seconds between askings, which bound how long one may take.

        `hosts`: others, as `name` or `name:port`, that documents of the source may come from. `private`: the address
        may lie in a private network. `content_types`: what an answer should be, such as `application/json`. `breaker`:
        while it is open each asking is one request, without retries. `resolve`: how names become IP addresses.
        """
        self._url = address
        self._reach = Reach(address, hosts, private=private, resolve=resolve)
        self._content_types, self._breaker = tuple(content_types), breaker or Breaker(interval_s)
        whole_s = min(60.0, max(5.0, 2 * interval_s))
        timeout = aiohttp.ClientTimeout(total=whole_s, sock_connect=5.0, sock_read=min(15.0, whole_s))
        self._wire = Wire(session, self._reach, timeout, body_limit)
        self._patience_s = min(CAP_S, max(1.0, 2 * interval_s))
        self._about_us = {"User-Agent": line(user_agent), "Accept-Encoding": ENCODINGS}
        self._conditions: dict[str, str] = {}
        self._last: Raw | None = None
        self._turn = asyncio.Lock()

    def other(self, address: str) -> Self:
        """Fetcher of another document of the same source, by a whole address or one relative to this one's.

        It has a memory of its own but shares the turn: one request at a time for all of them. DeniedError when the
        document is not on the source's own host and port, nor on one of `hosts`.
        """
        twin = copy(self)
        url = self._reach.document(address, self._url)
        twin._url, twin._conditions, twin._last = url, {}, None  # noqa: SLF001 # of its own kind
        return twin

    async def get(self, at: int) -> Answer:
        """GET with `If-None-Match` and `If-Modified-Since`; `at` is space time, ms UTC."""
        async with self._turn:
            got = await self._patiently("GET", self._conditions, None)
            if got.status == 304:
                return self._repeated(got, at)
            answer = self._answer(got, at)
            self._conditions = conditions(got.headers)
            return answer

    async def post(self, at: int, body: bytes, content_type: str) -> Answer:
        """POST a question; `at` is space time, ms UTC."""
        async with self._turn:
            return self._answer(await self._patiently("POST", {"Content-Type": content_type}, body), at)

    async def hold(self, silent_s: float, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        """A stream of this document, open until it is closed, ends, or is silent for `silent_s` seconds.

        It does not take the turn: the source speaks by itself. NotReadyError or DeniedError.
        """
        about_us = {**self._about_us, "Accept-Encoding": "identity", **headers}
        try:
            response = await self._wire.hold(self._url, about_us, silent_s)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotReadyError(f"{public(self._url)}: {_words(error)}") from error
        if response.status != 200:
            response.close()
            raise NotReadyError(f"{public(self._url)} answered {response.status} instead of a stream")
        return response

    def _repeated(self, got: Got, at: int) -> Answer:
        if self._last is None or not self._conditions:
            raise NotReadyError("304 to a question without conditions; asked again without them next time")
        # how old the body is, it said itself: a 304 that makes an old copy young would make its gaps count
        modified = {name: text for name, text in self._last.headers.items() if name == MODIFIED}
        headers = {name: text for name, text in kept(got.headers).items() if name != MODIFIED} | modified
        self._last = self._last._replace(status=304, headers=headers, at=at, unchanged=True)
        return Answer(self._last, skew_s(got.headers, at))

    def _answer(self, got: Got, at: int) -> Answer:
        digest = hashlib.sha256(got.body).hexdigest()
        unchanged = self._last is not None and self._last.sha256 == digest
        expected = is_one_of(got.headers.get("Content-Type", ""), self._content_types)
        self._last = Raw(public(self._url), got.status, kept(got.headers), at, got.body, digest, unchanged, expected)
        return Answer(self._last, skew_s(got.headers, at))

    async def _patiently(self, method: str, headers: Mapping[str, str], body: bytes | None) -> Got:
        attempts = 1 if self._breaker.probing else ATTEMPTS
        retrying = stamina.retry_context(
            on=_TransientError, attempts=attempts, timeout=self._patience_s, wait_initial=0.2, wait_max=5.0
        )
        try:
            async for attempt in retrying:
                with attempt:
                    return await self._once(method, headers, body)
        except _TransientError as error:
            raise NotReadyError(f"{public(self._url)}: {error}") from error
        raise AssertionError("stamina returns or raises")

    async def _once(self, method: str, headers: Mapping[str, str], body: bytes | None) -> Got:
        try:
            got = await self._wire.send(method, self._url, {**self._about_us, **headers}, body)
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            trusted = isinstance(error, ssl.CertificateError | aiohttp.ClientConnectorCertificateError)
            what = "its certificate is not trusted" if trusted else "it does not speak TLS as it should"
            raise DeniedError(f"{public(self._url)}: {what} ({_words(error)})") from error
        except (aiohttp.ClientPayloadError, EOFError) as error:
            raise _TransientError(f"its answer was cut off ({_words(error)})") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _TransientError(_words(error)) from error
        return self._judged(got)

    def _judged(self, got: Got) -> Got:
        """The answer if it is one, else the error that tells what to do."""
        where, wait = public(self._url), retry_after_s(got.headers)
        match got.status:
            case 200 | 304:
                return got
            case 401 | 403:
                hint = "check the key and the contact in the settings"
                raise DeniedError(f"{where} refuses us ({got.status}): {hint}. It says: {_said(got.body)}")
            case 429:
                raise NotReadyError(f"{where} asks us to wait (429)", retry_after_s=wait)
            case status if (status in _RETRIED or status >= 500) and wait is None:
                raise _TransientError(f"answered {status}")
            case status if status in _RETRIED or status >= 500 or status < 300:
                raise NotReadyError(f"{where} answered {status}", retry_after_s=wait)
            case status:
                hint = "check the source's address in the settings"
                raise DeniedError(f"{where} answered {status}: {hint}. It says: {_said(got.body)}")


def _said(body: bytes) -> str:
    """The beginning of an answer, fit for a log."""
    return line(body[:400].decode("utf-8", errors="replace"), 120) or "nothing"


def _words(error: Exception) -> str:
    """What an error says, on one line; addresses within it without user, password and query, which may hold keys."""
    said = line(str(error)) or type(error).__name__
    return re.sub(r"//[^/\s@]*@", "//", re.sub(r"\?\S*", "", said))
