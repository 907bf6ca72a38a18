"""A storyboard as data: who does what when, and what must be seen. tests/storyboards/README.md tells the form.

In: a scene's file, perhaps one of its variants. Out: a `Scene` with whole times, reports and commands as they are sent.
Next: tests/support/storyboard_play.py
"""

import base64
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from support.world import TOWNS

from connectors.payloads import told
from connectors.recorded.moment import moment
from schemas.times import parse, z

FOLDER = Path(__file__).parents[1] / "storyboards"
PAYLOADS = FOLDER.parents[1] / "region" / "stockholm" / "exercises" / "snowstorm"
"""Payloads in each source's wire format; constructed, and marked so in their texts."""
MARK = "ÖVNING – konstruerad: "
_TOWNS = [f"kommun-{code}" for code in TOWNS]
_STEPS = {"1": "none", "2": "moderate", "3": "significant", "4": "serious", "5": "critical"}
_SIGNS = {"=": "now", ">": "expected"}
_RELATIVE = re.compile(r"T[+-](?:\d+d)?\d{1,3}:\d\d(?::\d\d)?")
_ABSOLUTE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

Row = dict[str, Any]


class Act(NamedTuple):
    """One thing that somebody does."""

    number: int
    at: int
    who: str
    """Actor, or source of a feed."""
    what: str
    """`report`, `command`, `feed` or `health`."""
    body: Row


class Scene(NamedTuple):
    """A storyboard, or a variant of it."""

    name: str
    begin: int
    acts: tuple[Act, ...]
    expects: tuple[Row, ...]

    @property
    def moments(self) -> list[int]:
        """When the picture is looked at; the last one is the end of the scene."""
        ends = [e["within"][1] for e in self.expects if "within" in e]
        looks = [e["at"] for e in self.expects if "at" in e]
        return sorted({*looks, max([*ends, *looks, self.acts[-1].at])})

    def sheets(self, at: int) -> list[str]:
        """Meetings whose sheet is looked at then, as `sam/1`."""
        seen = [e["see"].split("/")[1:3] for e in self.expects if e.get("at") == at and e["see"].startswith("sheet/")]
        return sorted({"/".join(key) for key in seen})


def scene_names() -> list[str]:
    """Every scene, and each variant as `scene:variant`."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        found += [path.stem, *(f"{path.stem}:{name}" for name in _read(path.stem).get("variant", {}))]
    return found


def not_met_yet() -> list[tuple[str, str]]:
    """(scene, expectation) of everything that the scenes mark as `missing`."""
    stems = [path.stem for path in sorted(FOLDER.glob("*.toml"))]
    return [(stem, row["what"]) for stem in stems for row in _read(stem)["expect"] if "missing" in row]


def _read(stem: str) -> Row:
    return tomllib.loads((FOLDER / f"{stem}.toml").read_text(encoding="utf-8"))


def load_scene(name: str) -> Scene:
    """A scene by its name."""
    stem, _, variant = name.partition(":")
    raw = _read(stem)
    other = raw["variant"][variant] if variant else {}
    t = parse(other.get("t", raw["t"]))
    rows = [row for row in raw["act"] if row.get("tag") not in other.get("without", ())]
    acts = [act for row in (*rows, *other.get("act", ())) for act in _acts(row, t)]
    acts.sort(key=lambda act: act.at)
    known = [e for e in raw["expect"] if e.get("tag") not in other.get("without", ())]
    expects = tuple(_timed(e, t) for e in (*known, *other.get("expect", ())))
    heard = _through_connectors([a._replace(number=n) for n, a in enumerate(acts)], t - parse(raw["t"]))
    return Scene(name, moment(raw["begin"], t), tuple(heard), expects)


def _timed(row: Row, t: int) -> Row:
    """An expectation with whole times; only `at` and `within` are compared as numbers."""
    times: Row = {"at": moment(row["at"], t)} if "at" in row else {}
    times |= {"within": [moment(w, t) for w in row["within"]]} if "within" in row else {}
    return {**_whole({k: v for k, v in row.items() if k not in times}, t), **times}


def _whole(value: Any, t: int) -> Any:
    """Every `T+01:00` as a whole time."""
    if isinstance(value, dict):
        return {k: _whole(v, t) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v, t) for v in value]
    return z(moment(value, t)) if isinstance(value, str) and _RELATIVE.fullmatch(value) else value


def _acts(row: Row, t: int) -> Iterator[Act]:
    """A row, once for each who does it; `{own}` is a municipality's own code, `{who}` the actor."""
    at = moment(row["at"], t)
    listed = [row["who"]] if isinstance(row["who"], str) else row["who"]
    named = [actor for who in listed for actor in (_TOWNS if who == "KOM" else [who])]
    for who in [actor for actor in named if actor not in row.get("but", ())]:
        if "raw" in row:
            yield Act(0, at, who, "feed", {"raw": row["raw"]})
        elif "health" in row:
            yield Act(0, at, who, "health", {"source": who, "at": z(at), **row["health"]})
        elif "report" in row:
            yield Act(0, at, who, "report", _report(row, who, at, t))
        else:
            yield Act(0, at, who, "command", _command(row, who, t))


