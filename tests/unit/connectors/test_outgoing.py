"""A source's records on their way: at once or by way of the disk, in order, none lost, its cursor behind them."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.telling.outgoing import Outgoing
from connectors.telling.spool import Spool
from streams.bus import Out
from streams.errors import LagesbildError


class Kafka:
    """A topic in memory, that can be away, and whose producer goes on by itself when it is back, as ours does."""

    def __init__(self, *, away=False):
        self.there = asyncio.Event()
        self.told: list[bytes] = []
        self.tries = 0
        self.refusing: Exception | None = None
        self._turn = asyncio.Lock()
        if not away:
            self.there.set()

    async def send(self, outs):
        self.tries += 1
        async with self._turn:
            await self.there.wait()
            if self.refusing is not None:
                raise self.refusing
            offsets = list(range(len(self.told), len(self.told) + len(outs)))
            self.told += [out.value for out in outs]
            return offsets


class Commits(list):
    """Cursors as they were committed, with their offsets; may refuse some times."""

    refuse = 0

    def __call__(self, cursor, offsets):
        if self.refuse:
            self.refuse -= 1
            raise LagesbildError("no room on the disk")
        self.append((cursor, offsets))


def out(text):
    return Out("t", text.encode(), key=b"k", headers=(("h", b"1"),))


def outgoing(kafka, folder, commits, *, patience_s=0.01, limit_bytes=1_000_000):
    return Outgoing(kafka, Spool(folder, limit_bytes, "s"), commits, patience_s=patience_s, pause_s=0.01)


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def commits():
    return Commits()


async def test_with_kafka_there_nothing_touches_the_disk(tmp_path, commits):
    kafka = Kafka()
    async with outgoing(kafka, tmp_path, commits, patience_s=10) as way:
        assert await way.send([out("1"), out("2")], b"c1")
        assert await way.send([out("3")], b"c2")

    assert (kafka.told, commits) == ([b"1", b"2", b"3"], [(b"c1", [0, 1]), (b"c2", [2])])
    assert list((tmp_path / "s").iterdir()) == []


async def test_with_kafka_away_it_returns_and_delivers_in_order_once_kafka_is_back(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits) as way:
        for n in range(4):
            assert not await way.send([out(f"{n}a"), out(f"{n}b")], b"c%d" % n)
        assert (way.waiting, commits, kafka.tries) == (4, [], 1)

        kafka.there.set()
        await way.drained()

    assert kafka.told == [b"0a", b"0b", b"1a", b"1b", b"2a", b"2b", b"3a", b"3b"]
    assert commits == [(b"c%d" % n, [2 * n, 2 * n + 1]) for n in range(4)]
    assert list((tmp_path / "s").iterdir()) == []


async def test_what_was_under_way_when_patience_ended_is_sent_once_within_a_process(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.send([out("1")], b"c")
        kafka.there.set()
        await way.drained()

    assert (kafka.told, kafka.tries) == ([b"1"], 1)


async def test_new_records_wait_behind_old_ones_and_go_at_once_when_there_are_none(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.send([out("1")], b"c1")
        kafka.there.set()
        await way.send([out("2")], b"c2")
        await way.drained()
        assert await way.send([out("3")], b"c3")

    assert kafka.told == [b"1", b"2", b"3"]


async def test_another_process_delivers_what_was_left_before_anything_new(tmp_path, commits):
    async with outgoing(Kafka(away=True), tmp_path, commits) as way:
        await way.send([out("1")], b"c1")
        await way.send([out("2")], b"c2")
        await way.send([out("health")])

    kafka = Kafka()
    async with outgoing(kafka, tmp_path, commits) as way:
        assert way.newest_cursor() == b"c2"
        await way.send([out("3")], b"c3")
        await way.drained()

    assert kafka.told == [b"1", b"2", b"health", b"3"]
    assert [cursor for cursor, _ in commits] == [b"c1", b"c2", b"c3"]


async def test_records_come_back_from_the_disk_as_they_were(tmp_path, commits):
    sent = Out("räddning.t", None, key="åäö".encode(), headers=(("h", b"\x00\xff"), ("h", b"")), partition=3)
    async with outgoing(Kafka(away=True), tmp_path, commits) as way:
        await way.send([sent], b"c")

    class Keeping(Kafka):
        async def send(self, outs):
            self.outs = list(outs)
            return await super().send(outs)

    kafka = Keeping()
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.drained()
    assert kafka.outs == [sent]


async def test_killed_before_the_commit_or_before_the_removal_it_is_a_repeat(tmp_path):
    """What a kill -9 leaves behind: the entry on the disk, its records on Kafka, its cursor written or not."""

    refusing = Commits()
    refusing.refuse = 1_000_000
    kafka, later = Kafka(away=True), Commits()
    async with outgoing(kafka, tmp_path, refusing) as way:
        await way.send([out("1")], b"c1")
        await way.send([out("2")], b"c2")
        kafka.there.set()
        await settle()
    assert kafka.told == [b"1"]

    async with outgoing(kafka, tmp_path, later) as way:
        await way.drained()
    assert kafka.told == [b"1", b"1", b"2"]
    assert [cursor for cursor, _ in later] == [b"c1", b"c2"]


async def test_full_spool_holds_its_source_back_until_kafka_has_taken_something(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits, limit_bytes=500) as way:
        held = 0
        for n in range(20):
            sending = asyncio.create_task(way.send([out(f"{n:02d}")], b"c%02d" % n))
            done, _ = await asyncio.wait({sending}, timeout=0.2)
            if not done:
                held = n
                break
        assert held == way.waiting > 0

        kafka.there.set()
        await sending
        await way.drained()

    assert kafka.told == [b"%02d" % n for n in range(held + 1)]
    assert [cursor for cursor, _ in commits] == [b"c%02d" % n for n in range(held + 1)]


async def test_batch_too_large_for_the_spool_waits_for_kafka_itself(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits, limit_bytes=10) as way:
        sending = asyncio.create_task(way.send([out("1")], b"c"))
        assert not (await asyncio.wait({sending}, timeout=0.1))[0]
        kafka.there.set()
        assert await sending

    assert (kafka.told, commits) == ([b"1"], [(b"c", [0])])


async def test_stopped_while_it_waits_it_commits_nothing(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits, patience_s=60) as way:
        sending = asyncio.create_task(way.send([out("1")], b"c"))
        await settle()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    kafka.there.set()
    await settle()
    assert (kafka.told, commits) == ([], [])


async def test_what_kafka_refuses_is_raised_where_it_can_be(tmp_path, commits):
    kafka = Kafka()
    kafka.refusing = ValueError("too large")
    async with outgoing(kafka, tmp_path, commits) as way:
        with pytest.raises(LagesbildError, match="too large"):
            await way.send([out("1")], b"c")

    assert (way.waiting, commits) == (0, [])


async def test_what_kafka_refuses_later_is_tried_again_and_never_dropped(tmp_path, commits):
    kafka = Kafka(away=True)
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.send([out("1")], b"c1")
        await way.send([out("2")], b"c2")
        kafka.refusing = LagesbildError("not allowed")
        kafka.there.set()
        while kafka.tries < 3:
            await asyncio.sleep(0.01)
        assert (way.waiting, kafka.told) == (2, [])

        kafka.refusing = None
        await way.drained()
    assert kafka.told == [b"1", b"2"]


async def test_producer_that_is_cancelled_from_within_ends_no_source(tmp_path, commits):
    """aiokafka's inner tasks do that while the broker is away."""
    kafka = Kafka()
    kafka.refusing = asyncio.CancelledError()
    async with outgoing(kafka, tmp_path, commits) as way:
        with pytest.raises(LagesbildError, match="let go"):
            await way.send([out("1")], b"c")

        kafka.there.clear()
        await way.send([out("2")], b"c")
        kafka.there.set()
        while kafka.tries < 4:
            await asyncio.sleep(0.01)
        kafka.refusing = None
        await way.drained()
    assert kafka.told == [b"2"]


