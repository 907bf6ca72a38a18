"""What a suggestion says would end it does end it, as log records; and no part of that may be left out."""

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.world import T0, World, refold

from schemas.record import LogRecord, Origin
from schemas.times import DAY, HOUR, MINUTE
from streams.core.fold import Fold
from streams.core.suggestion_life import OPEN

ACTORS = {
    "region-sthlm-trafik": ["transit"],
    "trafikverket-vag": ["road"],
    "region-sthlm-vard": ["health"],
    "sos-alarm": ["ecom", "rescue"],
    "kommun-0180-trafik": ["road"],
    "svoa": ["water"],
}
AREAS = ["0180", "0182", "0126", "0127"]
LATER = 180
"""Minutes from the first act to when the suggestions are read."""

acts = st.one_of(
    st.tuples(
        st.just("report"),
        st.sampled_from(sorted(ACTORS)),
        st.sampled_from(["a", "b"]),
        st.dictionaries(st.sampled_from(AREAS), st.integers(1, 5), min_size=1, max_size=3),
        st.none() | st.integers(20, 90),
    ),
    st.tuples(st.just("warning"), st.sampled_from(["YELLOW", "ORANGE", "RED"]), st.sampled_from(["1", "2"])),
    st.tuples(
        st.just("without"),
        st.sampled_from([("ellevio", "power"), ("vattenfall-eld", "power"), ("svoa", "water")]),
        st.integers(1_000, 30_000),
        st.integers(10, 40),
    ),
    st.tuples(st.just("vma"), st.sets(st.sampled_from(AREAS), min_size=1, max_size=3)),
    st.tuples(
        st.just("request"), st.sampled_from(["kommun-0188", "kommun-0180"]), st.sampled_from([None, "inriktande"])
    ),
    st.tuples(st.just("agree")),
    st.tuples(st.just("silent")),
    st.tuples(st.just("level"), st.sampled_from(["förstärkningsläge", "katastrofläge"])),
    st.tuples(st.just("forum"), st.booleans()),
)

TWICE_OLD = ("report", "sos-alarm", "b", {"0180": 3, "0182": 3}, 20)
"""Outdated on two cells: told anew for one of them it holds again on the other."""
ONCE_OLD = ("report", "sos-alarm", "b", {"0180": 3}, 20)
"""Outdated on a cell on which the actor's other report is milder: that one told anew takes its place."""

ENDED = (
    ("warning", "YELLOW", "1"),
    ("report", "svoa", "a", {"0182": 1}, 20),
    ("warning", "YELLOW", "2"),
    ("without", ("svoa", "water"), 20_000, 10),
    ("report", "kommun-0180-trafik", "a", {"0180": 3}, None),
)
"""One report is to be milder for one rule and to end for another; what it leaves behind is outdated."""


def play(world: World, minute: float, act: tuple[Any, ...]) -> None:
    match act:
        case ("report", actor, name, impacts, promised):
            lines = {f"{sector} {area}": impact for sector in ACTORS[actor] for area, impact in impacts.items()}
            more = {} if promised is None else {"next_report": T0 + int((minute + promised) * MINUTE)}
            world.report(minute, actor, name, lines, **more)
        case ("warning", level, name):
            world.warning(minute, level, int(minute * 10) + 1, id=name, group=name, ends=T0 + 2 * DAY)
        case ("without", (actor, what), number, hours):
            kind = "customers_without_power" if what == "power" else "people_without_water"
            told = {"kind": kind, "low": number, "high": number, "owner": actor, "areas": ["0182"]}
            lines = {"energy 0182" if what == "power" else "water 0182": 3}
            world.report(minute, actor, "p", lines, counts=[told], promised=T0 + hours * HOUR)
        case ("vma", areas):
            body = {"source": "vma", "id": "v", "group": "v", "native": {}, "kind": "message"}
            world.warning(minute, "", int(minute * 10) + 1, sorted(areas), **body)
        case ("request", actor, wanted):
            world.report(minute, actor, "need", kind="request", **({} if wanted is None else {"forum": wanted}))
        case ("agree",):
            world.command(minute, "agree", on="f", args={"asks": ["KOM"]}, texts={"what": "skolor stängs"})
        case ("silent",):
            world.health(minute, "sl")
        case _:
            act_as(world, minute, act)


def act_as(world: World, minute: float, act: tuple[Any, ...]) -> None:
    """What people do beside reporting."""
    match act:
        case ("level", said):
            world.report(minute, "region-sthlm-vard", "level", native={"level": said})
        case ("forum", needs):
            args = {"forum": "f", "level": "samordnande", "at": T0 + 3 * DAY, "form": "telefon"}
            world.command(minute, "convene", args=args)
            if needs:
                world.command(minute, "need_direction", on="f")


