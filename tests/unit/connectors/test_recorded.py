"""The recorded service over real HTTP, with a clock set by hand; and the actors' player against a real server."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from support.playing import FOLDER, HandClock, playing
from support.waiting import PATIENCE_S

from connectors.errors import ScriptError
from connectors.recorded import Player, load_script
from connectors.recorded.moment import moment
from connectors.recorded.service import FIRST_CHANGE, SMHI, TRAFIKVERKET
from connectors.trafikverket.request import Query, request
from schemas.times import HOUR, MINUTE
from streams.exercise import load_exercise


@pytest.fixture
async def play(tmp_path):
    async with playing(tmp_path) as found:
        yield found


async def ask_smhi(play, **headers):
    async with play.session.get(play.running.address + SMHI, headers=headers) as response:
        return response.status, await response.read(), response.headers


async def ask_trafikverket(play, changeid="0", key="k"):
    body = request(key, [Query("Situation", changeid)], (1,), limit=1000)
    async with play.session.post(play.running.address + TRAFIKVERKET, data=body) as response:
        return response.status, json.loads(await response.read())["RESPONSE"]["RESULT"][0]


def level_of_w1(body):
    (w1,) = [w for w in json.loads(body) if w["id"] == 4127] or [None]
    return w1["warningAreas"][0]["warningLevel"]["code"] if w1 else None


@pytest.mark.parametrize(
    ("when", "level"),
    [
        ("T-02:00", "ORANGE"),
        ("T-00:01", "ORANGE"),
        ("T+00:00", "RED"),
        ("T+35:59", "RED"),
        ("T+36:00", "ORANGE"),
        ("T+40:10", None),
    ],
)
async def test_list_holds_what_holds_at_that_moment(play, when, level):
    play.clock.to(when)

    assert level_of_w1((await ask_smhi(play))[1]) == level


async def test_before_the_clock_is_known_nothing_is_answered(play):
    play.clock.at = 0

    assert (await ask_smhi(play))[0] == 503


async def test_known_list_is_304_until_it_changes_and_the_date_is_the_spaces(play):
    _, _, headers = await ask_smhi(play)
    again = await ask_smhi(play, **{"If-None-Match": headers["ETag"]})
    play.clock.to("T+00:00")
    changed = await ask_smhi(play, **{"If-None-Match": headers["ETag"]})

    assert headers["Date"] == "Tue, 19 Jan 2027 04:00:00 GMT"
    assert (again[0], again[1]) == (304, b"")
    assert changed[0] == 200


async def test_first_question_gets_everything_that_holds_and_no_deletions(play):
    play.clock.to("T-00:30")

    _, result = await ask_trafikverket(play)

    assert len(result["Situation"]) > 10
    assert not any(s["Deleted"] for s in result["Situation"])
    assert int(result["INFO"]["LASTCHANGEID"]) > 2**53


async def test_later_question_gets_only_changes_deletions_included(play):
    _, before = await ask_trafikverket(play)
    play.clock.to("T-01:20")
    _, after = await ask_trafikverket(play, before["INFO"]["LASTCHANGEID"])
    _, nothing = await ask_trafikverket(play, after["INFO"]["LASTCHANGEID"])

    assert {s["Deleted"] for s in after["Situation"]} == {True, False}
    assert nothing["Situation"] == []


async def test_question_without_a_key_is_refused_as_the_live_service_does(play):
    status, result = await ask_trafikverket(play, key="")

    assert status == 401
    assert result["ERROR"]["MESSAGE"] == "Invalid authentication"


async def test_change_numbers_are_the_same_after_a_restart(play, tmp_path):
    play.clock.to("T+01:00")
    _, before = await ask_trafikverket(play)
    async with playing(tmp_path) as other:
        other.clock.to("T+01:00")
        _, again = await ask_trafikverket(other)

    assert before == again
    assert before["INFO"]["LASTCHANGEID"] > str(FIRST_CHANGE)


async def test_telephone_keeps_each_notice_and_answers(play, tmp_path):
    for key in ("n-1/0", "n-1/0"):
        headers = {"Idempotency-Key": key}
        address, body = play.running.receiver_address, {"text": "ÖVNING."}
        async with play.session.post(address, json=body, headers=headers) as response:
            assert response.status == 200

    heard = play.running.receiver.notices()
    assert [(n["headers"]["Idempotency-Key"], n["body"]["text"]) for n in heard] == [("n-1/0", "ÖVNING.")] * 2
    assert (tmp_path / "receiver.jsonl").exists()


async def test_switched_on_faults_last_as_long_as_was_said(play):
    play.running.faults.break_route("receiver", "error", times=2)

    answers = []
    for _ in range(3):
        async with play.session.post(play.running.receiver_address, json={}) as response:
            answers.append(response.status)

    assert answers == [500, 500, 200]
    assert len(play.running.receiver.notices()) == 1


async def test_a_mute_telephone_has_the_notice_and_says_nothing(play, tmp_path):
    play.running.faults.break_route("receiver", "mute")

    async with asyncio.timeout(PATIENCE_S):
        posting = asyncio.create_task(play.session.post(play.running.receiver_address, json={"text": "ÖVNING."}))
        while not play.running.receiver.notices():
            await asyncio.sleep(0.01)
        assert not posting.done()

        play.running.faults.release()
        async with await posting as response:
            assert response.status == 200
    assert len(play.running.receiver.notices()) == 1


async def test_faults_can_be_switched_on_over_http_and_unknown_ones_are_refused(play):
    address = play.running.address + "/faults"
    async with play.session.post(address, json={"route": "smhi", "kind": "page"}) as response:
        assert response.status == 204
    async with play.session.post(address, json={"route": "smhi", "kind": "earthquake"}) as response:
        assert response.status == 400

    assert (await ask_smhi(play))[1].startswith(b"<html>")
    assert (await ask_smhi(play))[1].startswith(b"[")


async def test_settings_of_the_exercise_point_where_the_service_listens(play):
    port = int(play.running.address.rsplit(":", 1)[1])
    settings = load_exercise(FOLDER.parent.parent, "snowstorm").environment(port, play.script.speed)
    ours = play.running.environment(play.script.speed)

    assert {n: v for n, v in settings.items() if n in ours and "INTERVAL" not in n} == {
        n: v for n, v in ours.items() if "INTERVAL" not in n
    }
    assert {n: float(settings[n]) for n in ours if "INTERVAL" in n} == {
        n: float(v) for n, v in ours.items() if "INTERVAL" in n
    }
    assert settings["LAGESBILD_WEBHOOK"] == play.running.receiver_address


def test_script_of_the_storm_can_be_played_and_lives_every_few_minutes():
    script = load_script(FOLDER)

    happens = sorted(r.at for rows in (*script.routes.values(), script.actors) for r in rows)
    first_hours = [at for at in happens if script.start < at <= script.t + 4 * HOUR]
    assert max(b - a for a, b in pairwise(first_hours)) <= 10 * MINUTE
    assert len({r.name for r in script.actors if r.at <= script.start and r.name.startswith("kommun-")}) >= 26


def test_story_times_are_offsets_with_or_without_days():
    t = 1_800_338_400_000

    assert moment("T-06:00", t) == t - 6 * HOUR
    assert moment("T+1d02:30", t) == t + 26 * HOUR + 30 * MINUTE
    assert moment("2027-01-19T07:00:00+01:00", t) == t
    for text in ("T6", "06:00", "2027-01-19T07:00:00"):
        with pytest.raises(ValueError, match=r"time|format"):
            moment(text, t)


def test_every_fault_of_a_script_is_named_at_once(tmp_path):
    folder = tmp_path / "region" / "exercises" / "bad"
    folder.mkdir(parents=True)
    (tmp_path / "region" / "actors.toml").write_text('["kommun-0180"]\nname = "Stockholm"\n')
    head = 't = "2027-01-19T07:00:00+01:00"\nstart = "T-02:00"\nend = "T+01:00"\nspeed = 60\ntitle = "x"\n'
    (folder / "script.toml").write_text(head)
    good = {"id": "a", "sent": "2027-01-19T07:00:00+01:00", "headline": "h", "exercise": True}
    good["impacts"] = [{"sector": "road", "areas": ["0180"], "now": "none"}]
    rows = [
        {"at": "noon", "actor": "kommun-0180", "payload": good},
        {"at": "T+00:00", "actor": "kommun-9999", "payload": good},
        {"at": "T+00:00", "actor": "kommun-0180", "payload": good | {"exercise": False}},
        {"at": "T-00:01", "actor": "kommun-0180", "payload": good},
        {"at": "T+00:00", "actor": "kommun-0180", "payload": {"id": "a"}},
        {"at": "T+00:00", "route": "smhi", "payload": "missing.json"},
        {"at": "T+00:00", "route": "smhi", "payload": {}},
        {
            "at": "T+00:00",
            "route": "trafikverket",
            "payload": {"Id": "x", "Deviation": [{"Id": "y"}], "VersionTime": "z"},
        },
        {"at": "T+00:00", "payload": {}},
    ]
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n{broken\n")

    with pytest.raises(ScriptError) as caught:
        load_script(folder)

    for number in range(1, 11):
        assert f"rows.jsonl:{number}:" in str(caught.value)


def test_script_without_its_head_is_one_clear_line(tmp_path):
    with pytest.raises(ScriptError, match="cannot be used"):
        load_script(tmp_path)


class Server:
    """Takes reports as the real server does; `down` answers 503."""

    def __init__(self):
        self.taken: list[tuple[str, str, str]] = []
        self.down = self.without_clock = False
        self.address = ""

    async def reports(self, request):
        if self.down:
            return web.Response(status=503)
        if self.without_clock:
            return web.json_response({"type": "https://lagesbild.invalid/problems/sent_ahead"}, status=422)
        body = await request.json()
        key = request.headers["Authorization"].removeprefix("Bearer ")
        if key == "key of seom":
            return web.Response(status=422, text="no")
        self.taken.append((key, body["id"], body["sent"]))
        return web.json_response({"receipt": "r"}, status=202)


@pytest.fixture
async def server():
    server, app = Server(), web.Application()
    app.router.add_post("/api/v1/reports", server.reports)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


class Actors:
    """A player with its clock and session."""

    def __init__(self, server: Server, data: Path, session: aiohttp.ClientSession, space="ovning-a"):
        self.script = load_script(FOLDER)
        self.clock = HandClock(self.script)
        self._session = session
        keys = {row.name: f"key of {row.name}" for row in self.script.actors}
        self.player = Player(self.script, self.clock, server=server.address, keys=keys, data_dir=data, space=space)

    async def send(self, when):
        self.clock.to(when)
        return await self.player.catch_up(self._session)


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


async def test_standing_reports_of_all_municipalities_come_first_with_each_actors_own_key(server, session, tmp_path):
    actors = Actors(server, tmp_path, session)

    await actors.send("T-02:00")

    assert len({key for key, _, _ in server.taken if key.startswith("key of kommun-01")}) == 27
    assert len(server.taken) == 27


async def test_reports_of_one_actor_go_in_the_scripts_order(server, session, tmp_path):
    actors = Actors(server, tmp_path, session)
    await actors.send("T+56:00")

    for name in {row.name for row in actors.script.actors} - {"seom"}:
        sent = [json.loads(r.payload)["sent"] for r in actors.script.actors if r.name == name]
        assert [at for key, _, at in server.taken if key == f"key of {name}"] == sent
    assert actors.player.left == 0


async def test_server_that_is_away_gets_everything_when_it_is_back(server, session, tmp_path):
    actors = Actors(server, tmp_path, session)
    server.down = True

    assert await actors.send("T-01:00") == 0
    server.down = False
    sent = await actors.send("T-01:00")

    assert sent == len(server.taken) > 27


async def test_server_that_has_not_read_the_clock_yet_is_asked_again(server, session, tmp_path):
    actors = Actors(server, tmp_path, session)
    server.without_clock = True

    assert await actors.send("T-02:00") == 0
    server.without_clock = False

    assert await actors.send("T-02:00") == 27


async def test_player_that_starts_again_goes_on_where_it_was(server, session, tmp_path):
    first = Actors(server, tmp_path, session)
    await first.send("T-01:00")
    before = len(server.taken)

    again = Actors(server, tmp_path, session)
    await again.send("T-01:00")
    nothing_twice = len(server.taken) == before
    await again.send("T-00:30")

    assert nothing_twice
    assert len(server.taken) > before
    assert len(set(server.taken)) == len(server.taken)


async def test_played_anew_in_another_space_everything_is_sent_again(server, session, tmp_path):
    await Actors(server, tmp_path, session, "ovning-a").send("T-02:00")
    before = len(server.taken)

    await Actors(server, tmp_path, session, "ovning-a-2").send("T-02:00")

    assert len(server.taken) == 2 * before


async def test_refused_report_is_left_behind_and_stops_nobody(server, session, tmp_path):
    actors = Actors(server, tmp_path, session)

    await actors.send("T+56:00")

    assert not any(key == "key of seom" for key, _, _ in server.taken)
    assert actors.player.left == 0
