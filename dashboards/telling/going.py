"""Which reports stand for an event and which lie inside one, for a viewer: found once for a page.

Pure. In: a scene. Out: leads and members of open events. Events are not put into words here: that costs as much as
reading all of their links.
Next: dashboards/telling/happenings.py
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar, cast

from dashboards.telling.scene import Scene
from schemas.change import EntityKind

Made = TypeVar("Made")


class Leading(NamedTuple):
    """Open events by the reports that the viewer sees of them."""

    events: Mapping[str, str]
    """Report that stands for it -> key of the event."""
    members: Mapping[str, list[str]]
    """The same -> all of its reports in sight."""
    inside: frozenset[str]
    """Reports that another one stands for."""
    pinned: frozenset[str]
    """Those of the first whose event is pinned."""


def once(scene: Scene, key: object, make: Callable[[], Made]) -> Made:
    """What was made for this scene before, else made now: several parts of a page ask for the same.

    A narrowed scene shares it with the whole: what depends on the filter has it in its key.
    """
    if scene.kept is None:
        return make()
    if key not in scene.kept:
        scene.kept[key] = make()
    return cast("Made", scene.kept[key])


def leading(scene: Scene) -> Leading:
    """Open events of the picture; one of which nothing is in sight is not there."""
    return once(scene, "leading", lambda: _leading(scene))


def _leading(scene: Scene) -> Leading:
    events: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    inside: set[str] = set()
    pinned = set()
    for name, event in scene.sight.picture.get(EntityKind.EVENT, {}).items():
        if event["state"] != "open":
            continue
        seen = [key for key in event["items"] if scene.sight.sees_item(key)]
        if seen:
            lead = event["lead"] if event["lead"] in seen else seen[0]
            events[lead], members[lead] = name, seen
            inside.update(seen)
            if event.get("pinned"):
                pinned.add(lead)
    return Leading(events, members, frozenset(inside - events.keys()), frozenset(pinned))