async def test_commit_that_fails_is_tried_again_without_sending_again(tmp_path, commits):
    kafka, commits.refuse = Kafka(away=True), 3
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.send([out("1")], b"c1")
        kafka.there.set()
        await way.drained()

    assert (kafka.told, commits) == ([b"1"], [(b"c1", [0])])


async def test_damaged_entry_leaves_a_doubt_that_lasts_until_the_source_has_recalled(tmp_path, commits):
    async with outgoing(Kafka(away=True), tmp_path, commits) as way:
        await way.send([out("1")], b"c1")
        await way.send([out("2")], b"c2")
        assert not way.doubt
    path = min((tmp_path / "s").iterdir())
    path.write_bytes(path.read_bytes()[:-3])

    kafka = Kafka()
    async with outgoing(kafka, tmp_path, commits) as way:
        await way.drained()
        assert kafka.told == [b"2"]
        assert way.doubt
    async with outgoing(kafka, tmp_path, commits) as way:
        assert way.doubt
        way.recalled()
        assert not way.doubt


async def test_entry_whose_bytes_are_no_parcel_is_a_damaged_one(tmp_path, commits):
    Spool(tmp_path, 1000, "s").append(b"of another version")
    kafka = Kafka()
    async with outgoing(kafka, tmp_path, commits) as way:
        assert way.newest_cursor() is None
        await way.send([out("1")], b"c")
        await way.drained()
        assert way.doubt
    assert kafka.told == [b"1"]


STEPS = st.lists(st.sampled_from(["send", "send", "away", "back", "settle", "restart", "drain"]), max_size=25)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_no_history_loses_or_reorders_anything(tmp_path_factory, steps):
    asyncio.run(live(tmp_path_factory.mktemp("spool"), steps))


async def live(folder: Path, steps):
    kafka, commits = Kafka(), Commits()
    sent = 0
    way = outgoing(kafka, folder, commits, patience_s=0.001)
    await way.__aenter__()
    for step in [*steps, "back", "drain"]:
        match step:
            case "send":
                sent += 1
                await way.send([out(f"{sent}a"), out(f"{sent}b")], b"%d" % sent)
            case "away":
                kafka.there.clear()
            case "back":
                kafka.there.set()
            case "settle":
                await settle()
            case "drain":
                if kafka.there.is_set():
                    await way.drained()
            case "restart":
                await way.__aexit__()
                way = outgoing(kafka, folder, commits, patience_s=0.001)
                await way.__aenter__()
                newest = way.newest_cursor() or (commits[-1][0] if commits else b"0")
                assert newest == b"%d" % sent
    await way.__aexit__()

    assert list(dict.fromkeys(kafka.told)) == [b"%d%b" % (n, part) for n in range(1, sent + 1) for part in (b"a", b"b")]
    assert list(dict.fromkeys(cursor for cursor, _ in commits)) == [b"%d" % n for n in range(1, sent + 1)]
    for cursor, offsets in commits:
        assert [kafka.told[offset] for offset in offsets] == [cursor + b"a", cursor + b"b"]
