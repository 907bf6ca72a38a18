"""Golden logs: constructed histories kept as bytes, with what the fold made of each record.

In: `tests/corpora/golden/NAME.log.jsonl`, a log record a line, as it lies in Kafka. Out: `NAME.folded.jsonl`, for each
of them its outcome and the hashes of its versions. A kept log never changes; what the fold makes of it changes only
together with the epoch (schemas/record.py). `scripts/golden` writes them.
"""

import json
import random
from collections.abc import Callable, Iterable
from typing import Any

from support.project import ROOT
from support.world import T0, TOWNS, World

from schemas.codec import canon, digest
from schemas.record import LogRecord, Origin, decode, encode
from schemas.times import HOUR, MINUTE
from streams.core.fold import Fold
from streams.core.state import State

FOLDER = ROOT / "tests" / "corpora" / "golden"
EPOCH_FILE = FOLDER / "epoch.json"
SPACE = "ovning-golden"


def lines_of(records: Iterable[LogRecord]) -> list[bytes]:
    """Log records as bytes."""
    return [encode(r.known_at, r.kind, r.body, r.origin) for r in records]


def folded(log: Iterable[bytes]) -> list[bytes]:
    """What the fold makes of a log: a line a record with its outcome and its versions' hashes."""
    fold = Fold(State(SPACE, "01"))
    made = []
    for raw in log:
        one = fold.take(decode(raw))
        outcome = None if one.outcome is None else one.outcome.as_json()
        made.append(canon({"outcome": outcome, "versions": [[v.number, v.hash] for v in one.versions]}))
    return made


def read(name: str, what: str) -> list[bytes]:
    """Lines of a kept file; `what` is `log` or `folded`."""
    return (FOLDER / f"{name}.{what}.jsonl").read_bytes().splitlines()


def kept_epoch() -> int:
    """Epoch under which the kept hashes were made."""
    return int(json.loads(EPOCH_FILE.read_bytes())["epoch"])


def snowstorm(world: World) -> None:
    """The third storyboard, shortened: a storm from the first yellow warning to the forum's end."""
    world.health(-180)
    world.health(-180, "trafikverket", interval_s=300)
    for n, town in enumerate(TOWNS):
        lines = {f"road {town}": 1 + n % 2, f"school {town}": 1}
        world.report(-170 + n, f"kommun-{town}", f"road-{town}", lines)
    world.warning(-120, "YELLOW", 1, onset=T0 + 20 * HOUR, ends=T0 + 40 * HOUR)
    _disruption(world, -100, 1, TOWNS[3], group="A")
    _disruption(world, -99, 2, TOWNS[4], group="A", ends=T0 + HOUR)
    world.warning(-30, "ORANGE", 2, onset=T0 + 20 * HOUR, ends=T0 + 40 * HOUR)
    world.tick(-10)
    world.warning(0, "RED", 3, onset=T0 + 12 * HOUR, ends=T0 + 40 * HOUR)
    notice = next(n["id"] for n in world.state.picture["notice"].values() if n["state"] == "open")
    world.put(1, "delivery", {"notice": notice, "attempt": 1, "ok": False, "error": "timed out"})
    world.put(2, "delivery", {"notice": notice, "attempt": 2, "ok": True})
    world.command(6, "acknowledge", on=notice, args={"via": "page"})
    world.command(7, "acknowledge", on=notice)
    world.command(15, "convene", args=_forum("samordnande"))
    world.command(16, "set_reporting", on="samordnande", args={"interval_min": 60})
    asked = {"sectors": ["water", "care"], "areas": TOWNS[:4], "by": T0 + 90 * MINUTE}
    world.command(17, "request_reports", args=asked)
    world.report(20, "region-sthlm-trafik", "transit-0180", {"transit 0180 0182 0184": {"now": 3, "expected": 5}})
    world.report(40, "region-sthlm-trafik", "transit-0180", {"transit 0180 0182": 4}, next_report=T0 + 80 * MINUTE)
    world.report(45, "kommun-0180-trafik", "road-0180", {"road 0180": 4})
    world.report(50, "trafikverket-vag", "road-0180", {"road 0180 0182": 2})
    world.report(60, "kommun-0180", "water-0180", {"water 0180": 5}, sent=30)
    world.health(70, "trafikverket", heard=False, complete=False, error="HTTP 503", interval_s=300)
    _disruption(world, 75, 1, TOWNS[3], group="A", revision=2, change="cancel")
    world.tick(85)
    world.command(100, "need_direction", on="samordnande", texts={"what": "k"})
    world.command(120, "convene", args=_forum("inriktande"))
    world.report(130, "kommun-0180", "u", None, change="unchanged")
    world.report(140, "region-sthlm-trafik", "transit-0180", {"transit 01": 4})
    world.report(200, "kommun-0180", "water-0180", {"water 0180": 1})
    _disruption(world, 210, 2, TOWNS[4], group="B", revision=3, areas={})
    world.tick(12 * 60)
    world.report(13 * 60, "region-sthlm-trafik", "transit-0180", {"transit 01": 1})
    world.warning(14 * 60, "YELLOW", 4, onset=T0 + 12 * HOUR, ends=T0 + 40 * HOUR)
    world.tick(22 * 60)
    world.command(23 * 60, "step_down", on="inriktande")
    world.command(24 * 60, "close", on="samordnande")
    world.warning(41 * 60, "YELLOW", 5, change="cancel")
    world.tick(80 * 24 * 60)


