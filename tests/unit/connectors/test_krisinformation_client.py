"""Three lists of one source over real HTTP: all in one batch, and what is left when one of them fails."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import stamina
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking
from connectors.errors import NotReadyError
from connectors.krisinformation.client import connect
from connectors.settings import ConnectorSettings

CORPUS = Path(__file__).parents[2] / "corpora" / "krisinformation"
NEWS = (CORPUS / "10-news-constructed.json").read_bytes()
VMAS = (CORPUS / "20-vmas-constructed.json").read_bytes()
AT = 1_800_338_400_000


class Site:
    """Answers the lists as a test wants it; remembers what was asked."""

    def __init__(self):
        self.address = ""
        self.bodies = {"/v3/news": NEWS, "/v3/vmas": VMAS, "/v3/features": b"[]"}
        self.asked: list[str] = []

    async def answer(self, request):
        self.asked.append(request.path_qs)
        body = self.bodies.get(request.path)
        return web.Response(status=503) if body is None else web.Response(body=body, content_type="application/json")


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=1):
        yield


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_route("*", "/{tail:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}/v3/news?format=json&days=7"
    yield site
    await runner.cleanup()


@pytest.fixture
async def ask(site):
    async with aiohttp.ClientSession() as session:
        fetcher = Fetcher(session, site.address, user_agent="lagesbild (test@example.org)", interval_s=60)
        connector = connect(fetcher, ConnectorSettings())
        yield lambda: connector.ask(Asking(AT, {}, ()))


async def test_all_lists_are_one_batch_with_all_bodies(site, ask):
    batch = await ask()

    assert [i.id for i in batch.parsed.items][:2] == ["90001", "90002"]
    assert [i.native.get("vma") for i in batch.parsed.items] == [None, None, None, "true", "true"]
    assert (batch.parsed.complete, batch.parsed.error) == (True, None)
    assert [raw.body for raw in (batch.raw, *batch.more)] == [NEWS, VMAS, b"[]"]
    assert site.asked == [
        "/v3/news?format=json&days=7",
        "/v3/vmas?format=json&allCounties=true&language=sv",
        "/v3/features?format=json&language=sv",
    ]


async def test_no_vma_is_an_ordinary_day(site, ask):
    site.bodies["/v3/vmas"] = b"[]"

    assert (await ask()).parsed.complete


async def test_news_are_told_when_the_vma_cannot_be_had(site, ask):
    site.bodies["/v3/vmas"] = None

    parsed = (await ask()).parsed

    assert len(parsed.items) == 3
    assert not parsed.complete
    assert parsed.error.startswith("VMA: ")


async def test_page_in_place_of_the_vma_is_told_and_hides_no_news(site, ask):
    site.bodies["/v3/vmas"] = b"<html>Underhall</html>"

    parsed = (await ask()).parsed

    assert len(parsed.items) == 3
    assert not parsed.complete
    assert parsed.error.startswith("not JSON")


async def test_news_and_vma_are_told_when_the_themes_cannot_be_had(site, ask):
    site.bodies["/v3/features"] = None

    parsed = (await ask()).parsed

    assert len(parsed.items) == 5
    assert not parsed.complete
    assert parsed.error.startswith("themes: ")


async def test_without_the_news_the_source_is_not_ready(site, ask):
    site.bodies["/v3/news"] = None

    with pytest.raises(NotReadyError):
        await ask()


async def test_item_in_both_lists_is_told_once_as_the_vma_it_is(site, ask):
    site.bodies["/v3/news"] = VMAS.replace(b'"IsVma": true', b'"IsVma": null').replace(b"VMA, brand", b"Brand")

    items = (await ask()).parsed.items

    assert [i.id for i in items] == ["91001", "91002"]
    assert items[0].native["vma"] == "true"
