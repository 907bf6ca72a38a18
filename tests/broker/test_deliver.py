"""Delivery over a real Kafka to a real receiver: killed at the worst moment, with Kafka away, acknowledged."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from support.notices import mark, notice, on_outlet, suggestion
from support.smtp_server import MailServer, mail_server
from support.waiting import START_S

from schemas.codec import load
from schemas.record import RecordKind, decode
from schemas.topics import LOG, NOTICES_LOG, Space, catalogue
from streams.bus import Admin, In, Out, Producer, follow
from streams.duty import load_duty
from streams.settings import PROJECT

pytestmark = pytest.mark.broker


@pytest.fixture
async def space(kafka: str, request: pytest.FixtureRequest) -> Space:
    """A space of this test alone, with its topics."""
    space = Space("ovning-" + request.node.name.replace("_", "-").removeprefix("test-")[:40].strip("-"))
    async with Admin(kafka) as admin:
        await admin.create({space.topic(t.name): t for t in catalogue((), ())})
    return space


class Receiver:
    """A webhook: keeps what comes; `on_post` may do something before it answers."""

    def __init__(self, on_post: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.posts: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.more = asyncio.Condition()
        self._on_post = on_post

    async def take(self, request: web.Request) -> web.Response:
        async with self.more:
            self.keys.append(request.headers["Idempotency-Key"])
            self.posts.append(await request.json())
            self.more.notify_all()
        if self._on_post is not None:
            await self._on_post(len(self.keys))
        return web.Response(status=204)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(START_S), self.more:
            await self.more.wait_for(lambda: len(self.keys) >= count)

    async def until_key(self, key: str) -> None:
        async with asyncio.timeout(START_S), self.more:
            await self.more.wait_for(lambda: key in self.keys)


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/larm", receiver.take)
    async with TestServer(app) as server:
        yield str(server.make_url("/larm"))


@asynccontextmanager
async def deliverer(
    kafka: str, space: Space, data: Path, webhook: str = "", repeat_s: int = 300, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m streams deliver` as `up` starts it."""
    env = os.environ | {
        "LAGESBILD_BOOTSTRAP": kafka,
        "LAGESBILD_SPACE": space.name,
        "LAGESBILD_DATA": str(data),
        "LAGESBILD_REPEAT_S": str(repeat_s),
        **({"LAGESBILD_WEBHOOK": webhook} if webhook else {}),
        **{f"LAGESBILD_{name}": value for name, value in more.items()},
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "streams", "deliver", env=env)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def say(kafka: str, space: Space, *records: In) -> None:
    """Write to the outlets as merge does."""
    producer = Producer(kafka, "test")
    await producer.send([Out(_own(space, r.topic), r.value, r.key, tuple(r.headers.items())) for r in records])
    await producer.stop()


def _own(space: Space, topic: str) -> str:
    return space.topic(topic.split(".", 1)[1])


async def raised(kafka: str, space: Space, version: int = 100, **more: Any) -> None:
    entities = (on_outlet(version, suggestion(), "suggestion"), on_outlet(version, notice(**more)), mark(version))
    await say(kafka, space, *entities)


async def recorded(kafka: str, space: Space, count: int, *ok: str) -> list[dict[str, Any]]:
    """Bodies of the first `delivery` records in the log: at least so many, and a letter that arrived on these channels.

    One that was killed half-way may write a record twice.
    """
    found: dict[tuple[str, int], dict[str, Any]] = {}
    async with asyncio.timeout(START_S):
        async for records in follow(kafka, {(space.topic(LOG), 0): 0}):
            for record in records:
                assert record.value is not None
                told = decode(record.value)
                assert told.kind == RecordKind.DELIVERY
                found[told.body["key"], told.body["attempt"]] = told.body
            arrived = {told["channel"] for told in found.values() if told["ok"]}
            if len(found) >= count and arrived >= set(ok):
                return list(found.values())
    raise AssertionError


async def test_killed_between_attempt_and_record_it_sends_again_under_the_same_key(
    kafka: str, space: Space, tmp_path: Path
) -> None:
    pid: list[int] = []

    async def kill_the_first(count: int) -> None:
        if count == 1:
            os.kill(pid[0], signal.SIGKILL)

    receiver = Receiver(kill_the_first)
    await raised(kafka, space)

    async with listening(receiver) as webhook:
        async with deliverer(kafka, space, tmp_path, webhook) as first:
            pid.append(first.pid)
            assert await first.wait() == -signal.SIGKILL
        async with deliverer(kafka, space, tmp_path, webhook):
            (told,) = await recorded(kafka, space, 1)

    assert receiver.keys == ["n1/0", "n1/0"]
    assert receiver.posts[0] == receiver.posts[1]
    assert told == {"notice": "n1", "channel": "webhook", "key": "n1/0", "step": 0, "attempt": 2, "ok": True}


