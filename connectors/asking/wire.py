"""One request over the wire: to an address that may be asked, with few redirects, its body whole and not too large.

In: method, address, headers, body. Out: `Got`. Nothing is tried again here, and no status is judged.
Next: connectors/asking/network.py
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import aiohttp

from connectors.asking.network import Reach, joined, public
from connectors.asking.unpack import Unpacking
from connectors.errors import DeniedError, GarbledError

REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_SAID = 4_000
"""Bytes of an answer that is none, read for what it says of the reason."""


class Got(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Unpacked; of a status other than 200, what it begins with."""


class Wire:
    """Sends the requests of one source."""

    def __init__(
        self, session: aiohttp.ClientSession, reach: Reach, timeout: aiohttp.ClientTimeout, body_limit: int
    ) -> None:
        """`timeout` holds for each request, redirects not counted together; `body_limit` in bytes, unpacked."""
        self._session, self._reach, self._timeout, self._body_limit = session, reach, timeout, body_limit

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Got:
        """Ask, following redirects only within the hosts that the settings name.

        DeniedError when led elsewhere, GarbledError for a body too large or not in its encoding, EOFError for one that
        was cut off while packed, else what aiohttp raises.
        """
        at = url
        for _ in range(REDIRECTS + 1):
            async with self._requested(method, at, headers, body) as response:
                if response.status not in _MOVED:
                    return Got(response.status, response.headers, await self._body(response))
                at = joined(at, response.headers.get("Location", ""))
            if not self._reach.allows(at):
                raise DeniedError(f"{public(url)} sends us to {public(at)}: if it moved, correct the settings")
        raise DeniedError(f"{public(url)} sends us round in circles: check the source's address in the settings")

    async def hold(self, url: str, headers: Mapping[str, str], silent_s: float) -> aiohttp.ClientResponse:
        """A response that goes on for as long as the source speaks every `silent_s` seconds. The caller closes it.

        Never redirected; DeniedError and what aiohttp raises, as `send`.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=silent_s)
        return await self._connected("GET", url, headers, None, timeout)

    @asynccontextmanager
    async def _requested(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        async with await self._connected(method, url, headers, body, self._timeout) as response:
            yield response

    async def _connected(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        """The response of the first address of the host that can be connected to."""
        targets = await self._reach.targets(url)
        for target in targets:
            asking = self._session.request(
                method,
                target.url,
                headers={**headers, **target.headers},
                data=body,
                allow_redirects=False,
                timeout=timeout,
                server_hostname=target.server_hostname,
                auto_decompress=False,
            )
            try:
                response = await asking
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                if isinstance(error, aiohttp.ClientSSLError) or target is targets[-1]:
                    raise
                continue
            self._reach.worked(url, target)
            return response
        raise AssertionError("the last target raises")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status != 200:
            return await self._beginning(response)
        if (response.content_length or 0) > self._body_limit:
            raise GarbledError(f"the answer is larger than {self._body_limit} bytes")
        unpacking = Unpacking(response.headers.get("Content-Encoding", ""), self._body_limit)
        async for piece in response.content.iter_chunked(65_536):
            unpacking.feed(piece)
        return unpacking.whole()

    async def _beginning(self, response: aiohttp.ClientResponse) -> bytes:
        """What an answer that is none says first; its status counts, whatever is wrong with its body."""
        with suppress(aiohttp.ClientError, TimeoutError, GarbledError):
            unpacking = Unpacking(response.headers.get("Content-Encoding", ""), self._body_limit)
            unpacking.feed(await response.content.read(_SAID))
            return unpacking.so_far
        return b""
