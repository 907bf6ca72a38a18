"""A watched folder: taken whole, sender by its name, killed anywhere it only repeats, tests go nowhere."""

import asyncio
import errno
import json
import os
import random
from pathlib import Path

import pytest
from support.mutation import mutated
from support.waiting import PATIENCE_S
from support.world import REFERENCE, T0

from connectors.actors.client import Inbox, root_of, watch
from connectors.actors.folder import (
    BROKEN_LOOKS,
    FILE_LIMIT,
    Seen,
    Settling,
    Terms,
    is_report_file,
    published,
    receipts_file,
    rejected,
    rule,
)
from connectors.actors.letters import result, why
from connectors.actors.shelf import MODE
from dashboards.access import Seal, as_actor
from dashboards.picture.receipts import may_read
from schemas.clock import ClockRecord
from schemas.codec import load
from schemas.rejected import read_rejected
from schemas.times import MINUTE, z
from streams.clock import SpaceClock
from streams.settings import Settings

ACTOR, SECRET = "kommun-0180", "ab" * 32
GOOD = {
    "id": "snö-1",
    "sent": z(T0),
    "headline": "Snö i hela staden",
    "impacts": [{"sector": "care", "areas": ["0180"], "now": "serious"}],
}
TABLE = "id;headline;sector;areas;now\r\nväg-1;Halka;road;180;serious\r\nväg-1;;care;180;moderate\r\n".encode("cp1252")


class Kafka:
    """What was published; may break instead."""

    def __init__(self):
        self.outs, self.fault = [], None

    async def send(self, outs):
        if self.fault is not None:
            raise self.fault
        self.outs += outs
        return list(range(len(outs)))


class Room:
    """An inbox of the exercise at T, looked at by hand."""

    def __init__(self, data: Path, space: str = "ovning-inbox"):
        self.settings = Settings(data=data, space=space, text_secret=SECRET)
        self.kafka = Kafka()
        self.clock = SpaceClock(self.settings.where, ClockRecord("stepped", T0))
        self.root = root_of(self.settings, None)
        self.again()

    def again(self):
        """A new process with the same folders."""
        self.inbox = Inbox(self.settings, self.kafka, self.clock)
        self.inbox.shelf.make()

    def put(self, name, content, folder=ACTOR):
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        (self.root / folder / name).write_bytes(raw)

    def look(self, times=2):
        async def looks():
            for _ in range(times):
                await self.inbox.look()

        asyncio.run(looks())

    def reports(self):
        return [(out.topic, load(out.value)["id"]) for out in self.kafka.outs if "reports." in out.topic]

    def refusals(self):
        return [read_rejected(out.value) for out in self.kafka.outs if out.topic.endswith("rejected")]

    def lies(self, folder=ACTOR):
        """Files below an actor's folder."""
        top = self.root / folder
        return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())

    def read(self, name):
        return (self.root / ACTOR / name).read_text()


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.delenv("LAGESBILD_INBOX", raising=False)
    return Room(tmp_path)


# ---- taken ---------------------------------------------------------------------------------------------------------


def test_every_actor_of_the_registry_has_a_folder_that_a_group_can_share(room):
    room.look(1)

    assert {path.name for path in room.root.iterdir()} == set(REFERENCE["actors"])
    assert room.root.joinpath(ACTOR).stat().st_mode & 0o7777 == MODE
    os.chmod(room.root / ACTOR, 0o700)  # noqa: PTH101
    room.again()
    assert room.root.joinpath(ACTOR).stat().st_mode & 0o7777 == 0o700


def test_a_file_becomes_reports_on_the_topic_of_the_folder_as_the_server_writes_them(room):
    room.put("läge.json", [GOOD, GOOD | {"id": "snö-2"}])
    room.look()

    assert room.reports() == [
        ("ovning-inbox.reports.actor.kommun-0180", "snö-1"),
        ("ovning-inbox.reports.actor.kommun-0180", "snö-2"),
    ]
    first = room.kafka.outs[0]
    assert first.key == "actor.kommun-0180/snö-1".encode()
    assert dict(first.headers)["via"] == b"folder"
    assert room.lies() == ["done/läge.json", "done/läge.json.receipts.json"]
    receipts = json.loads(room.read("done/läge.json.receipts.json"))
    assert [row["receipt"].encode() for row in receipts] == [dict(out.headers)["receipt"] for out in room.kafka.outs]


def test_a_receipt_is_read_at_the_server_by_its_actor_alone(room):
    room.put("a.json", GOOD)
    room.look()
    (row,) = json.loads(room.read("done/a.json.receipts.json"))
    seal = Seal(SECRET, "ovning-inbox")

    assert may_read(seal, row["receipt"], as_actor(ACTOR, REFERENCE["actors"], exercise=True))
    assert not may_read(seal, row["receipt"], as_actor("sbff", REFERENCE["actors"], exercise=True))


