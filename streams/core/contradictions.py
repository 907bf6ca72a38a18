"""Two owners, the same thing, different statements: both kept side by side with owner and time, and what to ask.

In: the fresh reports on a cell; the open items of an event and their numbers. Out: plain rows for the cell or event.
Nothing is averaged and no side wins here. `question` is a code; its words are in the catalogue.
"""

from schemas.codec import Json
from schemas.sectors import Kind
from schemas.times import SECOND, parse, z
from streams.core import counts
from streams.core.links import weight
from streams.core.state import Standing
from streams.core.step import Step
from streams.core.traits import owner

SHOWN = 4
"""Statements shown for one quarrel; those furthest apart first."""


def of_cell(step: Step, fresh: dict[str, Standing]) -> Json:
    """What the cell says of parties whose fresh values lie so many steps apart; empty where they agree."""
    limit = step.state.reference.figure("contradiction_steps", 2)
    worst: dict[str, tuple[str, Standing]] = {}
    for key, line in sorted(fresh.items()):
        if line.party not in worst or worst[line.party][1].impact < line.impact:
            worst[line.party] = (key, line)
    values = [line.impact for _, line in worst.values()]
    if len(worst) < 2 or max(values) - min(values) < limit:
        return {}
    order = sorted(worst.values(), key=lambda pair: (-pair[1].impact, pair[0]))
    sides = order if len(order) <= SHOWN else [*order[: SHOWN - 1], order[-1]]
    claims = [{"item": k, "owner": s.actor, "impact": s.impact, "reported_at": z(s.at)} for k, s in sides]
    return {"contradiction": True, "claims": claims, "question": "impact_differs"}


def of_event(step: Step, shown: dict[str, Json], told: list[Json]) -> list[Json]:
    """Numbers of two owners that cannot both be right, and ends that two owners promise far apart."""
    return [*_numbers(told), *_ends(step, shown)]


def _numbers(told: list[Json]) -> list[Json]:
    found = []
    for kind in sorted({c["kind"] for c in told}):
        for cluster in counts.clusters([c for c in told if c["kind"] == kind]):
            order = sorted(cluster, key=lambda c: (-c["low"], c["item"]))
            least = min(order, key=lambda c: (c["high"], c["item"]))
            if order[0]["low"] > least["high"] and order[0]["owner"] != least["owner"] and _alike(order[0], least):
                claims = [_number(order[0]), _number(least)]
                found.append({"about": kind, "claims": claims, "question": "count_differs"})
    return found


def _alike(one: Json, other: Json) -> bool:
    """The same scope: a part is smaller than the whole without anybody being wrong."""
    return set(one.get("areas", ())) == set(other.get("areas", ()))


def _number(count: Json) -> Json:
    return {name: count[name] for name in ("item", "owner", "low", "high", "areas", "at") if name in count}


def _ends(step: Step, shown: dict[str, Json]) -> list[Json]:
    told = {k: i for k, i in shown.items() if i["origin"] == "own" and i["kind"] != Kind.WARNING}
    own = sorted((end, k) for k, i in told.items() if (end := i.get("promised", i.get("ends"))) is not None)
    if not own:
        return []
    (first, one), (last, other) = own[0], own[-1]
    if parse(last) - parse(first) <= weight(step, "ends_differ_s") * SECOND:
        return []
    who = [owner(step, shown[k]) for k in (one, other)]
    if who[0] == who[1]:
        return []
    claims = [
        {"item": k, "owner": w, "ends": end, "reported_at": shown[k]["sent"]}
        for k, w, end in zip((one, other), who, (first, last), strict=True)
    ]
    return [{"about": "ends", "claims": claims, "question": "ends_differ"}]
