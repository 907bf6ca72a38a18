"""Asking for a GTFS Realtime message: the key goes into the query and nowhere else; stops are read once."""

import zipfile
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from google.transit.gtfs_realtime_pb2 import FeedMessage

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking
from connectors.errors import DeniedError, SourceError
from connectors.gtfsrt.client import Settings, connect, keyed
from connectors.gtfsrt.stops import load

ASKING = Asking(1_800_338_400_000, {}, ())
TABLE = '\ufeffstop_id,stop_name,stop_lat,stop_lon\r\n1,"Slussen, T",59.3195,18.0723\r\n2,Inre nod,,\r\n'


def message():
    whole = FeedMessage()
    whole.header.gtfs_realtime_version = "2.0"
    whole.header.timestamp = 1_800_338_400
    whole.entity.add(id="A1").alert.informed_entity.add().stop_id = "1"
    return whole.SerializeToString()


class Operator:
    """Answers its message to those who have the key, and keeps the queries."""

    def __init__(self):
        self.address, self.queries, self.key = "", [], "secret/1"

    async def answer(self, request):
        self.queries.append(dict(request.query))
        if request.query.get("key", "") != self.key:
            return web.Response(status=403, text="Invalid key")
        return web.Response(body=message(), content_type="application/octet-stream", headers={"ETag": '"1"'})


@pytest.fixture
async def operator() -> AsyncIterator[Operator]:
    operator, app = Operator(), web.Application()
    app.router.add_get("/{tail:.*}", operator.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    operator.address = f"http://127.0.0.1:{runner.addresses[0][1]}/sl/ServiceAlerts.pb"
    yield operator
    await runner.cleanup()


@pytest.fixture
async def asking(operator):
    """Connects with settings and asks once."""
    async with aiohttp.ClientSession() as session:

        def connected(**changes):
            settings = Settings(address=operator.address, **changes)
            fetcher = Fetcher(session, settings.address, user_agent="lagesbild (test@example.org)", interval_s=60)
            return connect(fetcher, settings)

        yield connected


async def test_key_goes_into_the_query_and_stands_in_no_evidence(operator, asking):
    batch = await asking(key="secret/1", area=("01",)).ask(ASKING)

    assert operator.queries == [{"key": "secret/1"}]
    assert batch.raw.url == operator.address
    assert "secret" not in repr(batch)
    assert [(i.id, i.place.codes) for i in batch.parsed.items] == [("A1", ["01"])]


async def test_refused_key_is_told_without_it(asking):
    with pytest.raises(DeniedError, match="403") as told:
        await asking(key="wrong-secret").ask(ASKING)

    assert "wrong-secret" not in str(told.value)


async def test_missing_key_asks_nobody_and_says_how_to_get_one(operator, asking):
    with pytest.raises(DeniedError, match=r"trafiklab\.se"):
        await asking().ask(ASKING)

    assert operator.queries == []


async def test_new_key_in_its_file_is_used_at_the_next_asking(operator, asking, tmp_path):
    file = tmp_path / "key"
    file.write_text("old\n")
    connector = asking(key_file=file)
    with pytest.raises(SourceError):
        await connector.ask(ASKING)
    file.write_text("secret/1\n")

    assert (await connector.ask(ASKING)).parsed.complete
    assert [query["key"] for query in operator.queries] == ["old", "secret/1"]


async def test_feed_that_wants_no_key_gets_none(operator, asking):
    operator.key = ""

    assert (await asking(key_parameter="").ask(ASKING)).parsed.complete
    assert operator.queries == [{}]


def test_key_is_added_to_other_words_of_the_query_and_not_twice():
    assert keyed("https://a.example/x.pb", "key", "a&b") == "https://a.example/x.pb?key=a%26b"
    assert keyed("https://a.example/x.pb?v=2", "key", "k") == "https://a.example/x.pb?v=2&key=k"
    assert keyed("https://a.example/x.pb?key=k", "key", "") == "https://a.example/x.pb?key=k"


@pytest.mark.parametrize("name", ["stops.txt", "gtfs.zip"])
async def test_alert_is_placed_by_the_operators_table_of_stops(asking, tmp_path, name):
    path = tmp_path / name
    if name == "stops.txt":
        path.write_text(TABLE, encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("stops.txt", TABLE)

    batch = await asking(key="secret/1", stops=path, area=("01",)).ask(ASKING)

    assert batch.parsed.items[0].place.wkt == ["POINT (18.0723 59.3195)"]
    assert load(path) == {"1": (18.0723, 59.3195)}


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"\xff\xfe\x00", b"a,b\n1,2\n"])
async def test_missing_or_unreadable_stops_cost_only_the_places_and_are_told(asking, tmp_path, content):
    path = tmp_path / "gtfs.zip"
    if content is not None:
        path.write_bytes(content)

    batch = await asking(key="secret/1", stops=path, area=("01",)).ask(ASKING)

    assert batch.parsed.drift["!stops:unreadable"] == 1
    assert batch.parsed.items[0].place.codes == ["01"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'stop_id,stop_lat,stop_lon\n"' + b"x" * 300_000]
)
def test_what_is_no_table_of_stops_is_told_in_one_line(tmp_path, content):
    path = tmp_path / "stops.txt"
    path.write_bytes(content)

    with pytest.raises(ValueError, match="stops") as told:
        load(path)
    assert "\n" not in str(told.value)
