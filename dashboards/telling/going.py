"""What goes on, for one viewer: open reports in the order of the lists, and which of them stand for an event.

Pure. In: a viewer's sight, and the changes that a version made to its picture. Out: rows and leads, kept up by what
changed, so that a picture with ten thousand open reports costs no more to draw than one with ten. Events are not put
into words here: that costs as much as reading all of their links.
Next: dashboards/telling/happenings.py
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from dashboards.picture.view import Sight
from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Kind, Severity
from streams.core.agenda_items import AgendaItems

WEATHER = "smhi"
"""The source whose warnings have shapes and colours of their own."""
_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


class Lead(NamedTuple):
    """An open event by the reports that the viewer sees of it."""

    event: str
    lead: str
    """The report that stands for it."""
    members: list[str]
    """All of its reports in sight."""
    pinned: bool


class _Place(NamedTuple):
    """Of a row in the order: pinned first, then gravest, then newest; the greatest comes first."""

    pinned: bool
    rank: int
    since: str
    key: str
    row: tuple[str, Json]
    """The key again, and the item; never compared: keys differ."""


def is_open(item: Json) -> bool:
    """True while the item is part of the picture."""
    return item["state"] in OPEN_STATES


class Going:
    """Open events and loose items of a picture, in order. An item belongs to one event at most (core/events.py)."""

    def __init__(self, sight: Sight) -> None:
        """All of what `sight` sees now."""
        self._sight = sight
        self._listed: dict[str, list[str]] = {}
        """Open event -> its reports, in sight or not: one that comes into sight must find its event."""
        self._event: dict[str, str] = {}
        self._leads: dict[str, Lead] = {}
        self._place: dict[str, _Place] = {}
        self._order: list[_Place] = []
        self._open: dict[str, Json] = {}
        self._weather: dict[str, Json] = {}
        self._sources: Counter[str] = Counter()
        for event in sight.picture.get(EntityKind.EVENT, {}):
            self._set_event(event)
        for key in sight.picture.get(EntityKind.ITEM, {}):
            self._set_item(key, self._order.append)
        self._order.sort()
        self.agenda = AgendaItems(sight.items())
        """All items in sight, as agendas read them."""

    def change(self, changes: Iterable[Change]) -> None:
        """Take in what a version changed; the sight's picture has it already."""
        events = {change.key for change in changes if change.kind == EntityKind.EVENT}
        items = {change.key for change in changes if change.kind == EntityKind.ITEM}
        events |= {self._event[key] for key in items if key in self._event}
        for event in events:
            items.update(self._listed.get(event, ()))
            self._set_event(event)
            items.update(self._listed.get(event, ()))
        for key in items:
            self.agenda.set(key, self._in_sight(key))
            self._set_item(key, partial(insort, self._order))

    def rows(self) -> list[tuple[str, Json]]:
        """Keys and raw entities: pinned first, then gravest, then newest; texts are looked up later.

        An event stands for its items; an actor's situation reports are seen in the matrix instead.
        """
        return [place.row for place in reversed(self._order)]

    def weather_rows(self) -> list[tuple[str, Json]]:
        """Those of SMHI's warnings among the rows, in the same order."""
        places = sorted((self._place[key] for key in self._weather if key in self._place), reverse=True)
        return [place.row for place in places]

    def lead(self, key: str) -> Lead | None:
        """The open event that this report stands for."""
        found = self._leads.get(self._event.get(key, ""))
        return found if found is not None and found.lead == key else None

    @property
    def open(self) -> dict[str, Json]:
        """Every open item in sight, actors' situation reports too."""
        return self._open

    @property
    def sources(self) -> Collection[str]:
        """Sources of those."""
        return self._sources.keys()

    @property
    def weather(self) -> Mapping[str, Json]:
        """SMHI's open warnings in sight, also those that another report stands for."""
        return self._weather

    def _set_event(self, name: str) -> None:
        for key in self._listed.pop(name, ()):
            if self._event.get(key) == name:
                del self._event[key]
        self._leads.pop(name, None)
        event = self._sight.picture.get(EntityKind.EVENT, {}).get(name)
        if event is None or event["state"] != "open":
            return
        self._listed[name] = event["items"]
        self._event.update(dict.fromkeys(event["items"], name))
        seen = [key for key in event["items"] if self._sight.sees_item(key)]
        if seen:
            lead = event["lead"] if event["lead"] in seen else seen[0]
            self._leads[name] = Lead(name, lead, seen, bool(event.get("pinned")))

    def _set_item(self, key: str, put: Callable[[_Place], None]) -> None:
        old = self._place.pop(key, None)
        if old is not None:
            del self._order[bisect_left(self._order, old)]
        self._forget(self._open.pop(key, None))
        self._weather.pop(key, None)
        item = self._in_sight(key)
        if item is None or not is_open(item):
            return
        self._open[key] = item
        self._sources[item["source"]] += 1
        if item["source"] == WEATHER:
            self._weather[key] = item
        led = self._leads.get(self._event.get(key, ""))
        if item["kind"] != Kind.SITUATION and (led is None or led.lead == key):
            since = str(item.get("onset") or item["sent"])
            self._place[key] = _Place(led is not None and led.pinned, _RANK[item["severity"]], since, key, (key, item))
            put(self._place[key])

    def _in_sight(self, key: str) -> Json | None:
        item = self._sight.picture.get(EntityKind.ITEM, {}).get(key)
        return item if item is not None and self._sight.allows(item) else None

    def _forget(self, item: Json | None) -> None:
        if item is not None:
            self._sources -= Counter([item["source"]])  # this subtraction keeps no zero
