"""What others read: the released schemas are the models, and everything the fold publishes keeps to them."""

import json

import pytest
from jsonschema import Draft202012Validator
from support.project import ROOT
from support.scripts import load
from support.world import FOLDER, T0, World

from schemas.change import EntityKind, Mark
from schemas.codec import load as parsed
from schemas.outcome import Outcome, Refusal, Result
from schemas.record import encode
from schemas.rejected import Rejected
from schemas.report import ActorReport, FeedReport
from schemas.times import HOUR

released = load("released")

FOLDER_OF_SCHEMAS = ROOT / "schemas" / "released"


def validator(name):
    """Checks values against a released file."""
    schema = json.loads((FOLDER_OF_SCHEMAS / released.file_name(name)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(name, value):
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]


@pytest.fixture(scope="module")
def storm():
    """A day with a little of everything that the fold can publish."""
    world = World()
    world.health(-120, "smhi")
    world.health(-119, "trafikverket", drift=2)
    world.warning(-60, "ORANGE", 2, onset=T0 + 23 * HOUR, ends=T0 + 41 * HOUR)
    world.warning(0, "RED", 3, onset=T0 + 24 * HOUR, ends=T0 + 42 * HOUR)
    notice = next(iter(world.state.picture["notice"]))
    world.put(1, "delivery", {"notice": notice, "key": "k-0", "step": 0, "attempt": 1, "ok": False, "error": "503"})
    world.put(2, "delivery", {"notice": notice, "key": "k-0", "step": 0, "attempt": 2, "ok": True})
    world.command(3, "acknowledge", on=notice, args={"via": "page", "on_behalf_of": "TiB"})
    world.report(
        10, "region-sthlm-trafik", "transit-01", {"transit 01": {"now": 2, "expected": 4, "until": T0 + 9 * HOUR}}
    )
    world.report(20, "kommun-0188", "care-0188", {"care 0188": 3}, next_report=T0 + 2 * HOUR)
    world.report(21, "trafikverket-vag", "road-0188", {"road 0188": 4}, point=["18.70000", "59.75000"])
    world.report(22, "kommun-0188", "road-0188", {"road 0188": 1}, outside=["0380"])
    world.report(23, "kommun-0180", "ask", kind="request", ends=T0 + 12 * HOUR)
    world.command(25, "request_reports", args={"sectors": ["care"], "areas": ["0180"], "by": T0 + 3 * HOUR})
    world.command(30, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.command(31, "set_reporting", on="f", args={"interval_min": 120})
    world.report(40, "region-sthlm-trafik", "transit-0180", {"transit 0180": 5})
    world.command(45, "hand_over", args={"to": "tib-2", "role": "tib", "until": T0 + 12 * HOUR})
    world.command(45, "offer_resource", on="f", args={"kind": "bandvagn", "number": 2})
    world.command(46, "agree", on="f", args={"asks": ["KOM"], "decide_by": T0 + 2 * HOUR}, texts={"what": "k"})
    world.command(47, "publish_picture", args={"pinned": ["smhi/1"]}, texts={"summary": "k"})
    world.command(48, "correct_published", on="joint-1", args={"pinned": []}, texts={"reason": "k"})
    world.command(48, "assess_cell", on="0180/transit", args={"impact": 3}, texts={"text": "k"})
    world.command(48, "object", on="0188/care", who="kommun-0188", role="reporter", texts={"reason": "k"})
    world.command(49, "link", on="smhi/1", args={"items": ["smhi/1-1"]}, texts={"reason": "k"})
    world.command(50, "need_direction", on="f")
    direction = next(s["id"] for s in world.suggestions("raised") if s["level"] == "inriktande")
    world.command(55, "dismiss", on=direction, texts={"reason": "k"})
    world.report(60, "region-sthlm-trafik", "transit-0180", change="cancel")
    world.put(65, "rules", {"refused": ["/rule/0/when: a condition is one of ..."]})
    world.command(70, "maintenance", role="operator", args={"source": "trafikverket", "until": T0 + 5 * HOUR})
    world.put(80, "report", {"source": "smhi", "id": "broken"})
    world.tick(40 * 60)
    world.command(41 * 60, "close", on="f")
    world.tick(60 * 60)
    return world


def published(world):
    """Every entity the fold ever published, with its kind."""
    return [(c.kind, c.key, c.value) for v in world.versions for c in v.changes if c.value is not None]


def test_released_schemas_are_the_models():
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER_OF_SCHEMAS.glob("*.json")}
    now = released.released()

    assert set(now) <= set(there), "run scripts/release-schemas"
    assert [name for name in now if there[name] != now[name]] == [], (
        "run scripts/release-schemas, and look at the change"
    )


def test_an_older_major_is_never_taken_away():
    there = {path.name for path in FOLDER_OF_SCHEMAS.glob("*.json")}

    for name, major in released.MAJOR.items():
        assert {f"{name}.{n}.json" for n in range(1, major + 1)} <= there


def test_the_storm_shows_every_kind_of_entity(storm):
    assert {kind for kind, _, _ in published(storm)} == set(EntityKind)


@pytest.mark.parametrize("kind", list(EntityKind))
def test_what_the_fold_publishes_keeps_to_its_model(storm, kind):
    for found, _, value in published(storm):
        if found == kind:
            released.ENTITIES[kind].model_validate(value)


@pytest.mark.parametrize("kind", list(EntityKind))
def test_what_the_fold_publishes_keeps_to_the_released_schema(storm, kind):
    values = {json.dumps(value, sort_keys=True): key for found, key, value in published(storm) if found == kind}
    check = validator(f"entity-{kind}")

    assert [f"{key}: {e.message}" for text, key in values.items() for e in check.iter_errors(json.loads(text))] == []


def test_every_version_keeps_to_the_released_schema(storm):
    check = validator("version")

    assert storm.versions
    assert [f"{v.number}: {e.message}" for v in storm.versions for e in check.iter_errors(parsed(v.raw))] == []


def test_every_record_of_the_log_keeps_to_the_released_schema(storm):
    good = [record for record in storm.records if record.body.get("id") != "broken"]
    check = validator("log-record")
    values = [parsed(encode(r.known_at, r.kind, r.body, r.origin)) for r in good]

    assert [e.message for value in values for e in check.iter_errors(value)] == []


def test_the_released_schema_of_the_log_refuses_what_is_no_record():
    assert faults("log-record", {"known_at": 1, "kind": "report", "body": {"source": "smhi"}})
    assert faults("log-record", {"known_at": 1.5, "kind": "tick", "body": {}})


def test_marks_keep_to_the_released_schema():
    first = Mark(0, "0" * 64, T0, 0, 0, at_head=True, heard={}, snapshot_version=None, snapshot_offset=None)
    later = Mark(7, "a" * 64, T0, 9, 9, at_head=False, heard={"smhi": T0}, snapshot_version=5, snapshot_offset=0)

    assert faults("mark", parsed(first.encode())) + faults("mark", parsed(later.encode())) == []


@pytest.mark.parametrize("result", list(Result))
def test_outcomes_keep_to_the_released_schema(result):
    for outcome in (Outcome(result, 3), Outcome(result, reason=Refusal.REVISION_CONFLICT)):
        assert faults("outcome", parsed(outcome.encode("r", "01", T0))) == []


def test_rejected_inputs_keep_to_the_released_schema():
    kept = Rejected("smhi", "intake", Refusal.SCHEMA, "/id: missing", "reports.smhi", 0, 4, T0, b"{", b"smhi/1", "r")

    assert faults("rejected", parsed(kept.encode())) == []
    assert faults("rejected", parsed(kept._replace(key=None, receipt=None).encode())) == []


def test_the_exercises_reports_keep_to_the_released_schema():
    check = validator("actor-report")
    lines = (FOLDER / "exercises" / "snowstorm" / "actors.jsonl").read_text(encoding="utf-8").splitlines()
    payloads = [json.loads(line)["payload"] for line in lines]

    assert payloads
    assert [f"{p['id']}: {e.message}" for p in payloads for e in check.iter_errors(p)] == []


@pytest.mark.parametrize(
    ("name", "model", "broken"),
    [
        ("actor-report", ActorReport, {"id": "a b", "sent": "2027-01-19T07:00:00+01:00", "headline": "h"}),
        ("actor-report", ActorReport, {"id": "a", "sent": "2027-01-19T07:00:00+01:00"}),
        ("feed-report", FeedReport, {"source": "smhi", "id": "1", "sent": "2027-01-19T07:00:00Z", "kind": "situation"}),
    ],
)
def test_the_released_schema_refuses_what_the_model_refuses(name, model, broken):
    with pytest.raises(ValueError, match="validation error"):
        model.model_validate(broken)

    assert faults(name, broken)
