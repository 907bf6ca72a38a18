"""The fold's own promises: same log, same bytes; stages fail alone; time only goes forward; snapshots are whole."""

import pytest
from support.world import T0, World, refold

from schemas.change import apply, empty_picture, genesis
from schemas.codec import load, pack, sha256
from schemas.times import HOUR, z
from streams.core import deadlines, fold, rules, signals
from streams.core.chain import Broken, links
from streams.core.fold import Fold
from streams.core.reference import Reference
from streams.core.state import State, copy_tables, rows
from streams.core.state import load as load_state


@pytest.fixture
def storm() -> World:
    world = World()
    world.health(-120, "smhi")
    world.warning(-60, "ORANGE", 2, onset=T0 + 23 * HOUR, ends=T0 + 41 * HOUR)
    world.warning(0, "RED", 3, onset=T0 + 24 * HOUR, ends=T0 + 42 * HOUR)
    world.report(
        10, "region-sthlm-trafik", "transit-01", {"transit 01": {"now": 2, "expected": 4, "until": T0 + 9 * HOUR}}
    )
    world.report(20, "kommun-0188", "care-0188", {"care 0188": 3}, next_report=T0 + 2 * HOUR)
    world.command(25, "request_reports", args={"sectors": ["care"], "areas": ["0180"], "by": T0 + 3 * HOUR})
    world.command(30, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.report(40, "region-sthlm-trafik", "transit-0180", {"transit 0180": 5})
    world.command(50, "need_direction", on="f")
    world.tick(400)
    return world


def test_the_same_records_give_the_same_bytes(storm):
    _, again = refold(storm.records)
    assert [v.raw for v in again] == [v.raw for v in storm.versions]


def test_versions_are_one_chain_without_holes(storm):
    found = links("ovning-world", "01", [v.raw for v in storm.versions])
    assert [link.number for link in found] == list(range(1, len(storm.versions) + 1))
    assert found[0].prev == genesis("ovning-world", "01")
    assert found[-1].hash == sha256(storm.versions[-1].raw) == storm.state.hash


def test_applying_the_changes_gives_the_picture(storm):
    picture = empty_picture()
    for version in storm.versions:
        apply(picture, version.changes)
    assert picture == storm.state.picture


def test_a_version_holds_no_seq_and_no_offset_so_repeats_change_no_hash(storm):
    state, again = refold([r for record in storm.records for r in (record, record)])
    assert [v.hash for v in again] == [v.hash for v in storm.versions]
    assert state.hash == storm.state.hash


def test_more_ticks_change_no_hash(storm):
    ticks = [r for record in storm.records for r in (record._replace(kind="tick", body={}, origin=None), record)]
    _, again = refold(ticks)
    assert [v.hash for v in again] == [v.hash for v in storm.versions]


@pytest.mark.parametrize("at", range(3, 11))
def test_a_state_through_a_snapshot_is_the_same_state_and_goes_on_the_same(storm, at):
    head, tail = storm.records[:at], storm.records[at:]
    state, before = refold(head)
    packed = [load(pack(row)) for row in rows(copy_tables(state))]
    restored = load_state(load(pack(state.scalars())), iter(packed))
    assert restored == state

    fold = Fold(restored)
    after = [v for r in tail for v in fold.take(r).versions]
    assert [v.raw for v in (*before, *after)] == [v.raw for v in storm.versions]


def test_each_due_deadline_is_a_step_stamped_with_its_own_time(storm):
    causes = [(load(v.raw)["cause"]["key"], v.at) for v in storm.versions if load(v.raw)["cause"]["kind"] == "deadline"]
    assert ("stale|actor.kommun-0188/care-0188", T0 + 2 * HOUR) in causes
    assert [at for _, at in causes] == sorted(at for _, at in causes)


def test_time_never_goes_back(storm):
    now = storm.state.t
    storm.report(0, "kommun-0180", "road-0180", {"road 0180": 2})
    assert storm.state.t == now
    assert storm.versions[-1].at == now


def test_a_heartbeat_takes_no_version_and_silence_takes_one():
    world = World()
    world.health(0)
    count = world.state.version
    for minute in range(1, 30):
        world.health(minute)
    assert world.state.version == count
    assert world.state.heard["smhi"] == T0 + 29 * 60_000
    world.tick(40)
    assert world.state.version == count + 1
    assert world.state.picture["source"]["smhi"]["state"] == "silent"
    assert world.state.picture["source"]["smhi"]["since"] == z(T0 + 29 * 60_000 + 150_000)
    world.health(41)
    assert world.state.picture["source"]["smhi"]["state"] == "heard"


def test_maintenance_keeps_a_silence_from_ringing():
    world = World()
    world.health(0)
    world.command(1, "maintenance", role="operator", args={"source": "smhi", "until": T0 + HOUR})
    world.tick(10)
    assert world.state.picture["source"]["smhi"]["state"] == "maintenance"
    world.tick(61)
    assert world.state.picture["source"]["smhi"]["state"] == "silent"


def test_a_rule_that_raises_hides_nothing(monkeypatch):
    real = rules.evaluate

    def evaluate(step, book, key):
        if key.startswith("R01"):
            raise ZeroDivisionError("a bug in one rule")
        return real(step, book, key)

    monkeypatch.setattr(rules, "evaluate", evaluate)
    world = World()
    folded = world.warning(0, "RED", 1)

    assert folded.outcome.result == "applied"
    assert world.state.picture["item"]["smhi/1-1"]["state"] == "active"
    assert [f["stage"] for f in world.state.picture["failed"].values()] == ["rule"]
    assert "a bug in one rule" in next(iter(world.state.picture["failed"].values()))["error"]

    monkeypatch.setattr(rules, "evaluate", real)
    world.warning(1, "RED", 2)
    assert world.state.picture["failed"] == {}
    assert world.suggestions("raised")


def test_a_stage_that_fails_takes_back_its_own_writes_only(monkeypatch):
    def publish(step, tests):
        step.put(step.state.facts, "half", 1)
        raise KeyError("signals")

    monkeypatch.setattr(signals, "publish", publish)
    world = World()
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert world.cell("0180/transit")["impact"] == 5
    assert "half" not in world.state.facts
    assert "signals/public" in world.state.picture["failed"]


def test_a_record_that_cannot_be_folded_changes_nothing_but_is_seen():
    world = World()
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 2})
    cells = dict(world.state.picture["cell"])
    folded = world.put(1, "report", {"source": "smhi", "id": "broken", "change": "report"})
    assert folded.outcome.result == "not_folded"
    assert folded.failures
    assert world.state.picture["cell"] == cells
    assert "smhi/broken" not in world.state.items
    assert [f["stage"] for f in world.state.picture["failed"].values()] == ["items"]
    assert world.report(2, "region-sthlm-trafik", "x", {"transit 0180": 3}).outcome.result == "applied"


