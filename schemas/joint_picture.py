"""What people put beside and on top of the merged picture: the joint picture, assessments, objections.

The fold writes them as plain dicts; these models document and release the shapes. Texts stand as keys.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.picture import ImpactStep, ZTime

_SHAPE = ConfigDict(extra="forbid", frozen=True)


class Correction(BaseModel):
    """What was changed in a published joint picture, with what stood before."""

    model_config = _SHAPE
    at: ZTime
    by: str
    texts: dict[str, str]
    """Text keys: `reason`, and `before`, the summary as it was."""
    before: dict[str, object]
    """Fields as they were: events, pinned, left_out."""


class Joint(BaseModel):
    """A human selection published for all. Key `joint-<number>`."""

    model_config = _SHAPE
    id: str
    number: int
    name: str
    texts: dict[str, str]
    """Text key of the `summary`."""
    events: list[str]
    """Event or item keys, in the officer's order."""
    pinned: list[str]
    left_out: list[dict[str, str]]
    """`what` was left out and `why`."""
    version: int
    """Version of the merged picture that it was made of ..."""
    hash: str
    """... and its hash, so that what it rests on can be shown again."""
    seen_version: int
    """What the officer had before them."""
    published_at: ZTime
    published_by: str
    revision: int
    """1 as published; each visible correction adds one."""
    corrections: dict[str, Correction]
    """The revision that each one made."""
    label: Literal["internal"]


class Assessment(BaseModel):
    """The county board's assessment beside a cell; it never sets the cell. Key = cell."""

    model_config = _SHAPE
    cell: str
    impact: ImpactStep
    impact_name: str
    at: ZTime
    by: str
    command: str
    """Command that put it there: what an undo names."""
    texts: dict[str, str]
    """Text keys: `text`, `reason`."""


class Objection(BaseModel):
    """An actor does not agree with how a cell of its own is shown. Key `<cell>/<actor>`."""

    model_config = _SHAPE
    cell: str
    actor: str
    at: ZTime
    seen_version: int
    texts: dict[str, str]
    """Text key of the `reason`."""
