"""Whom a source may lead us to: its own host and the listed ones, and never an address within our own networks.

In: what the settings say of a source. Out: `Reach`, which turns an address into `Target`s. A request goes to the very
IP address that was judged, the name only into `Host` and TLS: nobody can answer differently the second time.
Next: connectors/asking/fetch.py
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from connectors.errors import DeniedError, NotReadyError

LOOKUP_S = 5.0
"""Longest wait for a name's addresses."""
ADDRESSES = 4
"""Addresses of one name that are tried in turn."""
_NAT64 = IPv6Network("64:ff9b::/96")

IP = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""IP addresses of a name and port, best first. OSError (such as `socket.gaierror`) when there are none."""


class Place(NamedTuple):
    """Where an address leads to."""

    scheme: str
    host: str
    """Name or IP address as written, in lower case and without a dot at its end."""
    port: int


class Target(NamedTuple):
    """One IP address that may be asked."""

    url: URL
    """With the IP address in place of the name."""
    headers: Mapping[str, str]
    server_hostname: str | None
    """The name that the certificate must show; None when the address itself is one of numbers."""


def session() -> aiohttp.ClientSession:
    """The session of all sources: no cookies from one to another asking, no proxy out of the environment."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


async def resolve(host: str, port: int) -> list[str]:
    """Addresses of a name as the operating system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


class Reach:
    """Whom one source may lead us to."""

    def __init__(
        self,
        address: str,
        hosts: Collection[str] = (),
        *,
        private: bool = False,
        resolve: Resolve = resolve,
        lookup_s: float = LOOKUP_S,
    ) -> None:
        """`address` as configured; `hosts` as `name` or `name:port`; `private`: its own host may be in our networks."""
        self._lookup_s = lookup_s
        self._own, self._hosts, self._private, self._resolve = address, tuple(hosts), private, resolve
        self._worked: dict[Place, IP] = {}

    def allows(self, url: str) -> bool:
        """The address is on the source's own host and port, or on a listed one, and not less protected than its own."""
        own, there = place(self._own), place(url)
        if own is None or there is None or (own.scheme, there.scheme) == ("https", "http"):
            return False
        return there == own or there in {place(f"{there.scheme}://{name}") for name in self._hosts}

    def document(self, address: str, beside: str) -> str:
        """Address of a document, which may be relative to `beside`. DeniedError when it may not come from there.

        Feeds that are asked by https often name their documents by http: those are asked by https too.
        """
        url = joined(beside, address)
        own, there = place(self._own), place(url)
        if own and there and (own.scheme, there.scheme, there.port) == ("https", "http", 80):
            url = str(URL(url).with_scheme("https").with_port(None))
        if not self.allows(url):
            hint = "if it belongs to the source, name its host in the source's setting `hosts`"
            raise DeniedError(f"{public(self._own)} names a document at {public(url)}: {hint}")
        return url

    async def targets(self, url: str) -> list[Target]:
        """Where to ask, best first. DeniedError when every address is within our networks; OSError without any."""
        there = place(url)
        if there is None:
            raise DeniedError(f"{public(url)} is no http(s) address: correct the source's address in the settings")
        found = await self._addresses(there)
        allowed = [ip for ip in found if self._may(there.host, ip)]
        if not allowed:
            hint = "if the source lies there, set its setting `private`"
            raise DeniedError(f"{public(url)} leads to {found[0]}, which is no address of the open internet: {hint}")
        last = self._worked.get(there)
        allowed.sort(key=lambda ip: ip != last)
        return [_target(url, there, ip) for ip in allowed[:ADDRESSES]]

    def worked(self, url: str, target: Target) -> None:
        """Try this one first next time."""
        there, ip = place(url), literal(target.url.raw_host or "")
        if there and ip:
            self._worked[there] = ip

    async def _addresses(self, there: Place) -> list[IP]:
        written = literal(there.host)
        if written:
            return [written]
        try:
            async with asyncio.timeout(self._lookup_s):
                texts = await self._resolve(there.host, there.port)
        except UnicodeError as error:  # a label that is too long or empty, says the codec of names
            raise DeniedError(f"{there.host[:100]!r} is no name of a host: correct the settings") from error
        found = [ip for ip in map(literal, texts) if ip]
        if not found:
            raise NotReadyError(f"{there.host} has no address")
        return found

    def _may(self, host: str, ip: IP) -> bool:
        if is_open(ip):
            return True
        ip = unwrapped(ip)
        if ip.is_loopback and is_loopback(host):
            return True  # written as such by the operator, since `allows` knows it
        own = place(self._own)
        within = not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
        return self._private and own is not None and host == own.host and within


def is_open(ip: IP) -> bool:
    """An address of the open internet: not loopback, private, shared, link-local, multicast or reserved."""
    inner = unwrapped(ip)
    site_local = isinstance(inner, IPv6Address) and inner.is_site_local
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or site_local)


def unwrapped(ip: IP) -> IP:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4), else the address itself."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def is_loopback(host: str) -> bool:
    """A host that is written as this machine itself."""
    ip = literal(host)
    return host == "localhost" if ip is None else unwrapped(ip).is_loopback


def literal(host: str) -> IP | None:
    """The IP address, if the host is one in its usual form. `127.1` is none: that is a name, and is looked up."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def place(address: str) -> Place | None:
    """Where an address leads to, read by what will send the request; None if it is no http(s) address."""
    try:
        url = URL(address)
    except ValueError:
        return None
    host = (url.raw_host or "").lower().rstrip(".")
    return Place(url.scheme, host, url.port) if url.scheme in {"http", "https"} and host and url.port else None


def joined(url: str, location: str) -> str:
    """An address that may be relative to another; empty if it is none."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def public(address: str) -> str:
    """Address without user, password, query and fragment, which may hold keys."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(an unreadable address)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _target(url: str, there: Place, ip: IP) -> Target:
    whole = URL(url)
    named = None if literal(there.host) or there.scheme == "http" else there.host
    return Target(whole.with_host(str(ip)), {"Host": whole.host_port_subcomponent or there.host}, named)
