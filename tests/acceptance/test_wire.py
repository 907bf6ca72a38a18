"""What a connector makes of each way in which a source or the way to it breaks: never an all-clear, and it recovers."""

import asyncio
import re

import pytest
import stamina
from support.driving import CONNECTORS, Driven, driving
from support.waiting import PATIENCE_S

from connectors.contract import Asking
from schemas.times import DAY, MINUTE

BROKEN = ("cut", "half", "short", "page", "close", "error", "busy", "bomb", "large", "redirect")
"""Nothing can be learned from these."""


async def heard(driven: Driven, **settings):
    """Three items are standing."""
    items = driven.new(1, 2, 3)
    driven.say(items)
    await (await driven.start(**settings)).once()
    assert len(driven.open_ids()) == 3
    return items


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_answer_takes_nothing_back_is_told_and_is_got_over(driven: Driven, kind):
    items = await heard(driven)
    driven.clock.at += MINUTE
    # half of it would show that one is gone
    driven.say(items[:2], kind, to="/elsewhere")
    await driven.many(driven.agreeing + 2, 300)
    broken = driven.health()[1:]
    driven.say(items)
    await driven.many(2)

    assert len(driven.open_ids()) == 3
    assert not [r for r in driven.told() if r.change != "report"]
    assert not any(h["complete"] for h in broken)
    assert all(h["error"] for h in broken if not h["heard"])
    assert driven.health()[-1]["heard"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("cut", "cut off"), ("error", "503"), ("busy", "wait"), ("bomb", "larger|times"), ("large", "larger")],
)
async def test_what_went_wrong_is_told_in_words_with_where(driven: Driven, kind, words):
    items = await heard(driven)
    driven.say(items, kind)
    await driven.once()

    error = driven.health()[-1]["error"]
    assert re.search(words, error)
    assert len(error) < 300


async def test_documents_that_cannot_be_had_take_nothing_back(driven: Driven):
    if driven.fixture.document is None:
        pytest.skip("its list holds everything")
    items = await heard(driven)
    driven.clock.at += MINUTE
    driven.say([items[0].changed(driven.clock.at), *items[1:], *driven.new(4)], documents="error")
    await driven.many(driven.agreeing + 2, 300)

    assert len(driven.open_ids()) >= 3
    assert {r.change for r in driven.told()} == {"report"}
    assert not any(h["complete"] for h in driven.health()[1:])
    driven.say([*items, *driven.new(4)])
    await driven.many(2, 300)
    assert len(driven.open_ids()) >= 4


@pytest.mark.parametrize("kind", ["type", "old"])
async def test_an_answer_in_doubt_adds_and_updates_and_takes_nothing_back(driven: Driven, kind):
    if kind == "type" and not driven.about.content_types:
        pytest.skip("its answers may call themselves anything")
    items = await heard(driven)
    driven.clock.at += MINUTE
    driven.say([*items[:2], *driven.new(4)], kind)
    await driven.many(driven.agreeing + 4)

    assert {r.change for r in driven.told()} == {"report"}
    assert len(driven.open_ids()) in {3, 4}
    if driven.about.withdraws == "absence":
        assert not any(h["complete"] for h in driven.health()[1:])


async def test_yesterdays_file_takes_nothing_back_and_changes_nothing_back(driven: Driven):
    one, two, three = driven.new(1, 2, 3)
    yesterday = driven.say([one, two])
    await (await driven.start()).once()
    driven.clock.at += DAY
    driven.say([one.changed(driven.clock.at), two, three._replace(sent=driven.clock.at)])
    await driven.many(2)
    before = driven.standing()
    driven.clock.at += MINUTE
    driven.say(body=yesterday, kind="old")
    await driven.many(driven.agreeing + 4, 300)

    assert len(driven.open_ids()) == 3
    if driven.fixture.order:
        assert driven.standing() == before


async def test_what_is_told_as_unchanged_repeats_the_last_verdict(driven: Driven):
    await heard(driven)
    await driven.many(3)

    if driven.asked()[-1].method == "GET":
        assert [raw["status"] for raw in driven.raws()] == ["200", "304", "304", "304"]
        assert driven.asked()[-1].headers["If-None-Match"]
        assert [h["changed"] for h in driven.health()] == [True, False, False, False]
    assert all(h["heard"] and h["complete"] == (not driven.fixture.partial) for h in driven.health())
    assert len(driven.told()) == 3


async def test_unchanged_said_to_who_has_nothing_is_no_empty_list(driven: Driven):
    items = driven.new(1)
    driven.say(items, "unchanged")
    await (await driven.start()).many(3)
    driven.say(items)
    await driven.once()

    assert not any(h["heard"] for h in driven.health()[:3])
    assert len(driven.open_ids()) == 1


@pytest.mark.parametrize("kind", ["busy", "busy_until"])
async def test_a_source_that_asks_us_to_wait_is_left_alone_as_long_as_it_says(driven: Driven, kind):
    await heard(driven)
    driven.say([], kind, seconds=120)
    before = len(driven.asked())

    assert await driven.once() == pytest.approx(120, abs=1)
    assert len(driven.asked()) == before + 1
    assert driven.health()[-1]["error"]


