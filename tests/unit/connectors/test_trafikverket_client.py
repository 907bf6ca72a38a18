"""Trafikverket asked over real HTTP: several object types at once, pages, change numbers, errors inside a 200."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import stamina
from aiohttp import web
from pydantic import ValidationError

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking
from connectors.errors import DeniedError, NotReadyError
from connectors.trafikverket.client import ALL_EVERY, Settings, connect

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
FIRST = 7_500_000_000_000_000_000


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=1):
        yield


class Service:
    """Keeps objects by type, each with its change number; answers questions as Trafikverket does."""

    def __init__(self):
        self.changes: dict[str, dict[str, tuple[int, dict[str, Any]]]] = {}
        self.last, self.address = FIRST, ""
        self.asked: list[dict[str, dict[str, str]]] = []
        self.errors: dict[str, str] = {}
        self.retired: set[str] = set()
        self.fails_from = 10**9
        self.stuck = False
        self.key = "k"
        self.stream_address = ""

    def put(self, kind, key, **fields):
        self.last += 1
        self.changes.setdefault(kind, {})[key] = self.last, fields

    async def answer(self, request):
        body = await request.text()
        queries = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<QUERY [^>]*>", body)]
        self.asked.append({query["objecttype"]: query for query in queries})
        if len(self.asked) >= self.fails_from:
            return web.Response(status=503)
        if f'authenticationkey="{self.key}"' not in body:
            return self._error(401, "Invalid authentication")
        retired = [query["objecttype"] for query in queries if query["objecttype"] in self.retired]
        if retired:
            return self._error(400, f"unknown ObjectType {retired[0]}")
        return web.json_response({"RESPONSE": {"RESULT": [self._result(query) for query in queries]}})

    def _error(self, status, message):
        error = {"RESPONSE": {"RESULT": [{"ERROR": {"SOURCE": "Request", "MESSAGE": message}}]}}
        return web.json_response(error, status=status)

    def _result(self, query):
        kind, since = query["objecttype"], int(query["changeid"])
        if kind in self.errors:
            return {"id": kind, "ERROR": {"SOURCE": "Server", "MESSAGE": self.errors[kind]}}
        rows = sorted(self.changes.get(kind, {}).values(), key=lambda row: row[0])
        rows = [row for row in rows if row[0] > since and (since or not row[1].get("Deleted"))]
        shown = rows[: int(query["limit"])]
        last = shown[-1][0] if len(shown) < len(rows) else self.last
        info = {"LASTCHANGEID": str(since if self.stuck else last)}
        if query.get("sseurl") == "true" and self.stream_address:
            info["SSEURL"] = self.stream_address
        return {"id": kind, kind: [row[1] for row in shown], "INFO": info}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service, app = Service(), web.Application()
    app.router.add_post("/v2/data.json", service.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.address = f"http://127.0.0.1:{runner.addresses[0][1]}/v2/data.json"
    yield service
    await runner.cleanup()


class Client:
    """Asks as the round does: hands the position back, remembers what was told."""

    def __init__(self, session, service, **settings):
        fetcher = Fetcher(session, service.address, user_agent="lagesbild (test@example.org)", interval_s=60)
        self.connector = connect(fetcher, Settings(address=service.address, **({"key": "k"} | settings)))
        self.position, self.at, self.told = {}, AT, set()

    async def ask(self, *, doubt=False, minutes=1):
        self.at += minutes * 60_000
        batch = await self.connector.ask(Asking(self.at, self.position, self.told, doubt=doubt))
        self.position = batch.position
        self.told |= {item.id for item in batch.parsed.items if item.change == "report"}
        return batch


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def situation(service, n, **fields):
    deviation = {"Id": f"SE_STA_TRISSID_1_{n}", "CountyNo": [1], "MessageType": "Olycka", "Message": f"Olycka {n}"}
    sent = f"2027-01-19T06:{n % 60:02d}:00.000+01:00"
    service.put("Situation", n, Id=f"GUID{n}", VersionTime=sent, Deviation=[deviation], **fields)


def event(service, n, **fields):
    sent = f"2027-01-19T06:{n % 60:02d}:00.000+01:00"
    whole = {"OperativeEventId": f"E{n}", "EventState": 1, "CountyNo": [1], "ModifiedDateTime": sent} | fields
    service.put("OperativeEvent", n, **whole)


def ids(batch):
    return {item.id for item in batch.parsed.items}


async def test_all_object_types_are_asked_in_one_request_each_with_its_own_change(session, service):
    situation(service, 1)
    event(service, 2)
    client = Client(session, service)

    first = await client.ask()
    event(service, 3)
    second = await client.ask()

    assert list(service.asked[0]) == ["Situation", "OperativeEvent", "TrainStationMessage", "RoadCondition"]
    assert {query["changeid"] for query in service.asked[0].values()} == {"0"}
    assert {query["changeid"] for query in service.asked[1].values()} == {str(FIRST + 2)}
    assert (first.reach, first.parsed.complete, ids(first)) == ("all", True, {"GUID1", "operative-event-E2"})
    assert (second.reach, ids(second)) == ("changes", {"operative-event-E3"})
    assert client.position["changeids"]["OperativeEvent"] == str(FIRST + 3)


async def test_only_the_object_types_of_the_settings_are_asked_and_unknown_ones_are_no_setting(session, service):
    await Client(session, service, objects=("RoadCondition", "Situation")).ask()

    assert list(service.asked[0]) == ["RoadCondition", "Situation"]
    with pytest.raises(ValidationError, match="TrainAnnouncement"):
        Settings(objects=("TrainAnnouncement",))


async def test_full_pages_are_followed_to_the_end_and_only_for_what_is_full(session, service):
    for n in range(1, 6):
        situation(service, n)
    event(service, 9)
    client = Client(session, service, limit=2)

    batch = await client.ask()

    assert [list(asked) for asked in service.asked[1:]] == [["Situation"], ["Situation"]]
    assert ids(batch) == {*(f"GUID{n}" for n in range(1, 6)), "operative-event-E9"}
    assert (batch.reach, batch.parsed.complete, len(batch.more)) == ("all", True, 2)
    assert client.position["changeids"]["Situation"] == str(service.last)


async def test_page_that_fails_keeps_what_came_and_withdraws_nothing(session, service):
    for n in range(1, 6):
        situation(service, n)
    client = Client(session, service, limit=2, objects=("Situation",))
    service.fails_from = 2

    batch = await client.ask()
    service.fails_from = 10**9
    after = await client.ask()

    assert ids(batch) == {"GUID1", "GUID2"}
    assert not batch.parsed.complete
    assert "page 2 failed" in batch.parsed.error
    assert ids(after) == {"GUID3", "GUID4", "GUID5"}
    assert (await client.ask()).reach == "all"


async def test_full_page_that_says_no_new_place_ends_in_an_error_not_in_circles(session, service):
    for n in range(1, 4):
        situation(service, n)
    service.stuck = True

    batch = await Client(session, service, limit=2, objects=("Situation",)).ask()

    assert len(service.asked) == 1
    assert not batch.parsed.complete
    assert "next one" in batch.parsed.error


async def test_newer_version_on_a_later_page_stands(session, service):
    situation(service, 1)
    situation(service, 2)
    client = Client(session, service, limit=1, objects=("Situation",))
    service.changes["Situation"]["again"] = (
        service.last + 1,
        service.changes["Situation"][1][1] | {"VersionTime": "2027-01-19T07:00:00.000+01:00"},
    )
    service.last += 1

    batch = await client.ask()

    assert [(i.id, i.sent.minute) for i in batch.parsed.items] == [("GUID1", 0), ("GUID2", 2)]


async def test_error_of_one_object_type_loses_no_other_and_that_one_begins_anew(session, service):
    situation(service, 1)
    event(service, 2)
    client = Client(session, service)
    await client.ask()
    service.errors["OperativeEvent"] = "out of order"
    situation(service, 3)

    batch = await client.ask()
    service.errors.clear()
    event(service, 4)
    again = await client.ask()
    everything = await client.ask()

    assert ids(batch) == {"GUID3"}
    assert batch.parsed.error == "OperativeEvent: Server: out of order"
    assert not batch.parsed.complete
    assert service.asked[2]["OperativeEvent"]["changeid"] == "0"
    assert service.asked[2]["Situation"]["changeid"] == str(FIRST + 3)
    assert (again.reach, ids(again)) == ("changes", {"operative-event-E2", "operative-event-E4"})
    assert (everything.reach, everything.parsed.complete) == ("all", True)


async def test_object_type_out_of_service_does_not_cost_us_the_others(session, service):
    situation(service, 1)
    service.retired = {"TrainMessage"}
    client = Client(session, service, objects=("Situation", "TrainMessage", "RoadCondition"))

    batch = await client.ask()
    await client.ask()

    assert ids(batch) == {"GUID1"}
    assert "TrainMessage is refused" in batch.parsed.error
    assert not batch.parsed.complete
    assert list(service.asked[-1]) == ["Situation", "RoadCondition"]


async def test_wrong_key_is_told_at_once_and_not_asked_with_for_every_object_type(session, service):
    client = Client(session, service, key="wrong")

    with pytest.raises(DeniedError, match="401"):
        await client.ask()

    assert len(service.asked) <= 3


async def test_without_a_key_nothing_is_asked(session, service):
    with pytest.raises(DeniedError, match="no key"):
        await Client(session, service, key="").ask()

    assert service.asked == []


async def test_key_in_a_file_is_read_anew_at_each_asking(session, service, tmp_path):
    file = tmp_path / "key"
    file.write_text("old\n")
    client = Client(session, service, key="", key_file=file)
    with pytest.raises(DeniedError):
        await client.ask()
    file.write_text("k\n")

    assert (await client.ask()).parsed.complete


async def test_service_that_is_away_is_not_ready(session, service):
    service.fails_from = 1

    with pytest.raises(NotReadyError):
        await Client(session, service).ask()


async def test_everything_is_read_again_after_hours_and_in_doubt_but_changes_come_first(session, service):
    situation(service, 1)
    client = Client(session, service)

    reaches = [(await client.ask()).reach for _ in range(3)]
    reaches.append((await client.ask(doubt=True)).reach)
    reaches.append((await client.ask()).reach)
    reaches.append((await client.ask(minutes=ALL_EVERY // 60_000)).reach)

    assert reaches == ["all", "changes", "changes", "all", "changes", "all"]


async def test_client_that_starts_again_reads_changes_with_deletions_and_then_everything(session, service):
    situation(service, 1)
    first = Client(session, service)
    await first.ask()
    situation(service, 1, Deleted=True)
    second = Client(session, service)
    second.position = first.position

    batch = await second.ask()

    assert [(i.id, i.change) for i in batch.parsed.items] == [("GUID1", "cancel")]
    assert (await second.ask()).reach == "all"


async def test_suspended_situations_are_told_only_to_those_who_heard_of_them(session, service):
    situation(service, 1)
    client = Client(session, service)
    await client.ask()
    for n in (1, 2):
        situation(service, n)
        service.changes["Situation"][n][1]["Deviation"][0]["Suspended"] = True

    batch = await client.ask()

    assert {i.id: i.native["suspended"] for i in batch.parsed.items} == {"GUID1": "true"}
    assert "GUID2" in batch.parsed.seen
