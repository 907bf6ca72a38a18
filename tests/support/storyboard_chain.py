"""A storyboard played over HTTP and a real Kafka, in a stepped space; processes may be killed on the way.

In: a running room, a scene. Out: `Played`, as in memory: versions as they lie in Kafka, pictures as the server gives
them, the outcomes that receipts tell. Each act is answered before the next, so the log's order is the scene's.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from support.browser import Room
from support.storyboard import Act, Scene
from support.storyboard_play import BOARD, Answer, Played, sent, timeline, topic_of
from support.waiting import START_S

from dashboards.picture.view import LISTS
from dashboards.sheet.archive import BEFORE, kept, label_of
from dashboards.sheet.subject import split
from schemas.change import TYPE_HEADER, Cause, Picture, Version, apply, changes_of, empty_picture, genesis
from schemas.clock import ClockRecord
from schemas.codec import canon, load, sha256
from schemas.times import parse
from schemas.topics import CHANGES, OUTCOMES
from streams.bus import In, Out, Reader
from streams.clock import clock_out

WAIT_S = START_S

Trouble = Callable[[int], Awaitable[None]]
"""Called with an act's number when it is under way; kills something, and starts it again."""


async def no_trouble(_: int) -> None:
    """Nothing happens."""


class Live:
    """A room that is being played in."""

    def __init__(self, room: Room, http: aiohttp.ClientSession) -> None:
        self.room, self.http = room, http
        self.played = Played([], {}, [])
        self.picture = empty_picture()
        self.hash = genesis(room.space.name, "01")
        self.repeats = 0
        """Versions that were read once more."""
        self.ended: list[str] = []
        """Processes that ended by themselves, and were started again."""
        self.asked: dict[int, tuple[str, Any]] = {}
        """Moment -> what is asked of the server then, and its answer once it has come."""
        self.outcomes: dict[str, dict[str, Any]] = {}
        self.more = asyncio.Condition()

    @property
    def version(self) -> int:
        """Newest version that was read."""
        return len(self.played.versions)

    async def play(self, scene: Scene, trouble: Trouble = no_trouble) -> Played:
        """The whole scene."""
        await self.until(lambda: "current" in self.picture["rules"])
        for at, acts, looked in timeline(scene):
            await self.clock(at)
            for act in acts:
                self.played.answers.append(await self.do(act, trouble))
            if looked:
                await self.clock(at)
                self.played.pictures[at] = await self.shown()
                sheets = {key: await self.sheet(key) for key in scene.sheets(at)}
                self.played.pictures[at]["sheet"] = sheets
            if at in self.asked:
                path, _ = self.asked[at]
                self.asked[at] = (path, (await self.get(path))[0])
        return self.played

    async def clock(self, at: int) -> None:
        """Time passes; the server has heard of it, and what was due has become versions."""
        out = clock_out(self.room.space, "01", ClockRecord("stepped", at))
        await self.told(await self.publish(out))
        async with asyncio.timeout(WAIT_S):
            while parse((await self.get("/sources"))[1]["Lagesbild-Time"]) < at:
                await asyncio.sleep(0.02)

    async def do(self, act: Act, trouble: Trouble) -> Answer:
        """One act, until it is answered."""
        if act.what in {"feed", "health"}:
            key = act.who if act.what == "health" else f"{act.who}/{act.body['id']}"
            receipt = await self.publish(Out(self.room.space.topic(topic_of(act)), canon(act.body), key.encode()))
        else:
            body = act.body if act.what == "report" else sent(act, self.picture, self.version)
            receipt = await self.post(f"/{act.what}s", act.who, body)
        await trouble(act.number)
        said = await self.told(receipt)
        if act.what in {"report", "command"}:
            said = await self.received(receipt, act.who)
        return Answer(act, said["result"], said.get("reason", ""))

    async def publish(self, out: Out) -> str:
        """Put a record on its topic; gives its receipt."""
        receipt = uuid.uuid4().hex
        await self.room.send(out._replace(headers=(*out.headers, ("receipt", receipt.encode()))))
        return receipt

    async def post(self, path: str, who: str, body: dict[str, Any]) -> str:
        """Post until it is accepted, as a client does: the same bytes again are safe."""
        raw = json.dumps(body).encode()
        async with asyncio.timeout(WAIT_S):
            while True:
                try:
                    async with self.http.post(self.url(path), data=raw, headers=self.login(who)) as answer:
                        told = await answer.json(content_type=None)
                        if answer.status == 202:
                            return str(told["receipt"])
                        assert answer.status == 503, told
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)

    async def told(self, receipt: str) -> dict[str, Any]:
        """Its outcome on Kafka, with every version up to the one that it names."""
        await self.until(lambda: receipt in self.outcomes)
        said = self.outcomes[receipt]
        await self.until(lambda: self.version >= said.get("version", 0))
        return said

    async def received(self, receipt: str, who: str) -> dict[str, Any]:
        """Its outcome as its sender reads it."""
        body, _ = await self.get(f"/receipts/{receipt}?wait=30", who)
        return dict(body)

    async def shown(self) -> Picture:
        """The picture as the county board's login gets it, with the hash of the newest version."""
        body, _ = await self.get(f"/picture?at_least={self.version}&wait=30")
        assert (body["version"], body["hash"]) == (self.version, self.hash)
        picture: Picture = {kind: dict(held) for kind, held in self.picture.items()}
        picture |= {kind: {row["key"]: row for row in body[name]} for kind, name in LISTS.items()}
        picture |= {"signal": body["signals"], "cell": {}}
        for area in body["areas"]:
            for sector, cell in area["sectors"].items():
                if "since" in cell:
                    picture["cell"][f"{area['code']}/{sector}"] = {**cell, "area": area["code"], "sector": sector}
        return picture

    async def sheet(self, key: str) -> dict[str, Any]:
        """A meeting's sheet by HTTP, once the one made on schedule lies on disk: from its last five minutes."""
        body, _ = await self.get(f"/sheet?meeting={key}")
        begins, label = parse(body["meets_at"]), label_of(*split(key))
        wanted = range(begins - BEFORE, begins + 1)
        async with asyncio.timeout(WAIT_S):
            while True:
                names = [path.name for path in (self.room.data / "sheets").glob("*.pdf")]
                if any(row.label == label and row.at in wanted for row in kept(names, self.room.space.name)):
                    return dict(body)
                await asyncio.sleep(0.1)

    async def get(self, path: str, who: str = BOARD) -> tuple[Any, Any]:
        """Answer and headers; asked again while the server is away."""
        async with asyncio.timeout(WAIT_S):
            while True:
                try:
                    async with self.http.get(self.url(path), headers=self.login(who)) as answer:
                        told = await answer.json(content_type=None)
                        if answer.status == 200:
                            return told, answer.headers
                        assert answer.status == 503, told
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)

    def url(self, path: str) -> str:
        """Address of a call."""
        return f"{self.room.url}/api/v1{path}"

    def login(self, who: str) -> dict[str, str]:
        """Headers of an actor."""
        return {"Authorization": f"Bearer {self.room.keys[who]}", "Content-Type": "application/json"}

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for something that is read from Kafka."""
        async with asyncio.timeout(WAIT_S), self.more:
            await self.more.wait_for(true)

    async def supervise(self) -> None:
        """Start again what ends by itself, as `lagesbild up` does."""
        while True:
            for name, process in list(self.room.processes.items()):
                if process.poll() is not None:
                    self.ended.append(name)
                    self.room.start(name)
            await asyncio.sleep(0.3)

    async def follow(self, kafka: str) -> None:
        """Read versions and outcomes until cancelled; each version's place in the chain is checked."""
        changes, outcomes = self.room.space.topic(CHANGES), self.room.space.topic(OUTCOMES)
        async with Reader(kafka, "scene", {(changes, 0): 0, (outcomes, 0): 0}) as reader:
            while True:
                for record in await reader.batch(0.2):
                    async with self.more:
                        if record.topic == outcomes:
                            receipt = (record.key or b"").decode().split("/")[0]
                            self.outcomes.setdefault(receipt, load(record.value or b"{}"))
                        elif record.headers[TYPE_HEADER] == b"version":
                            self.take(record)
                        self.more.notify_all()

    def take(self, record: In) -> None:
        """A version, or a repeat of one: then with the very same bytes."""
        raw = record.value or b""
        value = load(raw)
        if value["version"] <= self.version:
            self.repeats += 1
            assert self.played.versions[value["version"] - 1].raw == raw
            return
        assert (value["version"], value["prev"]) == (self.version + 1, self.hash)
        self.hash = sha256(raw)
        cause, changes = Cause(**value["cause"]), changes_of(value)
        self.played.versions.append(
            Version(value["version"], parse(value["known_at"]), None, cause, changes, value["prev"], raw, self.hash)
        )
        apply(self.picture, changes)


@asynccontextmanager
async def live(room: Room) -> AsyncIterator[Live]:
    """The room's processes, without deliver: when it tells is no part of the scene."""
    (room.data / "keys.json").write_text(json.dumps({"keys": room.keys, "operator_key": room.operator_key}))
    room.start("intake", "merge", "server")
    async with aiohttp.ClientSession() as http:
        made = Live(room, http)
        beside = [asyncio.create_task(task) for task in (made.follow(room.kafka), made.supervise())]
        try:
            await room.ready()
            yield made
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
