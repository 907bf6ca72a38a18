"""Trafikverket's streams over real HTTP: they bring changes early, and whatever becomes of them nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import stamina
from aiohttp import web

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking
from connectors.trafikverket.client import Settings, Trafikverket

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
LAST = 7_500_000_000_000_000_001


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=1):
        yield


def answer(*numbers, **result):
    situations = [
        {
            "Id": f"GUID{n}",
            "VersionTime": f"2027-01-19T06:0{n}:00.000+01:00",
            "Deviation": [{"Id": f"SE_STA_TRISSID_1_{n}", "MessageType": "Olycka", "CountyNo": [1]}],
        }
        for n in numbers
    ]
    return {"RESPONSE": {"RESULT": [{"Situation": situations, "INFO": {"LASTCHANGEID": str(LAST)}} | result]}}


class Service:
    """Answers askings with what is `listed`, and speaks on each stream what a test writes to it."""

    def __init__(self):
        self.listed: list[int] = []
        self.posts = 0
        self.opened: asyncio.Queue[tuple[web.Request, asyncio.Queue[bytes]]] = asyncio.Queue()
        self.refuses = False
        self.address = self.stream_address = ""

    async def post(self, _):
        self.posts += 1
        body = answer(*self.listed)
        body["RESPONSE"]["RESULT"][0]["INFO"] |= {"SSEURL": self.stream_address}
        return web.json_response(body)

    async def stream(self, request):
        if self.refuses:
            return web.Response(status=410)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        says: asyncio.Queue[bytes] = asyncio.Queue()
        self.opened.put_nowait((request, says))
        while said := await says.get():
            await response.write(said)
        return response


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service, app = Service(), web.Application()
    app.router.add_post("/v2/data.json", service.post)
    app.router.add_get("/v2/stream", service.stream)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    service.address, service.stream_address = f"{base}/v2/data.json", f"{base}/v2/stream?id=ticket"
    yield service
    await runner.cleanup()


class Client:
    """A client that has read everything and asks for changes from then on, each a second after the other."""

    def __init__(self, session, service, wait_s):
        settings = Settings(address=service.address, key="k", objects=("Situation",), stream=True, stream_wait_s=wait_s)
        fetcher = Fetcher(session, service.address, user_agent="lagesbild (test@example.org)", interval_s=60)
        self.connector, self.position, self.at = Trafikverket(fetcher, settings), {}, AT

    async def ask(self, seconds=1):
        self.at += seconds * 1000
        batch = await self.connector.ask(Asking(self.at, self.position, ()))
        self.position = batch.position
        return batch


@pytest.fixture
async def begin(service) -> AsyncIterator[object]:
    async with aiohttp.ClientSession() as session:
        clients = []

        async def client(wait_s=20.0):
            clients.append(Client(session, service, wait_s))
            await clients[-1].ask()
            return clients[-1]

        yield client
        for one in clients:
            one.connector.close()


def event(number, key=b"", end=b"\n"):
    head = b"id: " + key + end if key else b""
    return head + b"data: " + json.dumps(answer(number)).encode() + end + end


def ids(batch):
    return [item.id for item in batch.parsed.items]


async def test_event_ends_the_asking_at_once_and_is_told_as_a_change(service, begin):
    client = await begin()
    _, says = await service.opened.get()
    says.put_nowait(event(3))
    posts = service.posts

    batch = await client.ask()

    assert (ids(batch), batch.reach, service.posts) == (["GUID3"], "changes", posts)
    assert json.loads(batch.raw.body) == answer(3)
    assert "ticket" not in batch.raw.url
    assert client.position["changeids"] == {"Situation": str(LAST)}


async def test_events_that_came_between_askings_are_told_one_after_the_other(service, begin):
    client = await begin()
    _, says = await service.opened.get()
    says.put_nowait(event(1) + event(2))

    assert [ids(await client.ask()) for _ in range(2)] == [["GUID1"], ["GUID2"]]


async def test_silence_is_no_answer_so_changes_are_asked_for(service, begin):
    client = await begin(wait_s=0.01)
    service.listed = [4]
    posts = service.posts

    batch = await client.ask()

    assert (ids(batch), service.posts) == (["GUID4"], posts + 1)


async def test_changes_are_asked_for_now_and_then_while_a_stream_speaks(service, begin):
    client = await begin()
    _, says = await service.opened.get()
    says.put_nowait(event(1))
    service.listed = [4]

    assert ids(await client.ask(seconds=600)) == ["GUID4"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
async def test_event_in_pieces_with_comments_between_is_put_together(service, begin, end):
    client = await begin()
    _, says = await service.opened.get()
    whole = b": alive" + end + end + event(3, b"77", end)
    for at in range(0, len(whole), 50):
        says.put_nowait(whole[at : at + 50])

    assert ids(await client.ask()) == ["GUID3"]


async def test_stream_that_ends_is_opened_again_from_its_last_event(service, begin):
    client = await begin(wait_s=5)
    _, says = await service.opened.get()
    says.put_nowait(event(1, b"77 8"))
    await client.ask()
    says.put_nowait(b"")
    service.listed = [4]

    polled = await client.ask()
    request, says = await service.opened.get()
    says.put_nowait(event(2))

    assert ids(polled) == ["GUID4"]
    assert (request.query["id"], request.query["lasteventid"]) == ("ticket", "77 8")
    assert request.headers["Last-Event-ID"] == "77 8"
    assert ids(await client.ask()) == ["GUID2"]


async def test_stream_that_cannot_be_opened_again_leaves_the_askings(service, begin):
    client = await begin(wait_s=5)
    _, says = await service.opened.get()
    service.refuses = True
    says.put_nowait(b"")
    service.listed = [4]

    assert [ids(await client.ask()) for _ in range(2)] == [["GUID4"], ["GUID4"]]


async def test_error_on_a_stream_ends_it_and_changes_are_asked_for(service, begin):
    client = await begin(wait_s=5)
    _, says = await service.opened.get()
    says.put_nowait(b'data: {"RESPONSE":{"RESULT":[{"ERROR":{"MESSAGE":"too old"}}]}}\n\n')
    service.listed = [4]

    batch = await client.ask()

    assert ids(batch) == ["GUID4"]
    assert batch.parsed.error is None


async def test_stream_on_a_foreign_host_is_never_opened(service, begin):
    service.stream_address = "http://example.org/stream"
    client = await begin(wait_s=5)
    service.listed = [4]

    assert ids(await client.ask()) == ["GUID4"]
    assert service.opened.empty()