def quiet_week(world: World) -> None:
    """Ordinary mode: an issue, a planned event, a request, silence, what is said late or twice or in conflict."""
    matter = {"kind": "issue", "label": "open"}
    world.report(0, "kommun-0180", "issue-1", None, **matter)
    event = {"kind": "planned_event", "onset": T0 + 48 * HOUR, "ends": T0 + 52 * HOUR}
    world.report(10, "polisen-sthlm", "demo", None, **event)
    world.report(20, "kommun-0180", "care-0180", {"care 0180": 2})
    again = world.records[-1]
    world.take(again)
    others = [
        again.body,
        {**again.body, "digest": digest("another")},
        {**again.body, "by": "revision", "order": 3, "revision": 3},
        _sent(again.body, 5),
        _sent(again.body, 25),
    ]
    for n, body in enumerate(others):
        world.put(22 + n, "report", body, origin=Origin("again", 0, n))
    world.report(30, "kommun-0182", "care-0182", {"care 0182": 3}, origin="relayed", label="confidential")
    world.report(40, "kommun-0182", "x", {"rescue 0182": 3}, outside=["2482"])
    world.report(300, "ssbf", "rescue-0180", {"rescue 0180": 2}, sent=100)
    world.report(310, "kommun-0180", "gone", None, change="cancel")
    world.report(320, "kommun-0126", "nothing", None, change="unchanged")
    world.report(330, "kommun-0163", "forum", None, kind="request", ends=T0 + 8 * HOUR)
    name = next(iter(world.state.picture["suggestion"]))
    world.command(340, "dismiss", on=name)
    world.command(341, "dismiss", on=name, texts={"reason": "k"}, role="reporter")
    world.command(342, "dismiss", on=name, texts={"reason": "k"})
    world.command(343, "close", on="nowhere")
    world.tick(9 * 60)
    world.command(9 * 60, "maintenance", role="operator", args={"source": "smhi", "until": T0 + 20 * HOUR})
    world.health(10 * 60)
    world.health(10 * 60 + 1, drift=2)
    world.tick(11 * 60)
    world.tick(30 * 60)
    world.health(31 * 60, complete=False)
    world.report(31 * 60, "kommun-0180", "care-0180", {"care 0180": 2})
    world.tick(3 * 24 * 60)
    world.report(3 * 24 * 60, "kommun-0180", "care-0180", {"care 0180": 1}, change="cancel")
    world.tick(90 * 24 * 60)


