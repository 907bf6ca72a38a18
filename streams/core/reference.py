"""The region's registry as the fold reads it: municipalities, actors and what they are entitled to, roles, figures.

In: the `reference` record's body (made by streams/reference.py). Out: lookups that never raise on unknown names.
"""

from collections.abc import Collection

from schemas.codec import Json
from schemas.command import GROUPS
from schemas.times import DAY, SECOND

MUNICIPALITIES = "KOM"
"""Group of the registry that means: the municipalities touched."""
COUNTY_BOARD = "county_board"
"""Kind of the one actor that convenes."""


class Reference:
    """Lookups over one version of the reference data."""

    def __init__(self, raw: Json) -> None:
        self.municipalities: Json = raw.get("municipalities", {})
        self.actors: Json = raw.get("actors", {})
        self.roles: Json = raw.get("roles", {})
        self.figures: Json = raw.get("figures", {})
        self.feeds: Json = raw.get("feeds", {})
        """Feed -> whose it is, and what its items are about (region/<county>/reference.toml)."""
        self.weights: Json = raw.get("links", {})
        """What speaks for a link between two reports, in points."""
        self.names: Json = raw.get("names", {})
        """Short names of places in feeds -> the name that others use."""
        self.lives_on: dict[str, str] = {c: s for s, cells in raw.get("lives_on", {}).items() for c in cells}
        """Cell -> the feed it lives on, where it lives on one and nothing else."""
        self.depends: dict[str, list[Json]] = {}
        """Sector -> rows of the table of consequences that say on what it depends."""
        self.depend_on: dict[str, list[Json]] = {}
        """Sector -> rows of what depends on it."""
        for row in raw.get("dependencies", ()):
            self.depends.setdefault(row["of"], []).append(row)
            self.depend_on.setdefault(row["on"], []).append(row)
        self.contacts: frozenset[str] | None = frozenset(raw["contacts"]) if "contacts" in raw else None
        """Actors that an address is registered for; None where nobody has said. The addresses lie outside the log."""
        self.county = str(raw.get("region", {}).get("code", ""))
        self._people = {code: int(m.get("inhabitants", 0)) for code, m in self.municipalities.items()}
        self.inhabitants = self.people(self._people)
        self.boards = sorted(a for a, row in self.actors.items() if row.get("kind") == COUNTY_BOARD)
        self._groups: dict[str, list[str]] = {}
        """Group -> its actors, sorted."""
        for actor in sorted(self.actors):
            for group in self.actors[actor].get("groups", ()):
                self._groups.setdefault(group, []).append(actor)

    def figure(self, name: str, default: int) -> int:
        """A figure of the region's data; the unit ends its name."""
        return int(self.figures.get(name, default))

    def party(self, actor: str) -> str:
        """Who signs for an actor; two units of one party are not independent."""
        return str(self.actors.get(actor, {}).get("party", actor))

    def entitled(self, actor: str, sector: str, area: str) -> bool:
        """May this actor's own report set this cell?"""
        row = self.actors.get(actor)
        if row is None or sector not in row["sectors"]:
            return False
        return area in row["areas"] or self.county in row["areas"]

    def people(self, areas: Collection[str]) -> int:
        """Inhabitants of these municipalities; of one that nobody knows, none."""
        return sum(self._people.get(a, 0) for a in areas)

    def percent(self, areas: Collection[str]) -> int:
        """Share of the county's inhabitants in these municipalities, whole percent."""
        if not self.inhabitants:
            return 0
        return 100 * self.people(areas) // self.inhabitants

    def may(self, role: str, command: str) -> bool:
        """May this role give this command?"""
        return GROUPS.get(command) in self.roles.get(role, ())

    def stale_after(self) -> int:
        """Milliseconds after which a report is outdated in ordinary mode."""
        return self.figure("report_outdated_s", DAY // SECOND) * SECOND

    def forgotten_after(self) -> int:
        """Milliseconds after which a closed item is forgotten; intake refuses reports sent before that."""
        return self.figure("closed_forgotten_s", 30 * DAY // SECOND) * SECOND

    def silent_after(self, interval_s: int) -> int:
        """Milliseconds after its last answer at which a source is silent."""
        intervals = self.figure("source_silence_intervals", 2)
        return (intervals * interval_s + self.figure("source_silence_grace_s", 30)) * SECOND

    def members(self, group: str, areas: list[str]) -> list[str]:
        """Actor ids of a group or a single actor; KOM means the municipalities touched, all where none is named."""
        if group in self.actors:
            return [group]
        found = self._groups.get(group, [])
        if group != MUNICIPALITIES or not areas:
            return found
        touched = set(areas)
        return [a for a in found if not touched.isdisjoint(self.actors[a]["areas"])]
