"""A source's rounds against the recorded service: what lies on the topics, what a kill or a lying source leaves."""

import asyncio
import json
from pathlib import Path

import pytest
import stamina
from support.playing import SPACE, KilledError, playing
from support.waiting import PATIENCE_S

from connectors.telling.cursor import CursorFile
from schemas.health import Health
from schemas.rejected import read_rejected
from schemas.report import FeedReport
from schemas.times import HOUR, MINUTE, from_datetime
from schemas.topics import REJECTED

SETTLED = ("T-02:00", "T-01:20", "T-00:30", "T+00:00", "T+00:20", "T+02:30", "T+24:30", "T+36:00", "T+48:00")


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=2):
        yield


@pytest.fixture
async def play(tmp_path, monkeypatch):
    async with playing(tmp_path) as found:
        for name, value in found.running.environment(60).items():
            monkeypatch.setenv(name, value)
        yield found


async def started(play, source, data):
    rounds = play.round(source, data)
    await rounds.start(play.topics.published(f"reports.{source}"))
    return rounds


def told(play, source, change=None):
    found = [FeedReport.model_validate(value) for value in play.topics.values(f"reports.{source}")]
    return [r for r in found if change is None or r.change == change]


def standing(play, source):
    """What a reader that keeps the newest revision of each identity has."""
    newest = {}
    for report in told(play, source):
        if report.id not in newest or report.revision > newest[report.id].revision:
            newest[report.id] = report
    ended = {key for key, r in newest.items() if r.ends is not None and from_datetime(r.ends) <= play.clock.at}
    return {
        key: ("ended" if key in ended and r.change == "report" else r.change, r.severity, r.headline, r.texts)
        for key, r in newest.items()
    }


async def test_warning_goes_orange_red_orange_and_ends_by_its_own_word(play, tmp_path):
    rounds = await started(play, "smhi", tmp_path)
    for when in ("T-02:00", "T-01:00", "T+00:00", "T+12:00", "T+36:00", "T+40:10", "T+40:20", "T+41:00"):
        play.clock.to(when)
        await rounds.once()

    w1 = [r for r in told(play, "smhi") if r.id == "4127-13861"]
    assert [r.severity for r in w1] == ["severe", "extreme", "severe"]
    assert not any(r.change == "withdraw" for r in w1)


async def test_unchanged_list_is_asked_for_and_told_only_once(play, tmp_path):
    rounds = await started(play, "smhi", tmp_path)
    for _ in range(4):
        await rounds.once()

    raw = play.topics.records[SPACE.topic("raw.smhi")]
    assert len(told(play, "smhi")) == len({r.id for r in told(play, "smhi")})
    assert [bool(r.value) for r in raw] == [True, False, False, False]
    assert {dict(r.headers)["sha256"] for r in raw} == {dict(raw[0].headers)["sha256"]}
    assert [dict(r.headers)["status"] for r in raw] == [b"200", b"304", b"304", b"304"]


async def test_situations_come_and_go_with_the_script(play, tmp_path):
    rounds = await started(play, "trafikverket", tmp_path)
    while play.clock.at <= play.script.t + 3 * HOUR:
        await rounds.once()
        play.clock.at += MINUTE

    rows = [json.loads(row.payload) for row in play.script.routes["trafikverket"] if row.at < play.clock.at]
    there = {key for key, s in {s["Id"]: s for s in rows}.items() if not s["Deleted"]}
    open_ids = {key for key, (change, *_) in standing(play, "trafikverket").items() if change == "report"}
    assert len(told(play, "trafikverket", "cancel")) == sum(s["Deleted"] for s in rows)
    assert told(play, "trafikverket", "withdraw") == []
    # one roadwork is paused from the beginning: it is no disruption, and never told
    assert len(there - open_ids) == 1
    assert open_ids <= there


async def test_ferry_route_in_normal_service_is_information(play, tmp_path):
    rounds = await started(play, "trafikverket", tmp_path)
    await rounds.once()

    (adelso,) = [r for r in told(play, "trafikverket") if r.headline.startswith("Adelsöleden")]
    assert (adelso.severity, adelso.native["level"]) == ("information", "5")


async def test_health_is_told_each_time_with_the_promised_interval_and_no_skew(play, tmp_path):
    rounds = await started(play, "smhi", tmp_path)
    for when in ("T-02:00", "T-01:59"):
        play.clock.to(when)
        await rounds.once()

    first, second = (Health.model_validate(value) for value in play.topics.values("health.smhi"))
    assert (first.heard, first.changed, first.complete, first.drift) == (True, True, True, {})
    assert (second.heard, second.changed, second.complete) == (True, False, True)
    assert first.interval_s == 300
    assert first.skew_s == 0


@pytest.mark.parametrize("kind", ["error", "busy", "page", "cut", "close", "empty"])
async def test_source_that_fails_or_lies_withdraws_nothing_and_is_heard_again(play, tmp_path, kind):
    rounds = await started(play, "smhi", tmp_path)
    await rounds.once()
    before = standing(play, "smhi")
    play.running.faults.break_route("smhi", kind, times=4)
    for minute in range(2):
        play.clock.at += MINUTE * minute
        await rounds.once()
    play.running.faults.release()
    await rounds.once()

    assert standing(play, "smhi") == before
    assert play.topics.values("health.smhi")[-1]["heard"]
    assert play.topics.values("health.smhi")[-1]["complete"]


