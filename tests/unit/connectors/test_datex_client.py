"""Asking a DATEX II node: user and password go to the node and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking
from connectors.datex.client import connect, signed
from connectors.errors import DeniedError
from connectors.settings import ConnectorSettings

ASKING = Asking(1_800_338_400_000, {}, ())
DUTCH = (Path(__file__).parents[2] / "corpora" / "datex" / "ndw-nl-srti.xml").read_bytes()


@pytest.fixture
async def node() -> AsyncIterator[str]:
    """Address of a node that knows one user."""

    async def answer(request):
        if request.headers.get("Authorization") != aiohttp.encode_basic_auth("actor", "sec/ret"):
            return web.Response(status=401, text="Who are you?")
        return web.Response(body=DUTCH, content_type="application/xml")

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/sit"
    await runner.cleanup()


async def asked(settings):
    async with aiohttp.ClientSession() as session:
        fetcher = Fetcher(session, settings.address, user_agent="lagesbild (test@example.org)", interval_s=60)
        return await connect(fetcher, settings).ask(ASKING)


async def test_user_and_password_reach_the_node_and_stand_in_no_evidence(node):
    batch = await asked(ConnectorSettings(address=node, key="actor:sec/ret"))

    assert len(batch.parsed.items) == 1
    assert batch.raw.url == node
    assert "ret" not in repr((batch.raw.headers, batch.raw.url))


async def test_stranger_is_refused_without_its_password_in_the_words(node):
    with pytest.raises(DeniedError, match="401") as told:
        await asked(ConnectorSettings(address=node, key="actor:wrong-password"))

    assert "wrong-password" not in str(told.value)


async def test_without_an_address_the_source_says_how_to_get_one():
    with pytest.raises(DeniedError, match=r"agreement.*LAGESBILD_TRAFIKVERKET_DATEX_ADDRESS"):
        await asked(ConnectorSettings(address=""))


def test_user_is_put_into_the_address_in_place_of_another():
    assert signed("https://a.example:8443/x?y=1", "u:p@:ss") == "https://u:p%40%3Ass@a.example:8443/x?y=1"
    assert signed("https://old:one@a.example/x", "u:p") == "https://u:p@a.example/x"
    assert signed("https://a.example/x", "") == "https://a.example/x"