@pytest.mark.parametrize("name", ["a.json", "A.JSON", "b.jsonl", "c.csv"])
def test_json_lines_and_tables_are_taken(room, name):
    room.put(name, TABLE if name.endswith("csv") else json.dumps(GOOD).encode() + b"\n")
    room.look()

    assert len(room.reports()) == 1
    assert room.refusals() == []


def test_the_sender_is_the_folder_never_the_body(room):
    room.put("a.json", GOOD | {"actor": "sbff"})
    room.put("b.json", GOOD | {"id": "egen", "actor": ACTOR})
    room.look()

    assert room.reports() == [("ovning-inbox.reports.actor.kommun-0180", "egen")]
    assert room.refusals()[0].reason == "sender_mismatch"
    assert "kommun-0180" in room.read("refused/a.json.why.txt")


def test_a_name_that_is_taken_in_done_does_not_overwrite(room):
    for revision in (1, 2):
        room.put("a.json", GOOD | {"revision": revision})
        room.look()

    assert room.lies() == ["done/a.json", "done/a.json.receipts.json", "done/a~2.json", "done/a~2.json.receipts.json"]


# ---- whole or not --------------------------------------------------------------------------------------------------


def test_one_look_is_not_enough(room):
    room.put("a.json", GOOD)
    room.look(1)

    assert room.reports() == []


def test_a_file_that_grows_between_looks_is_left_alone(room):
    whole = TABLE + b"".join(b"v%d;Halka;road;0180;none\r\n" % n for n in range(20))
    for size in range(60, len(whole), 40):
        room.put("a.csv", whole[:size])
        room.look(1)
    assert room.kafka.outs == []
    room.put("a.csv", whole)
    room.look()

    assert len(room.reports()) == 21
    assert room.refusals() == []


def test_a_half_written_file_waits_for_its_rest_also_while_nothing_happens(room):
    raw = json.dumps(GOOD).encode()
    room.put("a.json", raw[:40])
    room.look(BROKEN_LOOKS - 1)
    assert (room.kafka.outs, room.lies()) == ([], ["a.json"])
    room.put("a.json", raw)
    room.look()

    assert len(room.reports()) == 1
    assert room.lies() == ["done/a.json", "done/a.json.receipts.json"]


def test_a_file_that_stays_broken_is_refused_in_the_end(room):
    room.put("a.json", b'{"id": "a", ')
    room.look(BROKEN_LOOKS)

    assert room.lies() == ["refused/a.json", "refused/a.json.why.txt"]
    assert [r.reason for r in room.refusals()] == ["malformed"]


@pytest.mark.parametrize("name", [".a.json", "a.json.tmp", "a.json.part", "~$a.csv", "a.txt", "a"])
def test_files_that_are_being_written_or_are_none_of_ours_are_left_alone(room, name):
    room.put(name, GOOD)
    room.look(BROKEN_LOOKS + 1)

    assert not is_report_file(name)
    assert (room.kafka.outs, room.lies()) == ([], [name])


def test_a_file_renamed_into_place_is_taken(room):
    room.put("a.json.part", GOOD)
    room.look(5)
    (room.root / ACTOR / "a.json.part").rename(room.root / ACTOR / "a.json")
    room.look()

    assert len(room.reports()) == 1


def test_what_changed_or_went_between_looks_starts_anew():
    one, settling = Seen("a.json", 1, 1, 1), Settling()

    assert settling.look([("x", one)]) == []
    assert settling.look([("x", one._replace(size=2))]) == []
    assert settling.look([]) == []
    assert settling.look([("x", one)]) == []
    assert settling.look([("x", one)]) == [("x", one)]


# ---- refused -------------------------------------------------------------------------------------------------------


def test_every_fault_is_told_and_what_to_do_and_the_bytes_are_kept(room):
    bad = {"id": "a b", "sent": "igår", "impacts": [{"sector": "moln", "areas": ["0180"], "now": "värst"}]}
    room.put("a.json", [GOOD, bad])
    room.look()

    why = room.read("refused/a.json.why.txt")
    for place in ("/1/id:", "/1/sent:", "/1/headline:", "/1/impacts/0/sector:", "/1/impacts/0/now:"):
        assert place in why
    assert "Gör så här" in why
    (kept,) = room.refusals()
    assert (kept.source, kept.stage, kept.reason) == ("actor.kommun-0180", "connector", "schema")
    assert load(kept.value) == bad
    assert "a.json" in kept.topic
    # a bad one hides no good one
    assert [key for _, key in room.reports()] == ["snö-1"]
    assert room.lies() == ["refused/a.json", "refused/a.json.receipts.json", "refused/a.json.why.txt"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"sent": z(T0 + 30 * MINUTE)}, "sent_ahead"),
        ({"sent": "2026-01-01T00:00:00Z"}, "too_old"),
        ({"impacts": [{"sector": "care", "areas": ["1480"], "now": "none"}]}, "outside_region"),
        ({"impacts": [{"sector": "care", "areas": ["0180", "9999"], "now": "none"}]}, "schema"),
        ({"event": "x" * 300_000}, "too_large"),
    ],
)
def test_what_intake_would_refuse_is_told_at_once(room, fields, reason):
    room.put("a.json", GOOD | fields)
    room.look()

    assert room.reports() == []
    assert [kept.reason for kept in room.refusals()] == [reason]