async def test_a_call_is_repeated_until_it_is_acknowledged(kafka: str, space: Space, tmp_path: Path) -> None:
    receiver = Receiver()
    async with listening(receiver) as webhook, deliverer(kafka, space, tmp_path, webhook, repeat_s=1):
        await raised(kafka, space)
        await receiver.until(2)
        await say(kafka, space, on_outlet(101, notice(state="acknowledged")))
        await say(kafka, space, on_outlet(200, notice("n2", call=False)), mark(200))
        await receiver.until_key("n2/0")
        told = await recorded(kafka, space, len(receiver.keys))

    assert receiver.keys[:2] == ["n1/0", "n1/1"]
    assert receiver.keys[-1] == "n2/0"
    assert receiver.posts[0]["text"].startswith("ÖVNING.")
    assert [t["key"] for t in told] == receiver.keys
    assert all(t["ok"] for t in told)


async def test_one_begun_goes_on_from_disk_while_kafka_is_away(kafka: str, space: Space, tmp_path: Path) -> None:
    receiver = Receiver()
    async with listening(receiver) as webhook:
        async with deliverer(kafka, space, tmp_path, webhook, repeat_s=1):
            await raised(kafka, space)
            await recorded(kafka, space, 1)
        async with deliverer("127.0.0.1:1", space, tmp_path, webhook, repeat_s=1):
            await receiver.until(3)
        async with deliverer(kafka, space, tmp_path, webhook, repeat_s=1):
            told = await recorded(kafka, space, 3)

    assert receiver.keys[:3] == ["n1/0", "n1/1", "n1/2"]
    assert [t["key"] for t in told[:3]] == ["n1/0", "n1/1", "n1/2"]


async def test_nothing_begins_before_the_head_and_each_attempt_lies_in_the_log_of_notices(
    kafka: str, space: Space, tmp_path: Path
) -> None:
    receiver = Receiver()
    await say(kafka, space, on_outlet(100, notice("n1")), mark(100, at_head=False))
    await say(kafka, space, on_outlet(150, notice("n1", state="gone")), on_outlet(160, notice("n2", call=False)))
    async with listening(receiver) as webhook, deliverer(kafka, space, tmp_path, webhook):
        await say(kafka, space, mark(300))
        await receiver.until(2)
        async with asyncio.timeout(START_S):
            async for records in follow(kafka, {(space.topic(NOTICES_LOG), 0): 0}):
                results = [load(r.value) for r in records if r.value is not None]
                break

    quiet = next(p for p in receiver.posts if "listed" in p)
    assert quiet["listed"] == ["n1"]
    assert quiet["call"] is False
    assert {p["notice"] for p in receiver.posts} == {"n2", quiet["notice"]}
    assert results[0]["ok"] is True


# ---- letters -------------------------------------------------------------------------------------------------------


def by_mail(folder: Path, server: MailServer) -> dict[str, str]:
    """Settings of a county whose second duty is called after one second; addresses lie in a file of their own."""
    region = folder / "regions" / "stockholm"
    shutil.copytree(PROJECT / "region", region.parent)
    plan = region / "duty.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("after_s = 600", "after_s = 1"), encoding="utf-8")
    contacts = folder / "contacts"
    people = load_duty(region).people
    contacts.write_text(json.dumps({p: {"mail": f"{p}@duty.test"} for p in people}), encoding="utf-8")
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port), "SMTP_TLS": "none", "SMTP_SENDER": "larm@ls.test"}
    return {"REGION_FOLDER": str(region), "CONTACTS": str(contacts), **mail}


async def test_letters_climb_the_ladder_though_the_first_is_refused_and_stop_when_acknowledged(
    kafka: str, space: Space, tmp_path: Path
) -> None:
    async with mail_server(answers={"RCPT": "450 later"}) as server:
        settings = by_mail(tmp_path, server)
        async with deliverer(kafka, space, tmp_path, **settings):
            await raised(kafka, space)
            first, second = await recorded(kafka, space, 2)
            server.answers.clear()
            await server.until(2)
            await say(kafka, space, on_outlet(101, notice(state="acknowledged")))
            told = await recorded(kafka, space, 4, "mail.tib", "mail.rsib")

    assert (first["channel"], first["ok"], first["error"]) == ("mail.tib", False, "the recipient was refused (450)")
    assert {first["key"], second["key"]} <= {"n1/0/mail.tib", "n1/0/mail.rsib"}
    to = {t.recipients[0].partition("-")[0] for t in server.taken}
    assert to == {"tib", "rsib"}
    assert {t["channel"] for t in told if t["ok"]} == {"mail.tib", "mail.rsib"}
    assert all("@" not in json.dumps(t) for t in told), "no address in the log"


async def test_a_letter_killed_before_it_was_written_down_comes_again_with_the_same_message_id(
    kafka: str, space: Space, tmp_path: Path
) -> None:
    async with mail_server(answers={"text": "250 taken"}) as server:
        settings = by_mail(tmp_path, server)
        await raised(kafka, space, call=False)
        server.answers["QUIT"] = "silent"
        async with deliverer(kafka, space, tmp_path, **settings) as process:
            await server.until(1)
            process.kill()
            await process.wait()
        server.answers.clear()
        async with deliverer(kafka, space, tmp_path, **settings):
            (told,) = await recorded(kafka, space, 1)

    assert len({t.message["Message-ID"] for t in server.taken}) == 1
    assert len(server.taken) == 2
    assert (told["attempt"], told["ok"], told["key"]) == (2, True, "n1/0/mail.tib")