def test_what_cannot_be_encoded_is_not_folded_and_leaves_no_trace():
    world = World()
    before = world.state.everything()
    items = dict(world.state.items)
    folded = world.warning(0, "RED", 1, native={"level": "RED", "code": "\ud800"})
    assert folded.outcome.result == "not_folded"
    assert world.state.items == items
    assert world.state.due == before["tables"]["due"]
    assert world.warning(1, "RED", 2).outcome.result == "applied"


def test_a_deadline_that_raises_is_taken_off_and_shown(monkeypatch):
    world = World()
    world.warning(0, "RED", 1, ends=T0 + HOUR)

    def broken(step, key, book):
        raise RuntimeError("no")

    monkeypatch.setitem(deadlines.ACTS, "end", broken)
    world.tick(61)
    assert "deadline/end|smhi/1-1" in world.state.picture["failed"]
    assert "end|smhi/1-1" not in world.state.due
    assert world.report(62, "region-sthlm-trafik", "x", {"transit 0180": 2}).outcome.result == "applied"


def test_one_flipped_byte_in_the_chain_is_named(storm):
    values = [v.raw for v in storm.versions]
    for number in (1, len(values) // 2, len(values) - 1):
        flipped = bytearray(values[number - 1])
        flipped[len(flipped) // 2] ^= 1
        # either the chain names it, or it is not even JSON any more
        with pytest.raises((Broken, ValueError)) as caught:
            links("ovning-world", "01", [*values[: number - 1], bytes(flipped), *values[number:]])
        assert getattr(caught.value, "number", number) in {number, number + 1}


def test_deadlines_without_end_before_one_record_are_a_fault_that_is_named(monkeypatch):
    world = World()
    for n in range(5):
        world.warning(0, "RED", 1, id=str(n), group=str(n), ends=T0 + HOUR)
    monkeypatch.setattr(fold, "STEPS_A_RECORD", 3)
    with pytest.raises(RuntimeError, match="more than 3 deadlines due before one record"):
        world.tick(61)


def test_a_deadline_whose_picture_cannot_be_encoded_is_taken_off_and_the_next_are_still_found(monkeypatch):
    world = World()
    world.warning(0, "RED", 1, ends=T0 + HOUR)
    world.warning(0, "RED", 1, id="later", group="later", ends=T0 + 2 * HOUR)

    def unspeakable(step, key, book):
        step.publish("item", key, {"x": object()})

    with monkeypatch.context() as broken:
        broken.setitem(deadlines.ACTS, "end", unspeakable)
        world.tick(61)
    (failed,) = world.state.picture["failed"].values()
    assert failed["stage"] == "encode"
    assert ("end|smhi/1-1" in world.state.due, world.state.picture["item"]["smhi/1-1"]["state"]) == (False, "active")
    world.tick(121)
    assert world.state.picture["item"]["smhi/later"]["state"] == "expired"


def test_what_a_deadline_touched_before_it_raised_is_forgotten(monkeypatch):
    world = World()
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5}, valid_until=T0 + HOUR)
    before = world.cell("0180/transit")

    def broken(step, key, book):
        step.items.add("nothing")
        step.cells.add("0180/transit")
        step.put(step.state.standing, "0180/transit", None)
        raise RuntimeError("no")

    monkeypatch.setitem(deadlines.ACTS, "stale", broken)
    world.tick(61)
    assert [key.partition("|")[0] for key in world.state.picture["failed"]] == ["deadline/stale"]
    assert world.cell("0180/transit") == before