def test_an_exercise_report_in_the_real_folder_is_refused(tmp_path):
    real = Room(tmp_path, "real")
    real.put("a.json", GOOD | {"exercise": True})
    real.look()

    assert [kept.reason for kept in real.refusals()] == ["wrong_space"]


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"id;headline\r\n", b"x" * (FILE_LIMIT + 1), b"[" + b"{}," * 2_000 + b"{}]"]
)
def test_empty_and_huge_files_are_refused_whole(room, raw):
    room.put("a.json", raw)
    room.look(BROKEN_LOOKS)

    assert room.reports() == []
    assert len(room.refusals()) == 1
    assert room.lies() == ["refused/a.json", "refused/a.json.why.txt"]


@pytest.mark.parametrize("name", ["läge.xlsx", "läge.csv"])
def test_a_spreadsheet_in_its_own_format_is_refused_with_what_to_do(room, name):
    room.put(name, b"PK\x03\x04\x14\x00\x06\x00")
    room.look(BROKEN_LOOKS)

    assert room.reports() == []
    assert "save it as CSV" in room.read(f"refused/{name}.why.txt")


def test_nothing_is_taken_from_a_folder_of_nobody_and_it_is_told_once(room, capsys):
    (room.root / "kommun-9999").mkdir()
    room.put("a.json", GOOD, "kommun-9999")
    room.look(5)

    assert room.kafka.outs == []
    assert room.lies("kommun-9999") == ["a.json"]
    assert capsys.readouterr().out.count("inbox_of_nobody") == 1


def test_links_are_not_followed(room, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(GOOD))
    (room.root / ACTOR / "a.json").symlink_to(secret)
    (room.root / "sbff" / "test").rmdir()
    (room.root / "sbff" / "test").symlink_to(tmp_path)
    room.look(5)

    assert room.kafka.outs == []
    assert not (tmp_path / "secret.json.result.txt").exists()


