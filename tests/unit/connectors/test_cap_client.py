"""The client on a real server: an index, its documents, what is missing, what is remembered."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.cap.client import Settings, connect
from connectors.contract import Asking
from connectors.errors import DeniedError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
CAP = "urn:oasis:names:tc:emergency:cap:1.2"


def alert(number, hour=7, kind="Alert", refs=""):
    return (
        f'<alert xmlns="{CAP}"><identifier>2.49.0.1.752.0.{number}</identifier><sender>varning@example.se</sender>'
        f"<sent>2027-01-19T{hour:02d}:00:00+01:00</sent><status>Actual</status><msgType>{kind}</msgType>"
        f"<scope>Public</scope>{f'<references>{refs}</references>' if refs else ''}"
        f"<info><event>{number}</event><urgency>Expected</urgency><severity>Severe</severity>"
        "<certainty>Likely</certainty></info></alert>"
    )


def ref(number, hour):
    return f"varning@example.se,2.49.0.1.752.0.{number},2027-01-19T{hour:02d}:00:00+01:00"


def entry(number, link=None, *, told=True, updated="1"):
    words = (
        f'<cap:identifier xmlns:cap="{CAP}">2.49.0.1.752.0.{number}</cap:identifier>'
        f'<cap:event xmlns:cap="{CAP}">entry {number}</cap:event>'
        f'<cap:sent xmlns:cap="{CAP}">2027-01-19T07:00:00+01:00</cap:sent>'
    )
    address = link or f"/docs/{number}"
    return (
        f'<entry><id>{number}</id><updated>{updated}</updated><link href="{address}" type="application/cap+xml"/>'
        f"{words if told else ''}</entry>"
    )


class Site:
    """A feed: `index` is the index's body, `docs` the documents; counts what was asked for."""

    def __init__(self):
        self.index, self.docs, self.asked = "", {}, []
        self.address = ""

    def list(self, *entries):
        self.index = f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'

    async def answer(self, request):
        self.asked.append(request.path)
        body = self.index if request.path == "/feed" else self.docs.get(request.path.removeprefix("/docs/"))
        if body is None:
            return web.Response(status=404)
        await asyncio.sleep(0)
        return web.Response(text=body, content_type="application/xml")

    def fetched(self):
        asked, self.asked = self.asked, []
        return [path.removeprefix("/docs/") for path in asked if path != "/feed"]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_get("/{tail:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def connector(site):
    async with aiohttp.ClientSession() as session:
        yield connect(Fetcher(session, f"{site.address}/feed", user_agent="test", interval_s=60), Settings())


async def ask(connector, position=None, told=()):
    return await connector.ask(Asking(AT, position or {}, told))


def events(batch):
    return {item.id.rpartition(".")[2]: item.native["event"] for item in batch.parsed.items}


async def test_each_document_is_fetched_once_and_stands_for_its_entry(site, connector):
    site.list(entry("A"), entry("B"))
    site.docs = {"A": alert("A"), "B": alert("B")}

    first = await ask(connector)

    assert events(first) == {"A": "A", "B": "B"}
    assert [raw.body for raw in first.more] == [alert("A").encode(), alert("B").encode()]
    assert first.parsed.complete
    assert site.fetched() == ["A", "B"]
    again = await ask(connector, first.position)
    assert (events(again), site.fetched(), again.more) == (events(first), [], ())


async def test_changed_entry_is_fetched_again(site, connector):
    site.list(entry("A"))
    site.docs = {"A": alert("A")}
    await ask(connector)
    site.list(entry("A", updated="2"))
    site.docs = {"A": alert("A", 8)}

    batch = await ask(connector)

    assert site.fetched() == ["A", "A"]
    assert batch.parsed.items[0].sent.hour == 7


async def test_document_that_is_not_there_hides_no_other_and_its_entry_is_told(site, connector):
    site.list(entry("A"), entry("B"))
    site.docs = {"B": alert("B")}

    batch = await ask(connector)

    assert events(batch) == {"A": "entry A", "B": "B"}
    assert not batch.parsed.complete
    assert batch.parsed.error is None
    assert batch.parsed.drift["!document:missing"] == 1


async def test_entry_that_tells_nothing_without_its_document_is_an_error_in_words(site, connector):
    site.list(entry("A", told=False), entry("B", told=False))
    site.docs = {"B": alert("B")}

    batch = await ask(connector)

    assert events(batch) == {"B": "B"}
    assert "404" in batch.parsed.error


async def test_document_that_comes_late_stays_the_same_alert(site, connector):
    site.list(entry("A"))
    first = await ask(connector)
    site.docs = {"A": alert("A")}

    second = await ask(connector, first.position, [item.id for item in first.parsed.items])

    assert [item.id for item in second.parsed.items] == [item.id for item in first.parsed.items]
    assert events(second) == {"A": "A"}


async def test_page_instead_of_a_document_is_not_remembered(site, connector):
    site.list(entry("A"))
    site.docs = {"A": "<html><body>maintenance</body></html>"}
    first = await ask(connector)
    site.docs = {"A": alert("A")}

    second = await ask(connector, first.position)

    assert (events(first), events(second)) == ({"A": "entry A"}, {"A": "A"})
    assert not first.parsed.complete


async def test_document_on_another_host_is_not_fetched(site, connector):
    site.list(entry("A", "http://elsewhere.example/A"), entry("B"))
    site.docs = {"B": alert("B")}

    batch = await ask(connector)

    assert site.fetched() == ["B"]
    assert events(batch) == {"A": "entry A", "B": "B"}


async def test_chain_over_batches_keeps_its_identity_through_the_position(site, connector):
    told, position = {}, {}
    steps = [alert("A", 7), alert("B", 8, "Update", ref("A", 7)), alert("C", 9, "Update", ref("B", 8))]
    for body in [*steps, alert("D", 10, "Cancel", ref("C", 9))]:
        site.index = body
        batch = await ask(connector, position, list(told))
        position = batch.position
        (item,) = batch.parsed.items
        told[item.id] = item.change

    assert told == {"2.49.0.1.752.0.A": "cancel"}


async def test_single_document_at_the_address_is_all_there_is(site, connector):
    site.index = alert("A")

    batch = await ask(connector)

    assert events(batch) == {"A": "A"}
    assert batch.parsed.complete


async def test_page_instead_of_the_index_is_an_error(site, connector):
    site.index = "<html><body>maintenance</body></html>"

    batch = await ask(connector)

    assert batch.parsed.error
    assert not batch.parsed.complete


async def test_relayed_feed_says_so(site):
    site.index = alert("A")
    async with aiohttp.ClientSession() as session:
        fetcher = Fetcher(session, f"{site.address}/feed", user_agent="test", interval_s=60)
        batch = await ask(connect(fetcher, Settings(relayed=True)))

    assert batch.parsed.items[0].origin == "relayed"


async def test_certificate_that_cannot_be_read_is_told_before_anything_is_asked(site, tmp_path):
    async with aiohttp.ClientSession() as session:
        fetcher = Fetcher(session, f"{site.address}/feed", user_agent="test", interval_s=60)
        with pytest.raises(DeniedError, match="certificate"):
            await ask(connect(fetcher, Settings(certificates=(tmp_path / "none.pem",))))
    assert site.asked == []
