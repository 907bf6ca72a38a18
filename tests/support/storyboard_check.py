"""What a storyboard expects against what was seen: each expectation within its interval, and nothing else rings.

In: a scene, a play of it. Out: a fault for each expectation that is not met; those marked `missing` are known ones.
The form of an expectation is told in tests/storyboards/README.md.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

from support.forums import agenda_of, proposed_of
from support.storyboard import Row, Scene
from support.storyboard_play import Played

from schemas.change import EntityKind, Picture, Version, empty_picture
from schemas.times import parse, z
from streams.backtest.trace import Trace, stands
from streams.core.forum_view import tally

NOT_ASSESSED = {"impact": 0, "unknown": "not_assessed"}


class Checked(NamedTuple):
    """All expectations of a scene, judged."""

    faults: list[str]
    known: list[str]
    """Expectations that are not met yet, with why."""
    quiet: list[str]
    """Suggestions that came without a call and that nobody awaited, for the reader."""


class Gone(NamedTuple):
    """A rule gives no reason any more in anything that stands."""

    at: int
    rule: str


def check(scene: Scene, played: Played) -> Checked:
    """Judge every expectation; one marked `missing` that is met after all is a fault too."""
    trace, gone = Trace(), list(_gone(played.versions))
    trace.see(played.versions)
    found = Checked([], [], [])
    for expect in scene.expects:
        wrong = _judge(expect, trace, gone, played.pictures)
        told = f"{expect['what']}: {wrong}"
        if "missing" in expect:
            (found.known if wrong else found.faults).append(
                f"{told} ({expect['missing']})" if wrong else f"{expect['what']}: is met now, so it is not missing"
            )
        elif wrong:
            found.faults.append(told)
    found.faults.extend(_rings(scene, trace))
    awaited = {e["raised"] for e in scene.expects if "raised" in e}
    found.quiet.extend(f"{_when(r.at)} {r.act}/{r.level} {r.rules}" for r in trace.raised if _kind(r) not in awaited)
    return found


def _kind(row: Any) -> str:
    return f"{row.act}/{row.level}"


def _kind_of(suggestion: Row) -> str:
    return f"{suggestion['act']}/{suggestion['level']}"


def _spoken(suggestion: Row) -> bool:
    return bool(suggestion["state"] != "holding")


def _when(at: int) -> str:
    return z(at)[:16]


def _judge(expect: Row, trace: Trace, gone: list[Gone], pictures: dict[int, Picture]) -> str:
    """Empty when met, else what was there instead."""
    if "see" in expect:
        return _seen(expect, pictures[expect["at"]])
    begin, end = expect["within"]
    if "raised" in expect:
        times = [r.at for r in trace.raised if _kind(r) == expect["raised"] and expect.get("rule") in {None, *r.rules}]
    elif "gone" in expect:
        times = [g.at for g in gone if g.rule == expect["gone"]]
    elif "none" in expect:
        spoke = [f"{_when(s.at)} {s.rule} in {_kind(s)}" for s in trace.spoke if _forbids(expect, s)]
        return "" if not spoke else f"but {', '.join(spoke)}"
    else:
        times = [s.at for s in trace.spoke if s.rule == expect["reason"] and expect.get("joins") in {None, _kind(s)}]
    if any(begin <= at <= end for at in times):
        return ""
    return f"not in {_when(begin)} to {_when(end)}, but at {[_when(at) for at in times]}"


def _forbids(expect: Row, spoke: Any) -> bool:
    begin, end = expect["within"]
    names = expect["none"] if isinstance(expect["none"], list) else [expect["none"]]
    return begin <= spoke.at <= end and any(name in {spoke.rule, _kind(spoke), "*"} for name in names)


def _rings(scene: Scene, trace: Trace) -> Iterator[str]:
    """Each call was awaited, and each awaited one rang once."""
    awaited = [e for e in scene.expects if e.get("call")]
    left = list(trace.calls)
    for expect in awaited:
        begin, end = expect["within"]
        rang = [c for c in left if begin <= c.at <= end and expect.get("rule") in {None, *c.rules}]
        if rang:
            left.remove(rang[0])
        elif "missing" not in expect:
            yield f"{expect['what']}: no call"
    yield from (f"rang, awaited by nobody: {_when(c.at)} {c.rules}" for c in left)


def _gone(versions: list[Version]) -> Iterator[Gone]:
    standing: dict[str, Any] = {}
    before: set[str] = set()
    for version in versions:
        standing |= {c.key: c.value for c in version.changes if c.kind == EntityKind.SUGGESTION}
        now = {r["rule"] for s in standing.values() if s and stands(s) for r in s["reasons"]}
        yield from (Gone(version.at, rule) for rule in sorted(before - now))
        before = now


def _seen(expect: Row, picture: Picture) -> str:
    """A thing in the picture: its fields, its rows, its absence, or how many of a kind are so."""
    whole = {**empty_picture(), **picture}
    kind, _, key = expect["see"].partition("/")
    if "count" in expect:
        found = [k for k, e in whole.get(kind, {}).items() if _like(expect["where"], e)]
        return "" if len(found) == expect["count"] else f"{len(found)} are so: {found[:30]}"
    found = _view(whole, kind, key)
    if expect.get("absent"):
        return "" if found is None else f"is there: {found}"
    if found is None:
        return "is not there"
    if "has" in expect:
        left = [row for row in expect["has"] if not _holds(found, row)]
        return "" if not left else f"lacks {left} in {found}"
    if "lacks" in expect:
        there = [row for row in expect["lacks"] if _holds(found, row)]
        return "" if not there else f"has {there}"
    return "" if _like(expect["is"], found) else f"is {_shown(expect['is'], found)}"


def _holds(found: Any, row: Any) -> bool:
    """A row of a list, or a key of a map."""
    return any(_like(row, one) for one in found)


def _shown(wanted: Any, found: Any) -> Any:
    return {k: found.get(k) for k in wanted} if isinstance(wanted, dict) and isinstance(found, dict) else found


def _like(wanted: Any, found: Any) -> bool:
    """What is wanted is part of what is found; a length where a list or a map is counted by `n`; times by `until`."""
    if isinstance(wanted, dict) and set(wanted) == {"n"}:
        return hasattr(found, "__len__") and len(found) == wanted["n"]
    if isinstance(wanted, dict) and set(wanted) == {"from", "to"} and isinstance(found, str):
        return parse(wanted["from"]) <= parse(found) <= parse(wanted["to"])
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(name in found and _like(value, found[name]) for name, value in wanted.items())
    return bool(wanted == found)


def _point(made: Any, point: str) -> Any:
    """Rows of one point of an agenda."""
    return next((p["rows"] for p in made["points"] if p["point"] == point), None) if made else None


def _view(picture: Picture, kind: str, key: str) -> Any:
    """An entity by kind and key, or something computed from the picture as a room computes it."""
    match kind:
        case "cell":
            return picture["cell"].get(key, NOT_ASSESSED)
        case "suggestion" if "/" in key:
            fitting = [(s["since"], k) for k, s in picture[kind].items() if _spoken(s) and _kind_of(s) == key]
            return picture[kind][max(fitting)[1]] if fitting else None
        case "seats":
            suggestion = _view(picture, "suggestion", key)
            return {s["actor"]: s for s in suggestion["seats"]} if suggestion else None
        case "members":
            return picture["forum"].get(key, {}).get("members")
        case "trail":
            return picture["matter"].get(key, {}).get("trail")
        case "tally":
            entry = picture["entry"].get(key)
            return tally(entry)._asdict() if entry else None
        case "agenda":
            forum, _, point = key.rpartition("/")
            return _point(agenda_of(picture, forum) if forum in picture["forum"] else None, point)
        case "proposed":
            kind_of, _, point = key.rpartition("/")
            suggestion = _view(picture, "suggestion", kind_of)
            return _point(proposed_of(picture, suggestion["id"]) if suggestion else None, point)
        case "sheet":
            forum, number, *path = key.split("/")
            return reduce(lambda part, name: part and part.get(name), path, picture[kind].get(f"{forum}/{number}"))
        case _:
            return picture.get(kind, {}).get(key)