def spoken(said: dict[str, int]) -> list[dict[str, Any]]:
    """Lines of a report that says so much of each cell."""
    parts = ((cell.split("/"), impact) for cell, impact in sorted(said.items()))
    return [{"sector": sector, "areas": [area], "now": impact} for (area, sector), impact in parts]


class After:
    """The same log again, with things happening at its end."""

    def __init__(self, world: World) -> None:
        self.state, _ = refold(world.records)
        self.fold = Fold(self.state)
        self.count = len(world.records)

    def put(self, minute: float, kind: str, body: dict[str, Any]) -> None:
        self.count += 1
        origin = Origin("test", 0, self.count)
        self.fold.take(LogRecord(T0 + int(minute * MINUTE), kind, body, origin, f"x{self.count}"))

    def happen(self, minute: float, changes: list[dict[str, Any]]) -> None:
        reports: dict[str, list[dict[str, Any]]] = {}
        for change in changes:
            if change["do"] == "report":
                reports.setdefault(change["item"], []).append(change)
            else:
                self.other(minute, change)
        for item, lines in reports.items():
            said = {cell: self.state.standing[cell][item].impact for cell in self.state.items[item].named}
            said |= {f"{c['area']}/{c['sector']}": c["impact"] for c in lines}
            self.revise(minute, item, {"impacts": spoken(said)})

    def other(self, minute: float, change: dict[str, Any]) -> None:
        match change:
            case {"do": "end", "item": item}:
                self.revise(minute, item, {"change": "cancel"})
            case {"do": "heard", "source": source}:
                body = {"source": source, "heard": True, "complete": True, "drift": 0, "interval_s": 36_000}
                self.put(minute, "health", body)
            case {"do": "heard", "item": item}:
                held = self.state.items[item].held
                self.revise(minute, item, {"impacts": spoken({c: self.state.standing[c][item].impact for c in held})})
            case {"do": "close", "forum": forum}:
                body = {"id": f"c{self.count}", "command": "close", "on": forum, "args": {}, "texts": {}}
                body |= {"who": "lansstyrelsen-01", "role": "coordinator", "seen_version": 0}
                self.put(minute, "command", body)

    def revise(self, minute: float, key: str, more: dict[str, Any]) -> None:
        item, public = self.state.items[key], self.state.picture["item"][key]
        sent = T0 + int(minute * MINUTE)
        order = sent if item.by == "sent" else item.order + 1
        kept = {n: public[n] for n in ("source", "id", "kind", "status", "severity", "origin", "label")}
        body = {**kept, "areas": {}, "native": {}, "texts": {}, "change": "report", "by": item.by, **more}
        body |= {"sent": sent, "order": order, "digest": f"d{self.count}"}
        body |= {"actor": item.actor} if item.actor else {}
        self.put(minute, "report", body)

    def gone(self, suggestion: dict[str, Any]) -> bool:
        """It is over, or other rules that have come to speak meanwhile keep it."""
        now = self.state.picture["suggestion"][suggestion["id"]]
        before = {(r["rule"], r.get("subject")) for r in suggestion["reasons"]}
        return now["state"] not in OPEN or bool({(r["rule"], r.get("subject")) for r in now["reasons"]} - before)

    def speak(self, suggestion: dict[str, Any]) -> set[str]:
        """Which of the rules that keep it still do."""
        level = suggestion["level"]
        own = {f"{r['rule']}|{r.get('subject', '')}" for r in suggestion["reasons"] if r["level"] == level}
        return {key for key in own if key in self.state.instances and self.state.instances[key].speaks}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(0, ("report", "sos-alarm", "a", {"0180": 1, "0182": 3}, None)), (0, TWICE_OLD)])
@example([(0, ("report", "sos-alarm", "a", {"0180": 1, "0182": 3}, None)), (0, ONCE_OLD)])
@example([(0, act) for act in ENDED])
@given(st.lists(st.tuples(st.integers(0, 120), acts), min_size=1, max_size=12))
def test_what_would_end_a_suggestion_ends_it_and_no_part_of_that_does(made):
    world = World()
    for minute, act in sorted(made, key=lambda pair: pair[0]):
        play(world, minute, act)
    world.tick(LATER)
    world.tick(LATER + 2)
    assert not world.state.picture["failed"]
    for suggestion in world.suggestions("raised", "notified", "acknowledged"):
        if "falls_away_if" not in suggestion:
            continue
        changes, clear = suggestion["falls_away_if"]["changes"], suggestion["falls_away_if"]["clear_min"]
        after = After(world)
        after.happen(LATER + 3, changes)
        after.put(LATER + 5 + clear, "tick", {})
        assert not after.speak(suggestion), suggestion
        assert after.gone(suggestion)
        for spared in changes[:4]:
            part = After(world)
            part.happen(LATER + 3, [c for c in changes if c is not spared])
            part.put(LATER + 5 + clear, "tick", {})
            assert part.speak(suggestion), (spared, suggestion)
