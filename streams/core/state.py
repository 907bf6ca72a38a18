"""Everything the fold knows: the public picture and the private state behind it, as tables of immutable values.

Tables are plain dicts written only through the journal. `dump` and `load` carry them through a snapshot:
`load(dump(state)) == state` is a property test. The heap of deadlines and the compiled rules are rebuilt, not kept.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from schemas.change import Picture, empty_picture, genesis
from schemas.codec import Json
from schemas.rules import RuleSet
from streams.core.reference import Reference


class Item(NamedTuple):
    """What the fold must remember of an item; its public entity lies in the picture."""

    order: int
    by: str
    """`revision` or `sent`: what orders it; an id keeps the way it began."""
    digest: str
    state: str
    version: int
    """Version that this revision made."""
    sent: int
    onset: int | None
    ends: int | None
    stale: int | None
    """Explicit time after which it is outdated: valid_until or next_report."""
    kind: str
    counts: bool
    """Status actual and own: it may set cells, feed signals and rules."""
    actor: str | None
    named: tuple[str, ...]
    """Cells of the newest revision that it still stands on."""
    held: tuple[str, ...]
    """Every cell it stands on, outdated ones too."""
    ever: tuple[str, ...]
    """Every cell it has spoken on, so that what is known of that can be forgotten with it."""


class Standing(NamedTuple):
    """One report standing on one cell."""

    impact: int
    at: int
    """When it was reported (`sent`), ms UTC."""
    outdated: int | None
    """Since when it is outdated, ms UTC; None while it is fresh."""
    actor: str
    party: str
    sets: bool
    """Own, actual and entitled: it may set the cell. Others stand beside."""
    expected: int | None
    expected_from: int | None
    expected_until: int | None

    @property
    def fresh(self) -> bool:
        """It may raise and calm; an outdated one does neither."""
        return self.outdated is None


class Instance(NamedTuple):
    """A rule for one subject: how long its condition has been true or false, and whether it speaks."""

    true_since: int | None
    false_since: int | None
    speaks: bool


def instance_key(rule: str, subject: str) -> str:
    """`<rule>|<subject>`."""
    return f"{rule}|{subject}"


def reason_key(reason: Json) -> str:
    """The instance that gives a suggestion's reason."""
    return instance_key(reason["rule"], reason.get("subject", ""))


class Mute(NamedTuple):
    """A dismissed reason: silent until it is over, worsens, is about something else, or the time is out."""

    until: int
    areas: tuple[str, ...]
    items: tuple[str, ...]
    strength: int


class Ask(NamedTuple):
    """A request for reports: these cells turn `not_reported` when it is due."""

    due: int
    cells: tuple[str, ...]
    since: int = 0
    """When it was asked, ms UTC."""
    whom: tuple[str, ...] = ()
    """Actors asked."""


HELD_LIMIT = 26 * 13
"""An item holds at most every cell of the county."""


def _told(*outcome: Any) -> tuple[Any, ...]:
    """A told outcome as it was."""
    return outcome


_TUPLES: dict[str, Callable[..., Any]] = {
    "items": Item,
    "instances": Instance,
    "mutes": Mute,
    "asks": Ask,
    "told": _told,
}