async def test_an_error_that_passes_is_asked_again_at_once(driven: Driven):
    items = await heard(driven)
    driven.clock.at += MINUTE
    driven.say([*items, *driven.new(4)])
    driven.say([], "error", times=1)
    await driven.once()

    assert driven.health()[-1]["heard"]
    assert len(driven.open_ids()) == 4


async def test_a_clock_that_is_a_day_off_is_measured_and_takes_nothing_back(driven: Driven):
    items = await heard(driven)
    for off in (86_400, -86_400):
        driven.clock.at += MINUTE
        driven.say(items, "clock", seconds=off, headers={"ETag": f'"{off}"'})
        await driven.once()
        assert driven.health()[-1]["skew_s"] == pytest.approx(off, abs=2)
    await driven.many(driven.agreeing + 2, 300)

    assert [r.change for r in driven.told()] == ["report"] * 3


async def test_a_certificate_nobody_vouches_for_is_told_in_words(driven: Driven):
    await heard(driven)
    address = driven.address.replace(driven.running.address, await driven.running.distrusted())
    before = len(driven.asked())
    await (await driven.start(address=address)).many(2)

    assert "certificate" in driven.health()[-1]["error"]
    assert len(driven.asked()) == before
    assert len(driven.open_ids()) == 3


async def test_a_redirect_to_another_host_is_refused_in_words(driven: Driven):
    items = await heard(driven)
    elsewhere = driven.address.replace("127.0.0.1", "localhost") + "/moved"
    driven.say(items, "redirect", to=elsewhere)
    await driven.once()

    assert not [a for a in driven.running.feeds.asked if a.path.endswith("moved")]
    assert "localhost" in driven.health()[-1]["error"]
    assert len(driven.open_ids()) == 3


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/", "http://[fd00::1]/"]
)
async def test_a_private_address_is_refused_in_words(driven: Driven, address):
    await (await driven.start(address=address)).once()

    (health,) = driven.health()
    assert not health["heard"]
    assert "private" in health["error"]


async def test_a_file_or_an_address_that_is_none_is_refused_in_words(driven: Driven):
    for address in ("file:///etc/hostname", "ftp://127.0.0.1/", "nothing", ""):
        await (await driven.start(address=address)).once()
        error = driven.health()[-1]["error"]
        assert "address" in error or "setting" in error


async def test_who_asks_is_told_with_a_contact(driven: Driven, monkeypatch):
    monkeypatch.setenv("LAGESBILD_CONTACT", "vakt@lansstyrelsen.example")
    await heard(driven)

    agents = {a.headers["User-Agent"] for a in driven.running.feeds.asked}
    assert len(agents) == 1
    assert "lagesbild" in agents.copy().pop()
    assert "vakt@lansstyrelsen.example" in agents.pop()


async def test_one_request_is_in_flight(driven: Driven):
    await heard(driven)
    connector = driven.source().connector
    asking = [connector.ask(Asking(driven.clock.at, {}, [])) for _ in range(4)]
    await asyncio.gather(*asking)

    assert driven.running.feeds.at_once[driven.name] == 1


async def test_what_is_missing_to_ask_it_is_told_with_how_to_get_it(driven: Driven):
    assert driven.fixture.key <= bool(driven.about.key)
    if not driven.about.key:
        pytest.skip("it needs no key and has an address")
    driven.say(driven.new(1))
    without = {"key": ""} if driven.fixture.key else {"address": ""}
    await (await driven.start(**without)).once()

    (health,) = driven.health()
    assert not health["heard"]
    assert health["error"].startswith("no key" if driven.fixture.key else "no address")
    assert len(health["error"]) > 30
    assert driven.asked() == []


async def test_answers_that_drip_end_in_time(tmp_path):
    """All connectors at once, since each waits for as long as it may."""
    with stamina.set_testing(testing=True, attempts=1):
        async with driving(tmp_path, *CONNECTORS) as all_of_them:
            for driven in all_of_them:
                driven.say(driven.new(1), "drip")
                await driven.start(interval_s=1.0)
            async with asyncio.timeout(PATIENCE_S):  # the answers themselves drip on for minutes
                await asyncio.gather(*(driven.once() for driven in all_of_them))

            assert {d.name: d.health()[0]["heard"] for d in all_of_them} == dict.fromkeys(CONNECTORS, False)


async def test_a_source_that_hangs_holds_up_no_other(tmp_path):
    if len(CONNECTORS) < 2:
        pytest.skip("two are needed")
    async with driving(tmp_path, *CONNECTORS) as all_of_them:
        for driven in all_of_them:
            driven.say(driven.new(1))
            await driven.start()
        stuck, *others = all_of_them
        stuck.say([], "hang")
        waiting = asyncio.create_task(stuck.once())
        async with asyncio.timeout(PATIENCE_S):
            for driven in others:
                await driven.once()

        assert all(len(d.open_ids()) == 1 for d in others)
        assert not waiting.done()
        stuck.running.feeds.release()
        await waiting