async def test_page_instead_of_a_list_is_kept_as_evidence_and_rejected_once(play, tmp_path):
    rounds = await started(play, "smhi", tmp_path)
    play.running.faults.break_route("smhi", "page", times=3)
    for _ in range(3):
        await rounds.once()

    (record,) = play.topics.records[SPACE.topic(REJECTED)]
    rejected = read_rejected(record.value)
    assert (rejected.stage, rejected.reason) == ("connector", "malformed")
    assert (rejected.topic, rejected.offset) == (SPACE.topic("raw.smhi"), play.clock.at)
    assert rejected.value.startswith(b"<html>")
    assert not any(value["heard"] for value in play.topics.values("health.smhi"))


async def test_key_that_is_missing_is_told_in_the_health_record(play, tmp_path, monkeypatch):
    monkeypatch.setenv("LAGESBILD_TRAFIKVERKET_KEY", "")
    rounds = await started(play, "trafikverket", tmp_path)

    assert await rounds.once() is None
    (health,) = play.topics.values("health.trafikverket")
    assert health["error"].startswith("no key")


async def test_key_is_read_from_its_file(play, tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("LAGESBILD_TRAFIKVERKET_KEY", "")
    monkeypatch.setenv("LAGESBILD_TRAFIKVERKET_KEY_FILE", str(tmp_path / "key"))
    rounds = await started(play, "trafikverket", tmp_path)

    assert await rounds.once() is not None


async def story(play, data, source, kills):
    """The story with a kill after so many sends, again and again; each death is followed by a fresh start."""
    rounds = await started(play, source, data)
    for when in SETTLED:
        play.clock.to(when)
        while True:
            play.topics.die_after = play.topics.sends + kills.pop(0) if kills else None
            try:
                await rounds.once()
            except KilledError:
                rounds = await started(play, source, data)
            else:
                break
    for _ in range(15):
        play.clock.at += MINUTE
        await rounds.once()


def still_open(found):
    """Deleted, no longer there, or over by its own end: a killed process may have learned any of them."""
    return {key: state if state[0] == "report" else None for key, state in found.items()}


@pytest.mark.parametrize("source", ["smhi", "trafikverket"])
async def test_killed_between_publishing_and_committing_repeats_and_loses_nothing(play, tmp_path, source):
    await story(play, tmp_path / "calm", source, [])
    calm = standing(play, source)
    play.topics.records.clear()

    await story(play, tmp_path / "killed", source, [2, 1, 2, 2, 1, 2, 3, 2, 1, 2])

    assert still_open(standing(play, source)) == still_open(calm)
    orders = {}
    for report in told(play, source):
        orders.setdefault((report.id, report.revision), set()).add(report.model_dump_json(exclude={"sent"}))
    assert all(len(bodies) == 1 for bodies in orders.values())


@pytest.mark.parametrize("source", ["smhi", "trafikverket"])
async def test_cursor_that_is_lost_is_found_again_in_the_topic(play, tmp_path, source):
    rounds = await started(play, source, tmp_path)
    for when in SETTLED[:5]:
        play.clock.to(when)
        await rounds.once()
    before = len(told(play, source))
    (tmp_path / "connectors" / f"{source}.json").unlink()

    again = await started(play, source, tmp_path)
    await again.once()

    assert len(told(play, source)) == before


async def test_topics_made_anew_are_told_everything_again(play, tmp_path):
    rounds = await started(play, "trafikverket", tmp_path)
    for when in ("T-02:00", "T-01:59", "T-01:58"):
        play.clock.to(when)
        await rounds.once()
    everything = {r.id for r in told(play, "trafikverket")}
    play.topics.records.clear()
    for _ in range(2):
        await rounds.once()

    # a roadwork that has paused since is no news to those who never heard of it
    assert len(everything - {r.id for r in told(play, "trafikverket")}) == 1


async def test_rounds_end_when_they_are_told_to(play, tmp_path):
    stop, rounds = asyncio.Event(), play.round("smhi", tmp_path)
    running = asyncio.create_task(rounds.run(stop, lambda: play.topics.published("reports.smhi")))
    await play.topics.until("health.smhi")
    stop.set()

    await asyncio.wait_for(running, PATIENCE_S)
    assert CursorFile(tmp_path / "connectors", "smhi", SPACE.name).read() is not None


class Broken:
    """A connector with a bug."""

    source = "smhi"

    async def ask(self, _asking):
        raise ZeroDivisionError


async def test_bug_in_one_source_costs_a_round_and_never_the_process(play, tmp_path):
    good, bad = play.round("trafikverket", tmp_path), play.round("smhi", tmp_path, Broken())
    stop = asyncio.Event()
    running = [
        asyncio.create_task(good.run(stop, lambda: play.topics.published("reports.trafikverket"))),
        asyncio.create_task(bad.run(stop, lambda: play.topics.published("reports.smhi"))),
    ]
    await play.topics.until("health.trafikverket")
    stop.set()

    await asyncio.wait_for(asyncio.gather(*running), PATIENCE_S)


def test_no_connector_can_tell_that_it_is_played():
    """A source's own exercise is a status in its payload; that the whole space is one, only the player knows.

    Actors are no source that is asked: their reports are checked against the space, as the server checks them.
    """
    root = Path(__file__).parents[3] / "connectors"
    words = ("connectors.recorded", "streams.exercise", "lagesbild_exercise", "space.exercise", "ovning-", "snowstorm")
    found = {
        f"{path.relative_to(root)}: {word}"
        for path in root.rglob("*.py")
        if not {"recorded", "actors"} & set(path.relative_to(root).parts)
        for word in words
        for row in path.read_text(encoding="utf-8").lower().splitlines()
        if word in row
    }

    assert found == set()
