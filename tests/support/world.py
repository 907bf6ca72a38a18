"""A fold with the county's own registry and rules, driven by hand: no Kafka, no clock, no sleep.

Times are given in minutes from T (the third storyboard's T: red warning known).
"""

import tomllib
from typing import Any

from schemas.codec import digest
from schemas.record import LogRecord, Origin
from schemas.times import MINUTE, parse
from streams.core.fold import Fold, Folded
from streams.core.state import State
from streams.reference import load_reference
from streams.settings import Settings

T0 = parse("2027-01-19T07:00:00+01:00")
FOLDER = Settings().region_folder
REFERENCE: dict[str, Any] = dict(load_reference(FOLDER))
RULES: dict[str, Any] = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))
TOWNS = sorted(REFERENCE["municipalities"])


class World:
    """One region and what came to it; every record is kept, so that it can be folded again."""

    def __init__(self, rules: dict[str, Any] | None = None, space: str = "ovning-world") -> None:
        self.state = State(space, "01")
        self.fold = Fold(self.state)
        self.records: list[LogRecord] = []
        self.versions: list[Any] = []
        self.last = Folded()
        self.put(-24 * 60, "reference", REFERENCE)
        self.put(-24 * 60, "rules", {"rules": rules or RULES})

    def put(self, minute: float, kind: str, body: dict[str, Any], *, origin: Origin | None = None) -> Folded:
        """Fold a record that becomes known at T + minute."""
        place = origin or Origin("test", 0, len(self.records))
        record = LogRecord(T0 + int(minute * MINUTE), kind, body, place, f"r{len(self.records)}")
        return self.take(record)

    def take(self, record: LogRecord) -> Folded:
        self.records.append(record)
        self.last = self.fold.take(record)
        self.versions += self.last.versions
        return self.last

    def tick(self, minute: float) -> Folded:
        return self.put(minute, "tick", {})

    def report(
        self,
        minute: float,
        actor: str,
        report_id: str,
        lines: dict[str, Any] | None = None,
        *,
        sent: float | None = None,
        **more: Any,
    ) -> Folded:
        """An actor's report; `lines` is {"transit 0180 0120": 4} or {...: {"now": 4, "expected": 5}}."""
        at = T0 + int((minute if sent is None else sent) * MINUTE)
        body = {**actor_body(actor, report_id, at, lines or {}), **more}
        body["digest"] = digest({k: v for k, v in body.items() if k != "sent" or body["by"] == "sent"})
        return self.put(minute, "report", body)

    def warning(self, minute: float, level: str, revision: int, areas: list[str] | None = None, **more: Any) -> Folded:
        """A revision of SMHI's warning 1."""
        body: dict[str, Any] = {
            "source": "smhi",
            "id": "1-1",
            "group": "1",
            "kind": "warning",
            "change": "report",
            "status": "actual",
            "severity": "severe",
            "native": {"level": level, "code": "SNOW"},
            "origin": "own",
            "areas": {a: {"how": "inside", "percent": 100, "metres": 0} for a in (TOWNS if areas is None else areas)},
            "texts": {},
            "label": "open",
            "order": revision,
            "by": "revision",
            "revision": revision,
            "sent": T0 + int(minute * MINUTE),
            **more,
        }
        body["digest"] = digest(
            repr(sorted((k, v) for k, v in body.items() if k != "sent")).encode("ascii", "replace").decode()
        )
        return self.put(minute, "report", body)

    def command(self, minute: float, name: str, *, role: str = "coordinator", **more: Any) -> Folded:
        body = {
            "id": f"c{len(self.records)}",
            "command": name,
            "args": {},
            "texts": {},
            "who": "lansstyrelsen-01",
            "role": role,
            "seen_version": 0,
            **more,
        }
        return self.put(minute, "command", body)

    def health(self, minute: float, source: str = "smhi", **more: Any) -> Folded:
        body = {"source": source, "heard": True, "complete": True, "drift": 0, "interval_s": 60, **more}
        return self.put(minute, "health", body)

    def cell(self, key: str) -> dict[str, Any]:
        return self.state.picture["cell"].get(key, {})

    def suggestions(self, *states: str) -> list[dict[str, Any]]:
        return [s for s in self.state.picture["suggestion"].values() if s["state"] in states]

    def calls(self) -> list[dict[str, Any]]:
        """Every notice ever opened that asks the duty officer to answer."""
        opened = {
            c.key: c.value
            for v in self.versions
            for c in v.changes
            if c.kind == "notice" and c.value is not None and c.value["opened_version"] == v.number
        }
        return [n for n in opened.values() if n["call"]]


def actor_body(actor: str, report_id: str, sent: int, lines: dict[str, Any]) -> dict[str, Any]:
    """Log body of an actor's report, as intake writes it."""
    impacts = []
    for where, value in lines.items():
        sector, *areas = where.split()
        line = {"now": value} if isinstance(value, int) else dict(value)
        impacts.append({"sector": sector, "areas": TOWNS if areas == ["01"] else areas, **line})
    return {
        "source": f"actor.{actor}",
        "actor": actor,
        "id": report_id,
        "kind": "situation",
        "change": "report",
        "status": "actual",
        "severity": "information",
        "native": {},
        "origin": "own",
        "areas": {},
        "impacts": impacts,
        "texts": {"headline": "k"},
        "label": "internal",
        "order": sent,
        "by": "sent",
        "sent": sent,
    }


def refold(records: list[LogRecord], space: str = "ovning-world") -> tuple[State, list[Any]]:
    """The same records through a new fold."""
    state = State(space, "01")
    fold = Fold(state)
    return state, [v for r in records for v in fold.take(r).versions]
