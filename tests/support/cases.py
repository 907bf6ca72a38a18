"""Cases made by hand for the back-test, under a small rule set of their own: the county's may change."""

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from connectors.payloads import told
from schemas.codec import canon, load
from schemas.times import MINUTE, parse, z
from streams.backtest.bench import Result, bench
from streams.backtest.casefile import Case
from streams.backtest.ground import Frozen, Ground, freeze, load_ground
from streams.backtest.payloads import Payload, Told, read_answer
from streams.backtest.reading import read_cases
from streams.settings import Settings

T = parse("2027-01-19T07:00:00+01:00")

RULES = """
version = "test"
[[rule]]
id = "R01"
title = "Röd"
basis = "documented"
act = "convene"
level = "samordnande"
call = true
clear = "60 min"
when = { test = "warning", source = "smhi", levels = ["RED"], within = "48 h", areas = 1 }
text = "t"
falls_away = "f"
[[rule]]
id = "R02"
title = "Orange"
basis = "analogy"
act = "call_duty"
level = "tib"
call = true
hold = "10 min"
when = { test = "warning", source = "smhi", levels = ["ORANGE"], within = "24 h", areas = 9 }
text = "t"
falls_away = "f"
[[rule]]
id = "R04"
title = "Sektor"
basis = "analogy"
each = "sector"
act = "convene"
level = "samordnande"
call = true
hold = "15 min"
clear = "2 h"
at_once = { test = "cells", impact = 5, areas = 1 }
when = { test = "cells", impact = 4, areas = 3, percent = 20 }
text = "t"
falls_away = "f"
[[rule]]
id = "R07a"
title = "Inriktning"
basis = "documented"
act = "escalate"
level = "inriktande"
call = true
when = { test = "forum", level = "samordnande", need_direction = true }
text = "t"
falls_away = "f"
"""


def at(minute: float) -> str:
    """Text of T + minute."""
    return z(T + int(minute * MINUTE))


def must(act: str, level: str, begin: float, end: float, **more: Any) -> dict[str, Any]:
    """An expectation that must be met."""
    return {"act": act, "level": level, "from": at(begin), "to": at(end), **more}


def none(begin: float, end: float, **what: str) -> dict[str, Any]:
    """Such a suggestion must not come."""
    return {"none": what, "from": at(begin), "to": at(end)}


def line(minute: float, **more: Any) -> dict[str, Any]:
    """A constructed record, or a published one where it has a citation."""
    return {"known_at": at(minute), "published": "citation" in more, **more}


def warning(minute: float, level: str, *, county: int = 1, onset: float = 600, **more: Any) -> dict[str, Any]:
    """SMHI's list with one warning, in its wire format; without a level an empty list."""
    area = {
        "id": 11,
        "approximateStart": at(onset),
        "approximateEnd": at(onset + 600),
        "published": at(minute),
        "areaName": {"sv": "ett län"},
        "warningLevel": {"code": level},
        "affectedAreas": [{"id": county}],
    }
    body = [{"id": 1, "event": {"code": "SNOW", "sv": "Snö"}, "warningAreas": [area]}] if level else []
    return line(minute, raw={"source": "smhi", "body": body}, **more)


def report(minute: float, actor: str, sector: str, areas: str, now: str, **more: Any) -> dict[str, Any]:
    """An actor's report on one sector."""
    impacts = [{"sector": sector, "areas": areas.split(), "now": now}]
    body = {"id": f"{sector}-1", "sent": at(minute), "headline": "Rubrik", "impacts": impacts}
    return line(minute, actor=actor, report=body, **more)


def command(minute: float, name: str, *, on: str | None = None, role: str = "coordinator", **args: Any) -> Any:
    """A person's act; a reason goes beside the arguments."""
    reason = {"reason": args.pop("reason")} if "reason" in args else {}
    given = {"command": name, "who": "lansstyrelsen-01", "role": role, "args": args, **reason}
    return line(minute, command=given | ({"on": on} if on else {}))


@lru_cache
def county() -> Ground:
    """The county's data, read once."""
    return load_ground(Settings(), None)


def fit(path: Path) -> Frozen:
    """Rules of a file, as the county takes them."""
    return freeze(path, county().reference, county().connectors)


def tell_here(payloads: Sequence[Payload]) -> list[Told]:
    """The connectors' work in this process; that it is the same in one of its own is another test."""
    asked = [{**p._asdict(), "raw": base64.b64encode(p.raw).decode()} for p in payloads]
    return [read_answer(load(canon(answer))) for answer in told(asked)]


class Bench:
    """A folder of cases and the small rule set."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setattr("streams.backtest.reading.tell", tell_here)
        self.folder = folder
        self.rules = folder / "rules.toml"
        self.rules.write_text(RULES, encoding="utf-8")
        self.ground: Ground = county()._replace(rules=fit(self.rules), chosen=True)

    def write(self, expected: list[Any], *records: Any, name: str = "a", **head: Any) -> Path:
        """A case file."""
        first = {"case": name, "title": "Fall", "region": "01", "source_note": "provat", "expected": expected, **head}
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (first, *records))
        return self.raw(text.encode(), name)

    def raw(self, content: bytes, name: str = "a") -> Path:
        """A case file of any bytes."""
        path = self.folder / f"{name}.jsonl"
        path.write_bytes(content)
        return path

    def read(self, path: Path) -> Case:
        """The case as it is read."""
        return read_cases([path], self.ground)[0]

    def score(self, path: Path, *, against: Frozen | None = None, acts: bool = False) -> Result:
        """The case as it is scored."""
        cases = read_cases([path], self.ground)
        return bench(cases, self.ground, against, acts=acts, progress=lambda *_: None)[0]

    def other(self, old: str, new: str) -> Frozen:
        """The rule set with one thing changed."""
        assert old in RULES
        path = self.folder / "other.toml"
        path.write_text(RULES.replace(old, new), encoding="utf-8")
        return fit(path)