def test_who_reports_may_not_set_rules_and_who_operates_may(storm):
    body = storm.records[1].body["rules"]
    newer = {**body, "version": "another"}
    refused = storm.command(401, "set_rules", role="reporter", args={"rules": newer}).outcome
    assert (refused.result, refused.reason) == ("refused", "not_allowed")
    assert storm.command(402, "set_rules", role="operator", args={"rules": newer}).outcome.result == "applied"
    assert storm.state.picture["rules"]["current"]["version"] == "another"


def test_the_same_rules_or_registry_again_are_no_news(storm):
    version = storm.state.version
    for record in storm.records[:2]:
        outcome = storm.put(401, record.kind, record.body).outcome
        assert (outcome.result, outcome.version) == ("duplicate_of", version)


def test_a_first_rule_set_with_faults_leaves_none_in_force_and_shows_them():
    world = World({"version": "x"})
    (shown,) = world.state.picture["rules"].values()
    assert {k: v for k, v in shown.items() if k != "refused"} == {"version": "none", "digest": "", "rules": []}
    assert len(shown["refused"]) == 1


def test_of_many_faults_of_a_rule_set_a_hundred_are_shown():
    world = World()
    faults = [f"fault {n}" for n in range(101)]
    assert world.put(0, "rules", {"refused": faults}).outcome.reason == "bad_rules"
    assert world.state.picture["rules"]["current"]["refused"] == faults[:100]


def test_where_nobody_is_known_to_live_nothing_is_a_share_of_the_county():
    assert Reference({}).percent(["0180"]) == 0


@pytest.mark.parametrize("part", ["scalars", "tables", "picture"])
def test_two_states_are_the_same_only_where_all_of_them_is(storm, part):
    other, _ = refold(storm.records)
    assert other == storm.state
    match part:
        case "scalars":
            other.version += 1
        case "tables":
            other.facts["x"] = 1
        case _:
            other.picture["cell"].clear()
    assert other != storm.state


def test_two_spaces_never_share_a_hash():
    assert State("real", "01").hash != State("ovning-x", "01").hash
