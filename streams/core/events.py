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
    members = step.state.members.get(f"event|{event}", {})
    items = {k: step.state.picture[EntityKind.ITEM][k] for k in sorted(members)}
    if not items:
        step.publish(EntityKind.EVENT, event, None)
        return
    still_open = {k: i for k, i in items.items() if i["state"] in OPEN_STATES}
    shown = still_open or items
    lead = max((_RANK[i["severity"]], i["sent"], k) for k, i in shown.items())[2]
    values = shown.values()
    entity: Json = {
        "id": event,
        "items": list(items),
        "links": [{"item": k, "reason": members[k]["reason"]} for k in items],
        "areas": sorted({a for i in values for a in i["areas"]}),
        "severity": shown[lead]["severity"],
        "state": "open" if still_open else "closed",
        "kind": shown[lead]["kind"],
        "lead": lead,
    }
    begins = [i["onset"] for i in values if "onset" in i]
    ends = [i["ends"] for i in values if "ends" in i]
    if begins:
        entity["begins"] = min(begins)
    if len(ends) == len(shown):
        entity["ends"] = max(ends)
    if [i for i in values if i["status"] != Status.ACTUAL]:
        entity["status"] = shown[lead]["status"]
    step.publish(EntityKind.EVENT, event, entity)
