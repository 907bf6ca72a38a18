"""The chain on a real Kafka: from an input topic through intake, log and fold to versions, outcomes, rejected."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.chain import T0, Chain

from schemas.codec import load
from schemas.rejected import read_rejected
from schemas.times import HOUR, MINUTE, z
from schemas.topics import CHANGES, LOG, OUTCOMES, REJECTED, reports
from streams.bus import Admin, Out, read_all
from streams.core.chain import links
from streams.rebuild import rebuild
from streams.settings import Settings

TRANSIT = {"id": "transit-0180", "impacts": [{"sector": "transit", "areas": ["0180"], "now": "serious"}]}
RED = {
    "id": "1-1",
    "kind": "warning",
    "severity": "extreme",
    "native": {"level": "RED", "code": "SNOW"},
    "place": {"codes": ["01"]},
}


@pytest.fixture
async def chain(kafka: str, tmp_path: Path) -> AsyncIterator[Chain]:
    async with Chain(kafka, tmp_path) as made:
        made.start("intake", "merge")
        yield made


async def records(chain: Chain, name: str) -> list:
    return [r async for batch in read_all(chain.kafka, chain.space.topic(name)) for r in batch]


async def test_a_report_is_in_the_picture_and_its_receipt_says_in_which_version(chain: Chain):
    receipt = await chain.report("region-sthlm-trafik", **TRANSIT)
    outcome = await chain.outcome(receipt)
    picture = await chain.settled()

    assert outcome["result"] == "applied"
    assert picture["cell"]["0180/transit"]["impact"] == 4
    version = next(v for v in await chain.versions() if v["version"] == outcome["version"])
    assert version["cause"] == {"kind": "report", "key": "actor.region-sthlm-trafik/transit-0180"}


async def test_a_warning_becomes_a_suggestion_and_a_notice_and_texts_stay_out_of_the_log(chain: Chain):
    await chain.feed("smhi", **RED, revision=1, onset=z(T0 + 24 * HOUR), headline="Mycket hemlig rubrik")
    picture = await chain.settled()

    assert [s["level"] for s in picture["suggestion"].values()] == ["samordnande"]
    assert [n["state"] for n in picture["notice"].values()] == ["open"]
    for topic in (LOG, CHANGES):
        assert not any(b"hemlig" in (r.value or b"") for r in await records(chain, topic))
    key = picture["item"]["smhi/1-1"]["texts"]["headline"].encode()
    assert [load(r.value)["text"] for r in await records(chain, "texts") if r.key == key] == ["Mycket hemlig rubrik"]


async def test_time_moves_by_the_spaces_clock_alone(chain: Chain):
    orange = {**RED, "native": {"level": "ORANGE", "code": "SNOW"}}
    await chain.feed("smhi", **orange, revision=1, onset=z(T0 + HOUR))
    picture = await chain.settled()
    assert [s["state"] for s in picture["suggestion"].values()] == ["holding"]
    await chain.clock(T0 + 10 * MINUTE)
    picture = await chain.settled()
    assert [s["state"] for s in picture["suggestion"].values()] == ["raised"]
    assert next(iter(picture["suggestion"].values()))["raised_at"] == z(T0 + 10 * MINUTE)


async def test_what_cannot_be_used_is_kept_with_bytes_reason_and_place_and_its_sender_is_told(chain: Chain):
    topic = chain.space.topic(reports("actor.kommun-0180"))
    bad = b'{"id": "x", "sent": "now", "impacts": [{"sector": "snow", "areas": ["0180"], "now": "bad"}]}'
    await chain.send(Out(topic, bad, b"k", (("receipt", b"bad-1"),)), Out(topic, b"\xff\xfe", b"k"))
    outcome = await chain.outcome("bad-1")
    await chain.settled()

    kept = [read_rejected(r.value) for r in await records(chain, REJECTED)]
    assert outcome["result"] == "rejected"
    assert outcome["reason"] == "schema"
    assert [(k.reason, k.value, k.topic, k.offset) for k in kept] == [
        ("schema", bad, topic, 0),
        ("malformed", b"\xff\xfe", topic, 1),
    ]
    assert kept[0].detail.count("\n") == 3, "every fault on a line of its own"


async def test_a_body_that_claims_another_sender_is_rejected(chain: Chain):
    receipt = await chain.report("kommun-0180", **{**TRANSIT, "actor": "polisen-sthlm"})
    assert (await chain.outcome(receipt))["reason"] == "sender_mismatch"


async def test_the_same_report_fifty_times_with_kills_between_takes_one_version(chain: Chain):
    """Over the topic; HTTP and the command line put the same bytes on the same topic."""
    first = await chain.report("region-sthlm-trafik", sent=z(T0), **TRANSIT)
    version = (await chain.outcome(first))["version"]
    receipts = []
    for turn in range(5):
        receipts += [await chain.report("region-sthlm-trafik", sent=z(T0), **TRANSIT) for _ in range(10)]
        victim = ("intake", "merge")[turn % 2]
        chain.stop(victim) if turn == 3 else chain.kill(victim)  # a clean stop of merge leaves a snapshot
        chain.start(victim)
    said = [await chain.outcome(receipt) for receipt in receipts]

    assert {(s["result"], s["version"]) for s in said} == {("duplicate_of", version)}
    causes = [v["cause"] for v in await chain.versions() if v["cause"]["kind"] == "report"]
    assert len({v["version"] for v in await chain.versions() if v["cause"]["kind"] == "report"}) == 1, causes


async def test_an_outcome_never_changes_however_often_it_is_said(chain: Chain):
    receipts = [await chain.report("kommun-0180", id=f"m{n}", impacts=TRANSIT["impacts"]) for n in range(20)]
    chain.kill("merge")
    chain.start("merge")
    for receipt in receipts:
        await chain.outcome(receipt)
    said: dict = {}
    for record in await records(chain, OUTCOMES):
        said.setdefault(record.key, set()).add(record.value)
    assert all(len(values) == 1 for values in said.values())


async def test_rules_change_in_the_file_while_running_and_a_broken_file_is_refused(kafka: str, tmp_path: Path):
    rules = tmp_path / "rules.toml"
    shutil.copy(Settings().region_folder / "rules.toml", rules)
    async with Chain(kafka, tmp_path / "data", LAGESBILD_RULES=str(rules)) as chain:
        chain.start("intake", "merge")
        yellow = {**RED, "native": {"level": "YELLOW", "code": "SNOW"}}
        await chain.feed("smhi", **yellow, revision=1)
        assert not (await chain.settled())["suggestion"]
        before = [v["raw"] for v in await chain.versions()]

        text = rules.read_text(encoding="utf-8").replace('levels = ["RED"]', 'levels = ["RED", "YELLOW"]')
        rules.write_text(text, encoding="utf-8")
        picture = await chain.until(lambda p: p["suggestion"])
        assert [s["level"] for s in picture["suggestion"].values()] == ["samordnande"]

        rules.write_text(
            text.replace('hold = "10 min"', 'hold = "soon"').replace("[[rule]]", "[[rule]", 1), encoding="utf-8"
        )
        picture = await chain.until(lambda p: "refused" in p["rules"]["current"])
        assert "TOML" in picture["rules"]["current"]["refused"][0]
        assert picture["suggestion"], "the set in force stays"

        rules.write_text(text, encoding="utf-8")
        await chain.until(lambda p: "refused" not in p["rules"]["current"])
        assert [v["raw"] for v in await chain.versions()][: len(before)] == before
        assert (await rebuild(chain.settings(), lambda *_: None)).differ is None


async def test_a_seat_is_flagged_until_an_address_stands_in_the_file(kafka: str, tmp_path: Path):
    contacts = tmp_path / "contacts.json"
    async with Chain(kafka, tmp_path / "data", LAGESBILD_CONTACTS=str(contacts)) as chain:
        chain.start("intake", "merge")
        await chain.feed("smhi", **RED, revision=1)
        picture = await chain.until(lambda p: p["suggestion"])
        suggestion = next(iter(picture["suggestion"].values()))
        assert suggestion["no_contact"] == [seat["actor"] for seat in suggestion["seats"]]

        addresses = {actor: {"mail": f"samverkan@{actor}.example"} for actor in chain.reference["actors"]}
        contacts.write_text(json.dumps(addresses), encoding="utf-8")
        await chain.until(lambda p: all("no_contact" not in s for s in p["suggestion"].values()))
        assert not any(b".example" in v["raw"] for v in await chain.versions())


async def test_a_rebuild_agrees_and_one_flipped_byte_of_the_log_is_named(chain: Chain):
    for n in range(30):
        await chain.report("region-sthlm-trafik", sent=z(T0 + n), **TRANSIT)
    await chain.settled()
    chain.stop("merge")
    chain.stop("intake")
    whole = await rebuild(chain.settings(), lambda *_: None)
    published = links(chain.space.name, "01", [v["raw"] for v in await chain.versions()])
    assert (whole.differ, whole.versions) == (None, len(published))

    log = await records(chain, LOG)
    victim = next(i for i, r in enumerate(log) if b'"now":4' in r.value)
    changed = [r.value.replace(b'"now":4', b'"now":5') if i == victim else r.value for i, r in enumerate(log)]
    await _replace_log(chain, [r._replace(value=v) for r, v in zip(log, changed, strict=True)])
    found = await rebuild(chain.settings(), lambda *_: None)
    assert found.differ is not None
    first = next(v["version"] for v in await chain.versions() if v["cause"]["kind"] == "report")
    assert found.differ == first


async def _replace_log(chain: Chain, log: list) -> None:
    """Put other records in the place of the log."""
    name = chain.space.topic(LOG)
    async with Admin(chain.kafka) as admin:
        await admin.delete([name])
        while name in await admin.names():
            await asyncio.sleep(0.05)
        await admin.create({name: next(row for row in chain.rows if row.name == LOG)})
    await chain.send(*(Out(name, r.value, r.key, tuple(r.headers.items())) for r in log))


async def test_a_start_reads_only_what_came_after_the_snapshot(kafka: str, tmp_path: Path):
    async with Chain(kafka, tmp_path, LAGESBILD_SNAPSHOT_EVERY="20") as chain:
        chain.start("intake", "merge")
        for n in range(120):
            await chain.report("region-sthlm-trafik", sent=z(T0 + n), **TRANSIT)
        before = await chain.settled()
        await chain.until_logged("merge", '"event": "snapshot"')
        chain.kill("merge")
        chain.start("merge")
        after = await chain.settled()
        assert after["cell"] == before["cell"]
        recovered = [line for line in chain.log("merge").splitlines() if '"recovered"' in line][-1]
        about = load(recovered.encode())
        entities = sum(len(found) for found in after.values())
        assert about["version"] > 0
        assert about["end"] - about["offset"] <= 20 + entities + 50


async def test_a_corrupt_snapshot_is_passed_over_for_the_one_before(kafka: str, tmp_path: Path):
    async with Chain(kafka, tmp_path) as chain:
        chain.start("intake", "merge")
        await chain.report("region-sthlm-trafik", **TRANSIT)
        await chain.settled()
        chain.stop("merge")
        chain.start("merge")
        await chain.report(
            "kommun-0180", id="care-0180", impacts=[{"sector": "care", "areas": ["0180"], "now": "none"}]
        )
        before = await chain.settled()
        chain.stop("merge")
        found = await records(chain, "picture.snapshots")
        newest = max(int(r.key.split(b"/")[1]) for r in found)
        part = next(r for r in found if r.key == f"01/{newest}/0".encode())
        # the same keys again, the part with one byte changed: what a bad disk or a half write leaves
        again = next(r for r in found if r.key == f"01/{newest}/manifest".encode())
        bad = part.value.replace(b"serious", b"criticl")
        topic = chain.space.topic("picture.snapshots")
        await chain.send(Out(topic, bad, part.key), Out(topic, again.value, again.key))
        chain.start("merge")
        assert (await chain.settled())["cell"] == before["cell"]


async def test_a_log_without_its_beginning_and_without_a_snapshot_is_never_started_empty(kafka: str, tmp_path: Path):
    async with Chain(kafka, tmp_path) as chain:
        chain.start("intake", "merge")
        await chain.report("region-sthlm-trafik", **TRANSIT)
        await chain.settled()
        chain.kill("merge")
        async with Admin(kafka) as admin:
            await admin.delete_before({(chain.space.topic(LOG), 0): 3})
        chain.start("merge")
        assert await chain.ended("merge") == 1
        assert "never started empty" in chain.log("merge")
