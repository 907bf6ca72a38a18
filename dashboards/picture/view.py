"""What one viewer is shown of a picture: words in place of text keys, labels kept, every cell listed.

Pure. In: entities, a viewer, the texts. Out: plain JSON, equal for equal versions and views.
A derived thing stays when its basis is hidden, marked `limited` (underlag begränsat); it never turns milder.
Next: dashboards/api/calls.py and dashboards/desk/pages.py
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from dashboards.access import Viewer
from dashboards.picture import forum_sight, joint_sight
from dashboards.picture.chain import Head
from dashboards.picture.texts import Text
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.ids import actor_of, cell_key
from schemas.sectors import SECTORS, Label, Unknown
from schemas.times import z

NOT_ASSESSED: Json = {"impact": 0, "impact_name": "unknown", "unknown": Unknown.NOT_ASSESSED.value}
"""A cell that nobody ever named is not stored, but always shown."""

LISTS: Mapping[str, str] = {
    EntityKind.SOURCE: "sources",
    EntityKind.EVENT: "events",
    EntityKind.ITEM: "items",
    EntityKind.SUGGESTION: "suggestions",
    EntityKind.NOTICE: "notices",
    EntityKind.FORUM: "forums",
    EntityKind.REQUEST: "requests",
    EntityKind.MEETING: "meetings",
    EntityKind.ENTRY: "entries",
    EntityKind.MATTER: "matters",
    EntityKind.DUTY: "duties",
    EntityKind.QUESTION: "questions",
    EntityKind.JOINT: "joint",
    EntityKind.ASSESSMENT: "assessments",
    EntityKind.OBJECTION: "objections",
    EntityKind.FAILED: "failed",
}
"""Kind of entity -> its list in `/picture`; cells stand under `areas`, signals and rules by their key."""

_INTERNAL = frozenset({"acknowledged_by", "on_behalf_of", "via", "channels", "duty", "last_error", "error", "record"})
"""Fields of notices and failures that name people or machines."""


class Sight(NamedTuple):
    """A picture through a viewer's eyes."""

    picture: Picture
    viewer: Viewer
    text: Callable[[str], Text | None]

    def shown(self, kind: str, key: str) -> Json | None:
        """An entity as the viewer may see it; None when it is hidden or not there."""
        entity = self.picture.get(kind, {}).get(key)
        return None if entity is None else self.of(kind, entity)

    def of(self, kind: str, entity: Json) -> Json | None:
        """The same for an entity that need not be in the picture any more."""
        shown: Json | None = entity
        match kind:
            case EntityKind.ITEM:
                shown = self._item(entity)
            case EntityKind.CELL:
                shown = self._cell(entity)
            case EntityKind.EVENT:
                shown = self._event(entity)
            case EntityKind.SUGGESTION:
                shown = self._suggestion(entity)
            case EntityKind.NOTICE | EntityKind.FAILED if not self.viewer.sees(Label.INTERNAL):
                shown = {name: value for name, value in entity.items() if name not in _INTERNAL}
            case EntityKind.DUTY if not self.viewer.sees(Label.INTERNAL):
                shown = None
            case _ if kind in forum_sight.KINDS:
                shown = forum_sight.shown(kind, entity, self.viewer, self.text)
            case _ if kind in joint_sight.KINDS:
                shown = joint_sight.shown(entity, self.viewer, self.text)
        return shown

    def items(self) -> Iterator[tuple[str, Json]]:
        """Every item that the viewer may know of, raw: its texts are looked up where it is shown."""
        return (row for row in self.picture.get(EntityKind.ITEM, {}).items() if self.allows(row[1]))

    def sees_item(self, key: str) -> bool:
        """True unless the item is there and its label forbids; one that is forgotten says nothing any more."""
        item = self.picture.get(EntityKind.ITEM, {}).get(key)
        return item is None or self.allows(item)

    def allows(self, item: Json) -> bool:
        """True if the item's label lets the viewer know of it."""
        return self.viewer.sees(item["label"], actor_of(item["source"]))

    def _item(self, item: Json) -> Json | None:
        if not self.allows(item):
            return None
        texts = {}
        told: dict[str, list[str]] = {"erased": [], "withheld": [], "pending": []}
        owner = actor_of(item["source"])
        for field, key in item.get("texts", {}).items():
            text = self.text(key)
            stricter = item.get("labels", {}).get(field, item["label"])
            if not self.viewer.sees(stricter, owner) or (text is not None and not self.viewer.sees(text.label, owner)):
                told["withheld"].append(field)
            elif text is None:
                told["pending"].append(field)
            elif text.words is None:
                told["erased"].append(field)
            else:
                texts[field] = text.words
        shown = {**item, "texts": texts, **{name: fields for name, fields in told.items() if fields}}
        return joint_sight.hints(shown, self.sees_item) if "near" in item or "duplicate_of" in item else shown

    def _cell(self, cell: Json) -> Json:
        reasons = [r for r in cell["reasons"] if self.sees_item(r["item"])]
        shown = cell if len(reasons) == len(cell["reasons"]) else {**cell, "reasons": reasons, "limited": True}
        return joint_sight.claims(shown, self.sees_item)

    def _event(self, event: Json) -> Json | None:
        items = [key for key in event["items"] if self.sees_item(key)]
        if not items:
            return None
        return joint_sight.event(event, items, self.viewer, self.text)

    def _suggestion(self, suggestion: Json) -> Json:
        shown = {**suggestion, "reasons": [self._reason(r) for r in suggestion["reasons"]]}
        if "falls_away_if" in shown:
            told = shown["falls_away_if"]
            shown["falls_away_if"] = {**told, "changes": [self._change(c) for c in told["changes"]]}
        if any(r.get("limited") for r in shown["reasons"]):
            shown["limited"] = True
        key = shown.pop("reason_text", None)
        text = self.text(key) if key is not None and self.viewer.sees(suggestion["label"]) else None
        return shown if text is None or text.words is None else {**shown, "reason_text": text.words}

    def _change(self, change: Json) -> Json:
        """What would end a suggestion; of a report that is hidden only that there is one."""
        if self.sees_item(str(change.get("item", ""))):
            return change
        return {"do": change["do"], "limited": True}

    def _reason(self, reason: Json) -> Json:
        items = [key for key in reason["items"] if self.sees_item(key)]
        return reason if len(items) == len(reason["items"]) else {**reason, "items": items, "limited": True}


