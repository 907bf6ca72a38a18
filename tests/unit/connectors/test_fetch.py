"""The one HTTP client against a real server on loopback: conditional, capped, patient, and never led away."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest
import stamina
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.errors import DeniedError, GarbledError, NotReadyError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""


class Site:
    """Answers prepared ones in turn, and keeps what was asked."""

    def __init__(self):
        self.asked: list[web.Request] = []
        self.answers = []
        self.address = ""
        self.busy = self.most_busy = 0

    def then(self, status=200, body=b"[]", **headers):
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    async def answer(self, request):
        self.asked.append(request)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        await asyncio.sleep(0)
        self.busy -= 1
        status, body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, body=body, headers=headers)


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_route("*", "/{tail:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}/list.json"
    yield site
    await runner.cleanup()


@pytest.fixture
async def fetcher(site) -> AsyncIterator[Fetcher]:
    async with aiohttp.ClientSession() as session:
        yield Fetcher(session, site.address, user_agent="lagesbild (test@example.org)", interval_s=60)


async def test_second_question_is_conditional_and_304_stands_for_the_body_before(site, fetcher):
    site.then(body=b"[1]", ETag='"a"', Last_Modified="Tue, 19 Jan 2027 05:00:00 GMT")
    site.then(status=304)

    first, second = await fetcher.get(AT), await fetcher.get(AT + 1000)

    assert "If-None-Match" not in site.asked[0].headers
    assert site.asked[1].headers["If-None-Match"] == '"a"'
    assert site.asked[1].headers["If-Modified-Since"] == "Tue, 19 Jan 2027 05:00:00 GMT"
    assert (first.raw.unchanged, second.raw.unchanged) == (False, True)
    assert (second.raw.body, second.raw.status, second.raw.at) == (b"[1]", 304, AT + 1000)


async def test_same_bytes_again_are_unchanged_without_any_etag(site, fetcher):
    site.then(body=b"[1]")

    assert not (await fetcher.get(AT)).raw.unchanged
    assert (await fetcher.get(AT)).raw.unchanged


async def test_304_makes_an_old_copy_no_younger(site, fetcher):
    site.then(body=b"[1]", ETag='"a"', Last_Modified="Mon, 18 Jan 2027 05:00:00 GMT")
    site.then(status=304, Last_Modified="Tue, 19 Jan 2027 05:55:00 GMT", Age="3")
    await fetcher.get(AT)
    repeated = (await fetcher.get(AT + 1000)).raw

    assert (repeated.headers["Last-Modified"], repeated.headers["Age"]) == ("Mon, 18 Jan 2027 05:00:00 GMT", "3")


async def test_304_brings_no_time_that_the_body_did_not_have(site, fetcher):
    site.then(body=b"[1]", ETag='"a"')
    site.then(status=304, Last_Modified="Tue, 19 Jan 2027 05:55:00 GMT")
    await fetcher.get(AT)

    assert "Last-Modified" not in (await fetcher.get(AT + 1000)).raw.headers


async def test_304_without_a_question_is_no_answer(site, fetcher):
    site.then(status=304)

    with pytest.raises(NotReadyError, match="304"):
        await fetcher.get(AT)


async def test_who_we_are_is_told(site, fetcher):
    site.then()
    await fetcher.get(AT)

    assert site.asked[0].headers["User-Agent"] == "lagesbild (test@example.org)"


async def test_server_error_is_tried_again_at_once(site, fetcher):
    site.then(status=503)
    site.then(body=b"[2]")

    assert (await fetcher.get(AT)).raw.body == b"[2]"


async def test_server_error_that_lasts_is_not_ready(site, fetcher):
    site.then(status=500)

    with pytest.raises(NotReadyError, match="answered 500"):
        await fetcher.get(AT)
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Tue, 19 Jan 2027 06:00:30 GMT", 30.0),
        ("Tue, 19 Jan 2027 05:00:00 GMT", 0.0),
        ("999999999", 3600.0),
    ],
)
async def test_request_to_wait_is_obeyed_and_never_retried(site, fetcher, text, seconds):
    site.then(status=429, Retry_After=text, Date="Tue, 19 Jan 2027 06:00:00 GMT")

    with pytest.raises(NotReadyError) as caught:
        await fetcher.get(AT)

    assert caught.value.retry_after_s == seconds
    assert len(site.asked) == 1


async def test_nonsense_in_retry_after_is_no_wait(site, fetcher):
    site.then(status=429, Retry_After="soon")

    with pytest.raises(NotReadyError) as caught:
        await fetcher.get(AT)
    assert caught.value.retry_after_s is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_what_a_retry_cannot_cure_is_not_retried_and_says_what_the_source_said(site, fetcher, status):
    site.then(status=status, body=b"Invalid authentication")

    with pytest.raises(DeniedError, match="Invalid authentication"):
        await fetcher.get(AT)
    assert len(site.asked) == 1


async def test_redirect_within_the_host_is_followed(site, fetcher):
    site.then(status=301, Location="/moved.json")
    site.then(body=b"[3]")

    assert (await fetcher.get(AT)).raw.body == b"[3]"
    assert site.asked[1].path == "/moved.json"


@pytest.mark.parametrize(
    "where", ["http://169.254.169.254/latest", "https://127.0.0.1/", "file:///etc/passwd", "http://["]
)
async def test_redirect_to_another_host_is_refused(site, fetcher, where):
    site.then(status=302, Location=where)

    with pytest.raises(DeniedError, match="sends us to"):
        await fetcher.get(AT)
    assert len(site.asked) == 1


async def test_redirect_in_circles_ends(site, fetcher):
    site.then(status=302, Location="/list.json")

    with pytest.raises(DeniedError, match="circles"):
        await fetcher.get(AT)


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"x" * 200_000, {}), (gzip.compress(b"0" * 5_000_000), {"Content_Encoding": "gzip"})],
    ids=["long", "small, but unpacks to a huge one"],
)
async def test_body_over_the_limit_is_cut_off(site, body, headers):
    site.then(body=body, **headers)
    async with aiohttp.ClientSession() as session:
        fetcher = Fetcher(session, site.address, user_agent="x", interval_s=1, body_limit=100_000)
        with pytest.raises(GarbledError, match="larger than"):
            await fetcher.get(AT)


async def test_skew_is_the_sources_clock_minus_ours(site, fetcher):
    site.then(Date="Tue, 19 Jan 2027 06:01:40 GMT")

    assert (await fetcher.get(AT)).skew_s == 100


async def test_one_question_at_a_time(site, fetcher):
    site.then()

    await asyncio.gather(*(fetcher.get(AT) for _ in range(5)))

    assert site.most_busy == 1


async def test_evidence_holds_no_user_password_or_query(site):
    site.then()
    secret = site.address.replace("http://", "http://user:pass@") + "?key=secret"
    async with aiohttp.ClientSession() as session:
        answer = await Fetcher(session, secret, user_agent="x", interval_s=1).get(AT)

    assert answer.raw.url == site.address


@pytest.mark.parametrize("address", ["", "ftp://example.org/", "example.org", "http://", "http://[", "http://h:port/"])
async def test_address_that_is_none_is_a_setting_to_correct(address):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(DeniedError, match="correct the source's address"):
            await Fetcher(session, address, user_agent="x", interval_s=1).get(AT)


async def test_server_that_is_away_is_not_ready():
    async with aiohttp.ClientSession() as session:
        with pytest.raises(NotReadyError):
            await Fetcher(session, "http://127.0.0.1:9/", user_agent="x", interval_s=1).get(AT)