class State:
    """State of one region's fold. Attributes named in `TABLES` are the tables; the rest are scalars or derived."""

    TABLES: tuple[str, ...] = (
        *("items", "standing", "due", "origins", "heard", "silences", "instances", "members"),
        *("mutes", "asks", "done", "facts", "asked", "mine", "said", "told"),
        *("linked", "gathered", "follows", "ties", "near", "alike", "acts"),
    )
    NESTED = frozenset({"standing", "members", "gathered", "mine", "said", "near"})

    def __init__(self, space: str, region: str) -> None:
        self.space, self.region = space, region
        self.picture: Picture = empty_picture()
        self.items: dict[str, Item] = {}
        self.standing: dict[str, dict[str, Standing]] = {}
        self.due: dict[str, int] = {}
        """Deadline id -> due, ms UTC: the truth; the heap is only an index of it."""
        self.origins: dict[str, int] = {}
        """`topic:partition` -> highest offset folded."""
        self.heard: dict[str, int] = {}
        self.silences: dict[str, int] = {}
        """Source -> until when its silence does not ring."""
        self.instances: dict[str, Instance] = {}
        self.members: dict[str, dict[str, Json]] = {}
        """What a measure rests on, kept up by what changed: measure -> item or cell -> what it brings."""
        self.mutes: dict[str, Mute] = {}
        self.mine: dict[str, dict[str, bool]] = {}
        """Actor -> keys of its items."""
        self.said: dict[str, dict[str, int]] = {}
        """`<actor>|<cell>` -> item -> when it last spoke there (sent); outlives the standing, so order is no matter."""
        self.linked: dict[str, str] = {}
        """Item -> the event it is in."""
        self.gathered: dict[str, dict[str, Json]] = {}
        """Event -> its items, each with the reason for it. Apart from `members`: measures are few, events are many."""
        self.follows: dict[str, str] = {}
        """Event -> the newest of those that came after it was finished."""
        self.ties: dict[str, Json] = {}
        """Item, or event of a source -> what a person said of where it belongs; outlives later reports."""
        self.near: dict[str, dict[str, list[str]]] = {}
        """`<area>|<theme>` -> source -> its newest items there, at most four."""
        self.alike: dict[str, list[str]] = {}
        """Key of a whole text -> the newest items that carry it."""
        self.acts: dict[str, Json] = {}
        """Command id -> what stood before it, so that it can be undone."""
        self.asks: dict[str, Ask] = {}
        self.asked: dict[str, int] = {}
        """Cell -> since when a report that was asked for is missing."""
        self.done: dict[str, int] = {}
        """Command id -> version that did it."""
        self.told: dict[str, tuple[str, int | None, str | None]] = {}
        """Receipt -> its outcome: a producer in doubt sends again, and the same receipt never gets another answer."""
        self.facts: dict[str, int] = {}
        """Single numbers, such as when a cell last got worse."""
        self.t = 0
        self.version = 0
        self.hash = genesis(space, region)
        self.rules_raw: Json = {"version": "none", "rule": []}
        self.reference_raw: Json = {}
        self.compile()

    def compile(self) -> None:
        """Make rules and reference data from their raw forms."""
        self.rules = RuleSet.model_validate(self.rules_raw)
        self.reference = Reference(self.reference_raw)

    def tables(self) -> dict[str, dict[str, Any]]:
        """Private tables by name."""
        return {name: getattr(self, name) for name in self.TABLES}

    def entities(self) -> int:
        """How many entities are kept: with 1,000, the longest tail a start has to read."""
        return sum(len(table) for table in self.picture.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.everything() == other.everything()

    __hash__ = None  # type: ignore[assignment]

    def everything(self) -> Json:
        """Scalars, tables and picture, for comparison."""
        return {"scalars": self.scalars(), "tables": self.tables(), "picture": self.picture}

    def scalars(self) -> Json:
        """What a snapshot's manifest holds."""
        return {
            "space": self.space,
            "region": self.region,
            "t": self.t,
            "version": self.version,
            "hash": self.hash,
            "rules": self.rules_raw,
            "reference": self.reference_raw,
        }


Row = tuple[str, str, Any]
"""(table, key, value as JSON); public tables have the prefix `picture/`."""


ROW_MOST = 500
"""Entries of an inner table in one row of a snapshot: a row is never cut, and a part of rows fits a record."""


def copy_tables(state: State) -> dict[str, dict[str, Any]]:
    """Shallow copies to encode from while folding goes on: values are immutable. 0.25 ms at 100,000 items."""
    tables = {f"picture/{kind}": dict(table) for kind, table in state.picture.items()}
    for name, table in state.tables().items():
        tables[name] = {k: dict(v) for k, v in table.items()} if name in State.NESTED else dict(table)
    return tables


def rows(tables: dict[str, dict[str, Any]]) -> Iterator[Row]:
    """Every row of copied tables, in an order that does not depend on history."""
    for name in sorted(tables):
        for key in sorted(tables[name]):
            value = tables[name][key]
            if name in State.NESTED and len(value) > ROW_MOST:
                yield from _pieces(name, key, value)
            else:
                yield name, key, value


def _pieces(name: str, key: str, value: dict[str, Any]) -> Iterator[Row]:
    """A long inner table in rows that each fit a record."""
    inner = sorted(value)
    for start in range(0, len(inner), ROW_MOST):
        yield name, key, {k: value[k] for k in inner[start : start + ROW_MOST]}


def load(scalars: Json, found: Iterator[Row]) -> State:
    """State of a snapshot's manifest and rows."""
    state = State(scalars["space"], scalars["region"])
    state.t, state.version, state.hash = scalars["t"], scalars["version"], scalars["hash"]
    state.rules_raw, state.reference_raw = scalars["rules"], scalars["reference"]
    state.compile()
    for name, key, value in found:
        if name.startswith("picture/"):
            state.picture.setdefault(name.removeprefix("picture/"), {})[key] = value
        elif name in State.NESTED:
            getattr(state, name).setdefault(key, {}).update(_restored(name, value))
        else:
            getattr(state, name)[key] = _restored(name, value)
    return state


def _restored(name: str, value: Any) -> Any:
    """Value of a private table as it was: JSON turned its tuples into lists."""
    if name == "standing":
        return {item: Standing(*fields) for item, fields in value.items()}
    kind = _TUPLES.get(name)
    return value if kind is None else kind(*(tuple(v) if isinstance(v, list) else v for v in value))