class Place(NamedTuple):
    """Whose picture it is: what every answer begins with."""

    space: str
    region: str
    exercise: bool
    municipalities: Mapping[str, str]
    """Code -> name, in the order they are listed."""


def picture_body(sight: Sight, head: Head, place: Place) -> Json:
    """The whole `/picture`."""
    body: Json = {
        "space": place.space,
        "region": place.region,
        "version": head.version,
        "hash": head.hash,
        "as_of": None if head.at is None else z(head.at),
        "exercise": place.exercise,
        "areas": [
            {"code": code, "name": name, "sectors": {s: cell_body(sight, code, s) for s in SECTORS}}
            for code, name in place.municipalities.items()
        ],
        "signals": dict(sorted(sight.picture.get(EntityKind.SIGNAL, {}).items())),
        "rules": dict(sorted(sight.picture.get(EntityKind.RULES, {}).items())),
    }
    for kind, name in LISTS.items():
        shown = ((key, sight.shown(kind, key)) for key in sorted(sight.picture.get(kind, {})))
        body[name] = [{"key": key, **entity} for key, entity in shown if entity is not None]
    return body


def cells_of(sight: Sight, areas: Iterable[str]) -> dict[tuple[str, str], Json]:
    """Every cell of these municipalities by (municipality, sector)."""
    return {(area, sector): cell_body(sight, area, sector) for area in areas for sector in SECTORS}


def cell_body(sight: Sight, area: str, sector: str) -> Json:
    """One cell, whether or not anybody ever named it."""
    return sight.shown(EntityKind.CELL, cell_key(area, sector)) or NOT_ASSESSED