# ---- killed, or Kafka away -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["replace", "rename"])
def test_killed_between_publishing_and_moving_the_same_reports_come_again(room, monkeypatch, step):
    room.put("a.csv", TABLE)

    def killed(*_args):
        raise KeyboardInterrupt(step)

    with monkeypatch.context() as patch:
        patch.setattr(f"pathlib.Path.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            room.look()
    first = [(out.key, out.value) for out in room.kafka.outs]
    assert len(first) == 1
    assert "a.csv" in room.lies()
    room.clock.set(ClockRecord("stepped", T0))
    room.again()
    room.look()

    # the same bytes, so the same identity and order: intake and fold count a repeat once
    assert [(out.key, out.value) for out in room.kafka.outs] == first * 2
    assert room.lies() == ["done/a.csv", "done/a.csv.receipts.json"]


def test_nothing_is_published_that_could_not_be_moved_away(room, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "no room")

    room.put("a.json", GOOD)
    with monkeypatch.context() as patch:
        patch.setattr("connectors.actors.shelf._draft", full)
        room.look(5)
    assert (room.kafka.outs, room.lies()) == ([], ["a.json"])
    room.look(70)

    assert len(room.reports()) == 1


def test_a_table_without_times_is_sent_at_its_own_time_of_the_space(tmp_path):
    real = Room(tmp_path, "real")
    real.clock.set(ClockRecord("real"))
    real.put("a.csv", TABLE)
    written = real.root.joinpath(ACTOR, "a.csv").stat().st_mtime_ns // 1_000_000
    real.look()
    assert load(real.kafka.outs[0].value)["sent"] == z(written)

    paced = Room(tmp_path / "paced")
    paced.clock.set(ClockRecord("paced", T0, written - 5_000, 60))
    paced.put("a.csv", TABLE)
    os.utime(paced.root / ACTOR / "a.csv", ns=(written * 1_000_000, written * 1_000_000))
    paced.look()
    assert load(paced.kafka.outs[0].value)["sent"] == z(T0 + 5 * MINUTE)


def test_a_file_that_kafka_refuses_stays_and_is_tried_again_later(room):
    room.put("a.json", GOOD)
    room.kafka.fault = RuntimeError("not allowed")
    room.look(3)
    assert "a.json" in room.lies()
    assert "done/a.json.receipts.json" not in room.lies()
    room.kafka.fault = None
    room.look(70)

    assert len(room.reports()) == 1
    assert room.lies() == ["done/a.json", "done/a.json.receipts.json"]


# ---- tests go nowhere ----------------------------------------------------------------------------------------------


def test_a_test_file_is_told_what_it_would_do_and_nothing_is_published(room):
    bad = GOOD | {"id": "fel", "impacts": [{"sector": "moln", "areas": ["0180"], "now": "none"}]}
    beside = GOOD | {"id": "bredvid", "impacts": [{"sector": "energy", "areas": ["0180"], "now": "serious"}]}
    room.put("prov.json", [GOOD, beside, bad], f"{ACTOR}/test")
    room.look(5)

    assert room.kafka.outs == []
    assert room.lies() == ["test/prov.json", "test/prov.json.result.txt"]
    result = room.read("test/prov.json.result.txt")
    assert "Inget är sänt" in result
    assert "0180 Stockholm · care: Allvarlig påverkan\n" in result
    assert "energy: Allvarlig påverkan (står bredvid" in result
    assert "/2/impacts/0/sector:" in result


def test_a_test_file_is_tested_again_when_it_has_changed_and_only_then(room):
    place = room.root / ACTOR / "test" / "prov.json.result.txt"
    room.put("prov.json", GOOD, f"{ACTOR}/test")
    room.look(3)
    first = place.stat().st_ino, place.stat().st_mtime_ns
    room.look(3)
    room.again()
    room.look(3)
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == first
    room.put("prov.json", GOOD | {"headline": "Ny rubrik"}, f"{ACTOR}/test")
    room.look(3)

    assert "Ny rubrik" in place.read_text()


# ---- the rest ------------------------------------------------------------------------------------------------------


def test_what_was_put_away_long_ago_is_removed(room):
    room.put("a.json", GOOD)
    room.look()
    shelf, now = room.inbox.shelf, (room.root / ACTOR / "done" / "a.json").stat().st_ctime

    assert shelf.tidy(now - 30 * 86_400) == 0
    assert shelf.tidy(now + 60) == 2
    assert room.lies() == []


def test_an_inbox_elsewhere_has_a_place_of_its_own_for_each_exercise(tmp_path):
    real, exercise = Settings(data=tmp_path), Settings(data=tmp_path, space="ovning-a")

    assert root_of(real, tmp_path / "in") == tmp_path / "in"
    assert root_of(exercise, tmp_path / "in") == tmp_path / "in" / "ovning-a"
    assert root_of(exercise, None) == tmp_path / "inbox"


async def test_watching_ends_when_told_to_and_outlives_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    blocked = tmp_path / "inbox"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("LAGESBILD_INBOX", str(blocked))
    settings, kafka, stop = Settings(data=tmp_path, text_secret=SECRET), Kafka(), asyncio.Event()
    watching = asyncio.create_task(watch(settings, kafka, SpaceClock(settings.where), stop, look_s=0.01))
    await asyncio.wait({watching}, timeout=0.2)
    assert not watching.done()
    blocked.unlink()
    blocked.joinpath(ACTOR).mkdir(parents=True)
    (blocked / ACTOR / "a.csv").write_bytes(TABLE)
    async with asyncio.timeout(PATIENCE_S):
        while not kafka.outs:
            await asyncio.wait({watching}, timeout=0.05)
    stop.set()

    await asyncio.wait_for(watching, PATIENCE_S)


def test_no_content_makes_a_ruling_raise():
    terms, dice = Terms(REFERENCE, (), Settings(space="ovning-a").where, T0), random.Random(7)
    whole = [GOOD | {"point": [18.0, 59.3], "prognosis": {"text": "x"}, "counts": [{"n": 1}]}, GOOD]
    for _ in range(1_500):
        raw = json.dumps(mutated(whole, dice, dice.randint(1, 5))).encode()
        ruling = rule(raw, ACTOR, terms, z(T0))
        published(terms.space, ACTOR, ruling.taken, ["r"] * len(ruling.taken))
        if ruling.refused:
            rejected(terms, ACTOR, Seen("a\udcff\n.json", 1, 1, 1), ruling.refused)
            why("a\udcff\n.json", ruling).encode()
        result("a.json", ruling, ACTOR, REFERENCE).encode()
        receipts_file(ruling.taken, ["r"] * len(ruling.taken))
