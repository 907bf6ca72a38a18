"""Whom a source may lead us to: never an address within our own networks, whatever a name or a number says."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import aiohttp
import pytest
import stamina
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.asking.network import Reach, is_loopback, is_open, place, public, session
from connectors.errors import DeniedError, NotReadyError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
OPEN = "93.184.215.14"


class Names:
    """Answers each lookup with the next prepared addresses, the last ones again and again."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []

    async def __call__(self, host, port):
        self.asked.append((host, port))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=2):
        yield


class Inside:
    """A service of ours on loopback, that no source may reach by us."""

    def __init__(self):
        self.asked: list[web.Request] = []
        self.port = 0
        self.location: str | None = None

    async def answer(self, request):
        self.asked.append(request)
        if self.location is not None and request.path == "/list":
            return web.Response(status=302, headers={"Location": self.location})
        return web.Response(body=b"secret")


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    inside, app = Inside(), web.Application()
    app.router.add_route("*", "/{tail:.*}", inside.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inside.port = runner.addresses[0][1]
    yield inside
    await runner.cleanup()


@pytest.fixture(params=[session, aiohttp.ClientSession], ids=["our session", "plain session"])
async def any_session(request) -> AsyncIterator[aiohttp.ClientSession]:
    async with request.param() as opened:
        yield opened


async def ask(opened, address, **more):
    return await Fetcher(opened, address, user_agent="x", interval_s=1, **more).get(AT)


CLOSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
]


@pytest.mark.parametrize("text", CLOSED)
def test_address_within_a_network_is_not_open(text):
    assert not is_open(ip_address(text))


