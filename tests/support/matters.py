"""Items of feeds for a `World`: a disruption, a warning passed on, an outage, as intake writes them."""

from typing import Any

from support.world import T0, World

from schemas.codec import canon, digest
from schemas.times import MINUTE

LILJEHOLMEN, BROMMA, GULLMARSPLAN = ["18.02370", "59.31080"], ["17.93890", "59.33850"], ["18.08060", "59.29930"]


BESIDE = {"0180": {"how": "near", "percent": 0, "metres": 0}}
"""A place that only touches the border of a municipality."""


def feed(world: World, minute: float, source: str, name: str, areas: str | dict[str, Any] = "0180", **more: Any) -> str:
    """An item of a feed becomes known at T + minute; gives its key. Municipalities it lies in, or areas as they are."""
    inside = (
        {a: {"how": "inside", "percent": 100, "metres": 0} for a in areas.split()} if isinstance(areas, str) else areas
    )
    body: dict[str, Any] = {
        "source": source,
        "id": name,
        "kind": "disruption",
        "change": "report",
        "status": "actual",
        "severity": "moderate",
        "native": {},
        "origin": "own",
        "areas": inside,
        "texts": {"headline": "k"},
        "label": "open",
        "sent": T0 + int(minute * MINUTE),
        "order": T0 + int(minute * MINUTE),
        "by": "sent",
        **more,
    }
    body["digest"] = digest(canon(body).decode())
    world.put(minute, "report", body)
    return f"{source}/{name}"


def outage(world: World, minute: float, name: str, areas: str = "0180", *, source: str = "avbrott", **more: Any) -> str:
    """A power cut of a grid's list."""
    return feed(world, minute, source, name, areas, **{"native": {"supply": "power", "owner": "ellevio"}, **more})


def event_of(world: World, key: str) -> dict[str, Any] | None:
    """The event an item is in."""
    name = world.state.linked.get(key)
    return None if name is None else world.state.picture["event"][name]


def item(world: World, key: str) -> dict[str, Any]:
    """The public item."""
    return world.state.picture["item"][key]