def faults(world: World) -> None:
    """What goes wrong: a record that cannot be folded, rules refused and changed, a right that is taken away."""
    world.warning(0, "ORANGE", 1, onset=T0 + 5 * HOUR)
    world.put(1, "report", {"source": "smhi", "id": "broken"})
    world.put(2, "rules", {"refused": ["rule[0].hold: 'soon' is no duration"]})
    rules: dict[str, Any] = json.loads(json.dumps(world.records[1].body["rules"]))
    world.put(3, "rules", {"rules": {**rules, "rule": "none"}})
    world.tick(11)
    yellow = [{**r, "hold": "1 min"} if r["id"] == "R02" else r for r in rules["rule"]]
    world.put(12, "rules", {"rules": {"version": "other", "rule": yellow}})
    world.put(13, "rules", {"rules": {"version": "none", "rule": []}})
    world.put(14, "rules", {"rules": rules})
    world.report(20, "region-sthlm-trafik", "transit-0180", {"transit 0180 0182": 5})
    reference = json.loads(json.dumps(world.records[0].body))
    reference["actors"]["region-sthlm-trafik"]["sectors"] = ["health"]
    world.put(30, "reference", reference)
    world.put(31, "reference", reference)
    world.put(32, "clock", {"mode": "stepped", "at": T0 + 32 * MINUTE, "wall": 0, "speed": 1})
    world.put(33, "reference", world.records[0].body)
    world.tick(200)


def mixed(world: World) -> None:
    """Three hundred records by a fixed seed over few actors, cells and items, so that they meet one another."""
    rng = random.Random(1)
    actors = ["region-sthlm-trafik", "trafikverket-vag", "kommun-0180-trafik", "kommun-0180", "lansstyrelsen-01"]
    for n in range(300):
        minute = n * 7
        match rng.randrange(10):
            case 0:
                level = rng.choice(["YELLOW", "ORANGE", "RED"])
                areas = rng.sample(TOWNS, rng.randrange(1, 26))
                onset = T0 + (minute + rng.randrange(-60, 1500)) * MINUTE
                world.warning(minute, level, n, areas, onset=onset, ends=onset + rng.randrange(1, 30) * HOUR)
            case 1:
                world.health(minute, rng.choice(["smhi", "trafikverket"]), complete=rng.random() < 0.8)
            case 2 | 3:
                _disruption(world, minute, rng.randrange(6), rng.choice(TOWNS), revision=n, group=rng.choice("ABC"))
            case _:
                lines = {f"{rng.choice(['transit', 'road', 'lead'])} {rng.choice(TOWNS[:4])}": rng.randrange(1, 6)}
                more: dict[str, Any] = {"valid_until": T0 + (minute + 90) * MINUTE} if rng.random() < 0.3 else {}
                said = minute - rng.randrange(300) if rng.random() < 0.2 else minute
                name = rng.choice(["a", "transit-0180", "road-0180"])
                world.report(minute, rng.choice(actors), name, lines, sent=said, **more)


STORIES: dict[str, Callable[[World], None]] = {
    "snowstorm": snowstorm,
    "quiet-week": quiet_week,
    "faults": faults,
    "mixed": mixed,
}


def _forum(level: str) -> dict[str, Any]:
    return {"forum": level, "level": level, "at": T0 + HOUR, "form": "telefon"}


def _sent(body: dict[str, Any], minute: int) -> dict[str, Any]:
    """The same report, sent at another time."""
    sent = T0 + minute * MINUTE
    return {**body, "sent": sent, "order": sent, "digest": digest({**body, "sent": sent})}


def _disruption(world: World, minute: float, number: int, town: str, *, revision: int = 1, **more: Any) -> None:
    """A deviation of Trafikverket's; without areas it is intake's stub of one that lies elsewhere."""
    body: dict[str, Any] = {
        "source": "trafikverket",
        "id": f"d{number}",
        "kind": "disruption",
        "change": "report",
        "status": "actual",
        "severity": "moderate",
        "native": {"type": "Olycka"},
        "origin": "own",
        "areas": {town: {"how": "inside", "percent": 100, "metres": 0}},
        "texts": {"headline": "k"},
        "label": "open",
        "sent": T0 + int(minute * MINUTE),
        "order": revision,
        "by": "revision",
        "revision": revision,
        **more,
    }
    if not body["areas"]:
        body |= {"change": "elsewhere", "texts": {}}
    world.put(minute, "report", {**body, "digest": digest(body)})