def _report(row: Row, who: str, at: int, t: int) -> Row:
    """A report in the form of docs/api.md."""
    own = who.removeprefix("kommun-")[:4]
    says = [_line(text.replace("{own}", own), row.get("until")) for text in row.get("says", ())]
    body = {"id": row["report"], "sent": z(at), "headline": MARK + row.get("headline", "läge"), "impacts": says}
    return {**body, **_whole(row.get("more", {}), t), "exercise": True}


def _line(text: str, until: str | None) -> Row:
    """`transit 0180 0120 =1 >4`: a sector, its areas, now, expected."""
    sector, *rest = text.split()
    line: Row = {"sector": sector, "areas": [w for w in rest if w.isdigit()]}
    line |= {_SIGNS[w[0]]: _STEPS[w[1]] for w in rest if w[0] in _SIGNS}
    return line | ({"expected_until": until} if until else {})


def _command(row: Row, who: str, t: int) -> Row:
    """A command in the form of docs/api.md; its id is the row's, so that later rows can name it."""
    args = _whole(row.get("args", {}), t)
    args |= {name: MARK + args[name] for name in ("what", "title", "summary") if name in args}
    body: Row = {"id": row.get("id", "").replace("{who}", who), "command": row["do"], "args": args}
    body |= {name: row[name].replace("{who}", who) for name in ("on",) if name in row}
    return body | ({"reason": MARK + row["reason"]} if "reason" in row else {})


def _through_connectors(acts: list[Act], shift: int) -> Iterator[Act]:
    """Payloads as what their connectors tell of them, in order; ids for commands that have none."""
    for act in acts:
        if act.what == "command" and not act.body["id"]:
            act.body["id"] = f"act-{act.number}"
    raws = [a for a in acts if a.what == "feed"]
    asked = [
        {"case": "", "source": a.who, "connector": a.who, "at": a.at, "raw": base64.b64encode(_payload(a, shift))}
        for a in raws
    ]
    answers = {a.number: answer for a, answer in zip(raws, told(asked), strict=True)}
    for act in acts:
        if act.what != "feed":
            yield act
            continue
        answer = answers[act.number]
        assert answer["reports"], act.body
        assert not answer["rejected"], answer
        for report in answer["reports"]:
            yield act._replace(body=report)


def _payload(act: Act, shift: int) -> bytes:
    """A payload with its times as far moved as the scene."""
    raw = (PAYLOADS / act.body["raw"]).read_bytes()
    if not shift:
        return raw
    return _ABSOLUTE.sub(lambda found: z(parse(found[0].decode()) + shift).encode(), raw)