@pytest.mark.parametrize(
    "text", [OPEN, "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
)
def test_address_of_the_internet_is_open(text):
    assert is_open(ip_address(text))


@pytest.mark.parametrize("text", CLOSED)
async def test_name_that_leads_within_is_refused_before_anything_is_sent(any_session, text):
    with pytest.raises(DeniedError, match=r"no address of the open internet: .* setting `private`"):
        await ask(any_session, "http://source.example/list", resolve=Names([text]))


@pytest.mark.parametrize("text", [text for text in CLOSED if not is_loopback(text) and "%" not in text])
async def test_number_that_lies_within_is_refused_though_it_is_written_as_such(any_session, text):
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(DeniedError, match="no address of the open internet"):
        await ask(any_session, f"http://{host}/list")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001"])
async def test_loopback_written_so_that_it_does_not_look_like_it_is_refused(any_session, inside, host):
    """The operating system reads them all as 127.0.0.1."""
    with pytest.raises((DeniedError, NotReadyError)):
        await ask(any_session, f"http://{host}:{inside.port}/list")
    assert inside.asked == []


async def test_loopback_written_as_such_is_meant(any_session, inside):
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        answer = await ask(any_session, f"http://{host}:{inside.port}/x")
        assert answer.raw.body == b"secret"
    assert inside.asked[1].host == f"localhost:{inside.port}"


async def test_private_reaches_exactly_the_sources_own_host(any_session, inside):
    own, names = f"http://intern.example:{inside.port}/x", Names(["127.0.0.1"])

    assert (await ask(any_session, own, private=True, resolve=names)).raw.body == b"secret"
    assert inside.asked[0].host == f"intern.example:{inside.port}"
    fetcher = Fetcher(
        any_session,
        own,
        user_agent="x",
        interval_s=1,
        private=True,
        hosts=[f"other.example:{inside.port}"],
        resolve=names,
    )
    with pytest.raises(DeniedError, match="no address of the open internet"):
        await fetcher.other(f"http://other.example:{inside.port}/x").get(AT)
    assert len(inside.asked) == 1


@pytest.mark.parametrize("text", ["169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1"])
async def test_private_is_no_way_to_where_no_source_can_lie(any_session, text):
    with pytest.raises(DeniedError):
        await ask(any_session, "http://intern.example/", private=True, resolve=Names([text]))


async def test_permission_of_one_source_is_none_for_another_with_the_same_connections(any_session, inside):
    own, names = f"http://intern.example:{inside.port}/x", Names(["127.0.0.1"])
    await ask(any_session, own, private=True, resolve=names)

    with pytest.raises(DeniedError):
        await ask(any_session, own, resolve=names)
    assert len(inside.asked) == 1


async def test_name_that_answers_differently_the_second_time_is_judged_again(any_session, inside):
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    fetcher = Fetcher(any_session, f"http://localhost:{inside.port}/", user_agent="x", interval_s=1, resolve=names)

    await fetcher.get(AT)
    with pytest.raises(DeniedError):
        await fetcher.get(AT)
    assert len(inside.asked) == 1


async def test_request_goes_to_the_address_that_was_judged_and_to_no_second_lookup(any_session, inside):
    names = Names(["127.0.0.1"])
    await ask(any_session, f"http://localhost:{inside.port}/", resolve=names)

    assert names.asked == [("localhost", inside.port)]


async def test_listed_host_that_leads_within_is_refused_also_after_a_redirect(any_session, inside):
    inside.location = f"http://listed.example:{inside.port}/secret"
    fetcher = Fetcher(
        any_session,
        f"http://localhost:{inside.port}/list",
        user_agent="x",
        interval_s=1,
        hosts=[f"listed.example:{inside.port}"],
        resolve=Names(["127.0.0.1"]),
    )

    with pytest.raises(DeniedError, match=r"listed\.example:.* leads to 127\.0\.0\.1"):
        await fetcher.get(AT)
    assert [request.path for request in inside.asked] == ["/list"]


async def test_redirect_to_a_listed_host_is_followed(any_session, inside):
    inside.location = f"http://localhost:{inside.port}/doc"
    hosts = [f"localhost:{inside.port}"]

    assert (await ask(any_session, f"http://127.0.0.1:{inside.port}/list", hosts=hosts)).raw.body == b"secret"
    assert [request.host for request in inside.asked] == [f"127.0.0.1:{inside.port}", f"localhost:{inside.port}"]


async def test_closed_ones_among_the_addresses_of_a_name_are_left_out():
    reach = Reach("http://source.example/", resolve=Names(["10.0.0.1", OPEN, "::1"]))

    assert [str(target.url) for target in await reach.targets("http://source.example/")] == [f"http://{OPEN}/"]


async def test_address_that_cannot_be_connected_to_is_followed_by_the_next_and_remembered(any_session, inside):
    free = socket.socket()
    free.bind(("127.0.0.2", 0))  # nobody listens there
    names = Names(["127.0.0.2", "127.0.0.1"])
    fetcher = Fetcher(any_session, f"http://localhost:{inside.port}/", user_agent="x", interval_s=1, resolve=names)

    assert (await fetcher.get(AT)).raw.body == b"secret"
    reach = fetcher._reach
    assert (await reach.targets(fetcher._url))[0].url.host == "127.0.0.1"
    free.close()


async def test_name_is_told_to_the_server_and_to_tls_though_the_number_is_asked():
    reach = Reach("https://source.example:8443/list?q=1", resolve=Names(["2606:4700::1111"]))
    target = (await reach.targets("https://user:pass@source.example:8443/list?q=1"))[0]

    assert str(target.url) == "https://user:pass@[2606:4700::1111]:8443/list?q=1"
    assert (target.headers, target.server_hostname) == ({"Host": "source.example:8443"}, "source.example")


@pytest.mark.parametrize("host", ["a" * 64 + ".se", "a..se"])
async def test_name_that_cannot_be_one_is_an_error_in_words(any_session, host):
    with pytest.raises((DeniedError, NotReadyError)):
        await ask(any_session, f"http://{host}/")


async def test_name_without_an_address_is_not_ready(any_session):
    async def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(NotReadyError, match="not known"):
        await ask(any_session, "http://source.example/", resolve=unknown)
    with pytest.raises(NotReadyError, match="no address"):
        await ask(any_session, "http://source.example/", resolve=Names([]))


async def test_lookup_that_never_ends_is_given_up():
    async def never(host, port):
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await Reach("http://source.example/", resolve=never, lookup_s=0.01).targets("http://source.example/")


@pytest.mark.parametrize(
    ("own", "hosts", "url", "allowed"),
    [
        ("https://a.se/", [], "https://a.se/x", True),
        ("https://a.se/", [], "https://A.SE:443/x", True),
        ("https://a.se/", [], "https://a.se./x", True),
        ("https://a.se/", [], "https://a.se:8443/x", False),
        ("https://a.se/", [], "http://a.se/x", False),
        ("http://a.se/", [], "https://a.se/x", False),
        ("https://a.se/", [], "https://b.se/x", False),
        ("https://a.se/", ["b.se"], "https://b.se/x", True),
        ("https://a.se/", ["b.se"], "https://evil.b.se/x", False),
        ("https://a.se/", ["b.se"], "https://b.se.evil/x", False),
        ("https://a.se/", ["b.se"], "https://b.se:8443/x", False),
        ("https://a.se/", ["b.se:8443"], "https://b.se:8443/x", True),
        ("https://a.se/", ["b.se"], "http://b.se/x", False),
        ("http://a.se/", ["b.se"], "https://b.se/x", True),
        ("https://a.se/", [], "https://a.se@evil.se/x", False),
        ("https://a.se/", [], "https://evil.se\\@a.se/x", False),
        ("https://a.se/", [], "https://evil.se#@a.se/x", False),
        ("https://åäö.se/", [], "https://xn--4cab6c.se/x", True),
        ("https://a.se/", ["[::1"], "https://b.se/x", False),
        ("", [], "https://a.se/x", False),
        ("https://a.se/", [], "file:///etc/passwd", False),
        ("https://a.se/", [], "", False),
    ],
)
def test_allowed_are_the_own_host_and_port_and_the_listed_ones(own, hosts, url, allowed):
    assert Reach(own, hosts).allows(url) is allowed


def test_documents_of_a_source_asked_by_https_are_asked_for_by_https():
    reach = Reach("https://a.se/feed/", ["b.se"])

    assert reach.document("http://a.se/x?y=1", "https://a.se/feed/") == "https://a.se/x?y=1"
    assert reach.document("http://b.se/x", "https://a.se/feed/") == "https://b.se/x"
    assert reach.document("doc/1.xml", "https://a.se/feed/") == "https://a.se/feed/doc/1.xml"
    with pytest.raises(DeniedError, match="setting `hosts`"):
        reach.document("http://a.se:8080/x", "https://a.se/feed/")


def test_address_is_read_by_what_sends_the_request():
    assert place("http://a@b@c/") == ("http", "c", 80)
    assert [place(text) for text in ("", "x", "ftp://a/", "http://", "http://[", "http://h:p/", "http://h:99999/")] == (
        [None] * 7
    )


def test_public_address_holds_no_secret():
    assert public("https://u:p@a.se/x?key=s#t") == "https://a.se/x"
    assert public("http://[") == "(an unreadable address)"


async def test_session_keeps_no_cookies():
    async with session() as opened:
        opened.cookie_jar.update_cookies({"a": "b"})
        assert list(opened.cookie_jar) == []
        assert not opened.trust_env
