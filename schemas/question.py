"""A question about an expected consequence that nobody has reported yet (streams/core/consequences.py).

Times are `Z` text; an answer's words stand as a key under `texts`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.sectors import Sector

_SHAPE = ConfigDict(extra="forbid", frozen=True)


class Because(BaseModel):
    """What is hit, by which another sector of the same municipality usually is."""

    model_config = _SHAPE
    sector: Sector
    impact: Annotated[int, Field(ge=0, le=5)]
    """0 while what was told of it is outdated."""
    since: str
    ask: str
    """What to ask, in Swedish, of the county's table."""


class Question(BaseModel):
    """One question about one cell. Key = id, `question/<area>/<sector>`. It never changes the cell."""

    model_config = _SHAPE
    id: str
    area: str
    sector: Sector
    because: list[Because]
    whom: list[str]
    """Actors that may report on the cell and are asked."""
    state: Literal["open", "overdue", "answered"]
    asked_at: str
    by: str
    """When an answer is expected."""
    answered_by: str | None = None
    answered_at: str | None = None
    """When the report was sent, or the words were said."""
    via: Literal["report", "words"] | None = None
    texts: dict[str, str] | None = None
    by_hand_of: str | None = None
    """Who entered the words, where that is another than the actor."""
