"""Events: items that belong together, with the reason for each link. Nothing is merged away.

In: items touched in the step. Out: event entities. In this version the only link is the source's own word (`group`):
one SMHI warning with its areas, one traffic situation with its deviations.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Severity, Status
from streams.core.step import Step

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


def link(step: Step) -> None:
    """Bring the events of every touched item up to date."""
    for key in sorted(step.items):
        entity = step.entity(EntityKind.ITEM, key)
        if entity is None or "group" not in entity:
            _leave(step, key)
            continue
        event = f"{entity['source']}/{entity['group']}"
        members = step.state.members.get(f"event|{event}", {})
        if key not in members:
            _leave(step, key)
            _join(step, event, key)
        _publish(step, event)


def _join(step: Step, event: str, key: str) -> None:
    name = f"event|{event}"
    if name not in step.state.members:
        step.put(step.state.members, name, {})
    step.put(step.state.members[name], key, {"reason": "same_group"})
    step.put(step.state.members["in_event"], key, {"event": event})


def _leave(step: Step, key: str) -> None:
    """Take an item out of the event it was in."""
    was = step.state.members["in_event"].get(key)
    if was is None:
        return
    name = f"event|{was['event']}"
    step.put(step.state.members[name], key, None)
    step.put(step.state.members["in_event"], key, None)
    if not step.state.members[name]:
        step.put(step.state.members, name, None)
    _publish(step, was["event"])


def _publish(step: Step, event: str) -> None:
    members = step.state.members.get(f"event|{event}")
    if not members:
        step.publish(EntityKind.EVENT, event, None)
        return
    table, keys = step.state.picture[EntityKind.ITEM], sorted(members)
    still_open = [k for k in keys if table[k]["state"] in OPEN_STATES]
    shown = {k: table[k] for k in still_open or keys}
    items = shown.values()
    lead = max([(_RANK[i["severity"]], i["sent"], k) for k, i in shown.items()])[2]
    entity: Json = {
        "id": event,
        "items": keys,
        "links": [{"item": k, "reason": members[k]["reason"]} for k in keys],
        "areas": sorted(set[str]().union(*[i["areas"] for i in items])),
        "severity": shown[lead]["severity"],
        "state": "open" if still_open else "closed",
        "kind": shown[lead]["kind"],
        "lead": lead,
    }
    begins = [i["onset"] for i in items if "onset" in i]
    ends = [i["ends"] for i in items if "ends" in i]
    if begins:
        entity["begins"] = min(begins)
    if len(ends) == len(shown):
        entity["ends"] = max(ends)
    if [i for i in items if i["status"] != Status.ACTUAL]:
        entity["status"] = shown[lead]["status"]
    step.publish(EntityKind.EVENT, event, entity)
