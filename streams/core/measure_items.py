"""Measures of items: which municipalities warnings cover, what matters of a sort are open, who asks for a forum.

In: one item that changed. Out: what it brings to the measures that rules read.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import MatterTest, WarningTest
from schemas.sectors import OPEN_STATES, ItemState, Kind
from schemas.times import MINUTE, z
from streams.core.measured import FALSE, Measured, Verdict, look_again, member
from streams.core.places import about, affected, only_beside
from streams.core.state import Item
from streams.core.step import Step

REQUEST = "request"


def warning_key(test: WarningTest) -> str:
    """Name of a warning measure: source, levels, how long before onset it counts."""
    return f"warning|{test.source}|{'+'.join(sorted(test.levels))}|{test.within // MINUTE}min"


def matter_key(test: MatterTest) -> str:
    """Name of a matter measure: everything that says which items fit, without the limits."""
    native = ";".join(f"{field}={','.join(sorted(values))}" for field, values in sorted(test.native.items()))
    parts = ("+".join(sorted(test.sources)), "+".join(test.kinds), "+".join(test.severities), native)
    return f"matter|{'|'.join(parts)}"


def count_warning(step: Step, name: str, test: WarningTest, key: str) -> None:
    """What one item brings to a warning measure."""
    entity = step.entity(EntityKind.ITEM, key)
    item = step.state.items.get(key)
    deadline = f"window|{name}|{key}"
    fits = (
        entity is not None
        and item is not None
        and item.counts
        and item.state in OPEN_STATES
        and entity["kind"] == Kind.WARNING
        and entity["source"] == test.source
        and not only_beside(entity)
        and entity["native"].get("level") in test.levels
    )
    if not fits or entity is None or item is None:
        step.deadline(deadline, None)
        member(step, name, key, None)
        return
    opens = item.onset - test.within if item.onset is not None else step.at
    if opens > step.at:
        step.deadline(deadline, opens)
        member(step, name, key, None)
        return
    step.deadline(deadline, None)
    brings: Json = {"areas": affected(entity["areas"]), "type": entity["native"].get("code", "")}
    if item.onset is not None:
        brings["onset"] = item.onset
    member(step, name, key, brings)


def measure_warning(step: Step, test: WarningTest) -> Measured:
    """Municipalities that warnings at these levels cover now."""
    members = step.state.members.get(warning_key(test), {})
    areas = tuple(sorted({a for m in members.values() for a in m["areas"]}))
    onsets = [m["onset"] for m in members.values() if "onset" in m]
    params = [("types", "+".join(sorted({m["type"] for m in members.values()}))), ("levels", "+".join(test.levels))]
    if onsets:
        params.append(("onset", z(min(onsets))))
    return Measured(areas, tuple(sorted(members)), len(areas), tuple(params))


def count_matter(step: Step, name: str, test: MatterTest, key: str) -> None:
    """What one item of a named source brings to a matter measure."""
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    was = step.state.members.get(name, {}).get(key)
    if entity is None or item is None or not item.counts or item.state not in OPEN_STATES:
        member(step, name, key, None)
    elif item.state == ItemState.OUTDATED or (was is not None and _unsaid(test, entity)):
        return  # silence neither raises nor clears
    elif item.state == ItemState.NOT_BEGUN or only_beside(entity) or not _fits(test, entity):
        member(step, name, key, None)
    else:
        member(step, name, key, {"areas": about(entity), "sent": item.sent, "native": entity["native"]})


def _fits(test: MatterTest, entity: Json) -> bool:
    kind_fits = not test.kinds or entity["kind"] in test.kinds
    severity_fits = not test.severities or entity["severity"] in test.severities
    return (
        kind_fits
        and severity_fits
        and all(_says(entity["native"].get(field, ""), values) for field, values in test.native.items())
    )


def _says(told: str, values: list[str]) -> bool:
    """A field may hold several words in a row, such as two roads."""
    words = {told.casefold(), *(part.strip().casefold() for part in told.split(","))}
    return any(value.casefold() in words for value in values)


def _unsaid(test: MatterTest, entity: Json) -> bool:
    """An actor's newer report that leaves out its level does not say that the level has ended."""
    return entity["source"].startswith("actor.") and any(field not in entity["native"] for field in test.native)


def judge_matter(step: Step, test: MatterTest) -> Verdict:
    """So many of them, apart, over so many municipalities, sent so lately."""
    name = matter_key(test)
    members = step.state.members.get(name, {})
    since = step.at - test.within if test.within else None
    found = {k: m for k, m in members.items() if since is None or m["sent"] > since}
    if since is not None:
        again = [m["sent"] + test.within for m in found.values()]
        look_again(step, name, f"within {test.within}", min(again) if again else None)
    apart = {m["native"].get(test.apart, key) if test.apart else key for key, m in found.items()}
    areas = tuple(sorted({a for m in found.values() for a in m["areas"]}))
    narrow = test.areas is not None and len(areas) < test.areas
    if not found or len(apart) < test.items or narrow:
        return FALSE
    fields = (test.apart,) if test.apart else ("level", "type", "event")
    said = {m["native"].get(field, "") for m in found.values() for field in fields}
    params = [("count", str(len(apart))), ("types", "+".join(sorted(said - {""})))]
    params.append(("by", "+".join(sorted({key.partition("/")[0].removeprefix("actor.") for key in found}))))
    return Verdict(true=True, on=Measured(areas, tuple(sorted(found)), len(apart) * 100 + len(areas), tuple(params)))


def count_request(step: Step, key: str, entity: Json | None, item: Item | None) -> None:
    """A request for a forum stands or not."""
    stands = item is not None and entity is not None and item.counts and item.state in OPEN_STATES
    brings: Json | None = None
    if stands and item is not None and entity is not None:
        brings = {"by": item.actor or "", "forum": entity.get("forum", "samordnande")}
    if stands or key in step.state.members.get(REQUEST, ()):
        member(step, REQUEST, key, brings)


def measure_requests(step: Step, forum: str | None) -> Measured:
    """Requests that stand, for any forum or for this one."""
    every = step.state.members.get(REQUEST, {})
    members = {key: m for key, m in every.items() if forum in {None, m["forum"]}}
    by = "+".join(sorted({m["by"] for m in members.values()}))
    return Measured((), tuple(sorted(members)), len(members), (("by", by),))
