"""How the system itself stands, as a room sees it: its sources, its rules in force, what failed and was passed over.

Next: schemas/picture.py
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.picture import ZTime

_SHAPE = ConfigDict(extra="forbid", frozen=True)


class SourceState(BaseModel):
    """Health of a source. Key = source. Heartbeats take no version: the mark carries when it was last heard."""

    model_config = _SHAPE
    source: str
    state: Literal["heard", "silent", "maintenance"]
    since: ZTime
    complete: bool
    drift: int
    """Unknown fields, missing fields and new values, counted."""
    interval_s: int
    error: str | None = None


class Failed(BaseModel):
    """A stage that failed and was passed over: visible, never silent. Key `<stage>/<what>`."""

    model_config = _SHAPE
    stage: str
    what: str
    error: str
    at: ZTime
    record: str
    """Kind and identity of the record, or the deadline's id."""


class RulesInForce(BaseModel):
    """The rule set that folds now. Key `current`; key `file` when the file was refused."""

    model_config = _SHAPE
    version: str
    digest: str
    rules: list[dict[str, object]]
    """id, title, basis, basis_note, act, level, call, text, falls_away, hold_min, clear_min."""
    refused: list[str] | None = None
    """Faults of a newer file that was refused; this set stays in force."""
