"""What a round leaves behind, whatever the source: evidence, health, and a cursor that a kill cannot make lie."""

import hashlib
import shutil

import orjson
import pytest
from support.driving import Driven
from support.playing import KilledError

from schemas.times import DAY, MINUTE


async def heard(driven: Driven, *numbers: int):
    items = driven.new(*numbers)
    driven.say(items)
    await (await driven.start()).once()
    return items


async def test_raw_bytes_are_kept_with_where_when_and_what(driven: Driven):
    items = driven.new(1, 2)
    body = driven.say(items)
    await (await driven.start()).once()

    (raw,) = driven.raws()
    assert raw["body"].encode("latin-1") == body
    assert raw["sha256"] == hashlib.sha256(body).hexdigest()
    assert raw["status"] == "200"
    assert raw["at"] == str(driven.clock.at)
    assert orjson.loads(raw["headers"])["Content-Type"].startswith(driven.fixture.content_type)


async def test_secrets_of_an_address_lie_nowhere(driven: Driven):
    items = driven.new(1)
    driven.say(items)
    secret = "s3cr3t-in-the-address"
    joint = "&" if "?" in driven.address else "?"
    await (await driven.start(address=f"{driven.address}{joint}key={secret}")).once()
    for kind in ("error", "busy", "page", "redirect", "close"):
        driven.say(items, kind, to=f"http://localhost:1/?key={secret}")
        await driven.once()

    everything = b"\n".join(
        part
        for outs in driven.topics.records.values()
        for out in outs
        for part in (out.value or b"", *(value for _, value in out.headers))
    )
    assert secret.encode() not in everything
    assert len(driven.open_ids()) == 1


async def test_every_round_says_how_the_source_is(driven: Driven):
    items = await heard(driven, 1, 2)
    driven.clock.at += MINUTE
    driven.say(items, "error")
    await driven.once()
    driven.say(items)
    await driven.once()

    first, lost, back = driven.health()
    assert (first["heard"], first["changed"], first["items"]) == (True, True, 2)
    assert (lost["heard"], lost["complete"]) == (False, False)
    assert lost["error"]
    assert back["heard"]
    assert first["complete"] == back["complete"] == (not driven.fixture.partial)
    assert first["skew_s"] == 0
    assert all(h["interval_s"] > 0 and h["source"] == driven.name for h in driven.health())


async def test_killed_before_the_cursor_only_repeats(driven: Driven):
    items = await heard(driven, 1, 2)
    driven.clock.at += MINUTE
    driven.say([items[0].changed(driven.clock.at), items[1], *driven.new(3)])
    driven.topics.die_after = driven.topics.sends + 1
    with pytest.raises(KilledError):
        await driven.once()
    driven.topics.die_after = None
    await (await driven.start()).many(3)

    bodies: dict[tuple[str, int | None], set[str]] = {}
    for report in driven.told():
        bodies.setdefault((report.id, report.revision), set()).add(report.model_dump_json())
    assert len(bodies) == 4
    assert all(len(found) == 1 for found in bodies.values())
    assert len(driven.open_ids()) == 3


async def test_a_restart_goes_on_from_the_cursor(driven: Driven):
    items = await heard(driven, 1, 2, 3)
    await (await driven.start()).many(2)
    assert len(driven.told()) == 3

    driven.say(items[:2])
    await (await driven.start()).many(driven.agreeing + 2)
    assert len(driven.open_ids()) == (2 if driven.about.withdraws == "absence" else 3)


async def test_a_doubt_that_a_killed_round_had_ended_is_not_counted_on(driven: Driven):
    items = await heard(driven, 1, 2, 3)
    driven.say(items[:2])
    await driven.many(driven.about.agreeing - 1)
    driven.say(items)
    driven.topics.die_after = driven.topics.sends + 1
    with pytest.raises(KilledError):
        await driven.once()
    driven.topics.die_after = None
    driven.say(items[:2])
    await (await driven.start()).many(driven.about.agreeing - 1)

    assert not driven.told("withdraw")


async def test_a_lost_cursor_is_found_again_in_the_topic(driven: Driven):
    items = await heard(driven, 1, 2)
    driven.clock.at += MINUTE
    driven.say([items[0].changed(driven.clock.at), items[1]])
    await driven.many(2)
    before = len(driven.told())
    shutil.rmtree(driven.data / "connectors")
    await (await driven.start()).many(3)

    assert len(driven.told()) == before


async def test_an_old_copy_after_a_lost_cursor_takes_nothing_back(driven: Driven):
    (item,) = driven.new(1)
    yesterday = driven.say([item])
    await (await driven.start()).once()
    driven.clock.at += DAY
    driven.say([item, *driven.new(2)])
    await driven.many(2)
    shutil.rmtree(driven.data / "connectors")
    await driven.start()
    driven.say(body=yesterday, kind="old")
    await driven.many(driven.agreeing + 3, 300)

    assert not driven.told("withdraw")


async def test_the_same_fault_is_told_on_rejected_once(driven: Driven):
    items = await heard(driven, 1)
    driven.say(items, "page")
    await driven.many(4)

    assert len(driven.rejected()) <= 1
