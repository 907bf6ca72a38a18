"""The small enums everything is told in: sectors, impact, the four greys, severity, kinds, states.

Sectors: the thirteen of the matrix, from MCF's list of viktiga samhällsfunktioner with transport split in three.
Impact: the five steps of påverkansgrad in which county boards report to the Government.
"""

from enum import IntEnum, StrEnum


class Sector(StrEnum):
    """Column of the matrix; Swedish names are in the region's data."""

    ROAD = "road"
    TRANSIT = "transit"
    RAILAIR = "railair"
    ENERGY = "energy"
    ECOM = "ecom"
    WATER = "water"
    HEALTH = "health"
    CARE = "care"
    SCHOOL = "school"
    ORDER = "order"
    RESCUE = "rescue"
    SUPPLY = "supply"
    LEAD = "lead"


SECTORS: tuple[str, ...] = tuple(sector.value for sector in Sector)


class Impact(IntEnum):
    """Påverkansgrad of a cell, 1 to 5; 0 is unknown and always comes with one of the four greys."""

    UNKNOWN = 0
    NONE = 1
    MODERATE = 2
    SIGNIFICANT = 3
    SERIOUS = 4
    CRITICAL = 5


IMPACT_NAMES: tuple[str, ...] = tuple(i.name.lower() for i in Impact)
IMPACT_OF: dict[str, int] = {i.name.lower(): int(i) for i in Impact if i}


class Unknown(StrEnum):
    """Why a cell has no value. None of them is ever drawn as `none`."""

    NOT_ASSESSED = "not_assessed"
    NOT_REPORTED = "not_reported"
    OUTDATED = "outdated"
    SOURCE_UNREACHABLE = "source_unreachable"


class Severity(StrEnum):
    """Severity of an item, in this project's words; the source's own level is kept beside it as `native`."""

    INFORMATION = "information"
    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"
    EXTREME = "extreme"


class Kind(StrEnum):
    """What a report is: weather; traffic or supply; an actor's own; public information; ordinary-mode matters."""

    WARNING = "warning"
    DISRUPTION = "disruption"
    SITUATION = "situation"
    MESSAGE = "message"
    ISSUE = "issue"
    PLANNED_EVENT = "planned_event"
    REQUEST = "request"


class ItemState(StrEnum):
    """Life cycle of an item; the first three are open, the rest are closed."""

    ACTIVE = "active"
    NOT_BEGUN = "not_begun"
    OUTDATED = "outdated"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """Another report of the same actor has taken over every cell it stood on."""
    DENIED = "denied"
    """Its own sender says that it is not so."""
    LEFT = "left"
    """A newer revision lies wholly outside the region."""


OPEN_STATES = frozenset({ItemState.ACTIVE, ItemState.NOT_BEGUN, ItemState.OUTDATED})


class Status(StrEnum):
    """CAP's status. Only `actual` counts in cells, signals, rules and notices (of its own space)."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    SYSTEM = "system"
    TEST = "test"
    DRAFT = "draft"


class Label(StrEnum):
    """Who may read: all, the actors, named few. A derived thing is as secret as its most secret input."""

    OPEN = "open"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
