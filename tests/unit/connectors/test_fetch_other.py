"""Other documents of a source: own memory, same turn, and only from where the source may have them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.errors import DeniedError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""


class Site:
    """Answers each path with its own name and ETag, or 304; counts how many it answers at once."""

    def __init__(self):
        self.asked: list[web.Request] = []
        self.address = ""
        self.busy = self.most_busy = 0

    async def answer(self, request):
        self.asked.append(request)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        await asyncio.sleep(0)
        self.busy -= 1
        etag = f'"{request.path}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=request.path.encode(), headers={"ETag": etag})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_route("*", "/{tail:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def fetcher(site) -> AsyncIterator[Fetcher]:
    async with aiohttp.ClientSession() as session:
        yield Fetcher(session, site.address + "/a/list.json", user_agent="lagesbild (test@example.org)", interval_s=60)


async def test_each_document_has_its_own_memory(site, fetcher):
    other = fetcher.other(site.address + "/b")

    first, second = await fetcher.get(AT), await other.get(AT)
    again = await other.get(AT), await fetcher.get(AT)

    assert (first.raw.body, second.raw.body) == (b"/a/list.json", b"/b")
    assert [answer.raw.body for answer in again] == [b"/b", b"/a/list.json"]
    assert all(answer.raw.unchanged for answer in again)
    assert {request.headers["User-Agent"] for request in site.asked} == {"lagesbild (test@example.org)"}


async def test_one_request_at_a_time_for_all_documents_of_a_source(site, fetcher):
    await asyncio.gather(fetcher.get(AT), *(fetcher.other(f"/doc/{n}").get(AT) for n in range(5)))

    assert (len(site.asked), site.most_busy) == (6, 1)


async def test_address_may_be_relative_to_the_list(site, fetcher):
    assert (await fetcher.other("alert-1.xml").get(AT)).raw.url == site.address + "/a/alert-1.xml"


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/", "http://example.org/", "https://127.0.0.1/", "file:///etc/passwd", "http://[", "//h:port/"],
)
async def test_document_elsewhere_is_refused(fetcher, address):
    with pytest.raises(DeniedError, match="names a document at"):
        fetcher.other(address)
