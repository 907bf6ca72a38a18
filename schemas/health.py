"""What a connector says of its source, on `health.<source>`; intake brings it into the log."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.report import Instant


class Health(BaseModel):
    """One asking of a source and what came of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+$")]
    at: Instant
    """When it was asked, by the connector's clock."""
    heard: bool
    """An answer came that the parser could read."""
    asked: bool = True
    """False: it is followed but not asked, for a reason told in `error`, such as a key that is missing."""
    changed: bool = False
    """The answer differed from the one before."""
    complete: bool = False
    """The answer held all that the source has; only such ones may withdraw."""
    interval_s: Annotated[int, Field(gt=0)]
    """Promised seconds of the space's time between askings; silence is counted from it."""
    items: int = 0
    """Items in the answer."""
    drift: dict[str, int] = {}
    """Unknown or missing fields and new enum values, counted by field."""
    age_s: int | None = None
    """Age of the answer by its own time, whole seconds, where it tells one."""
    skew_s: int | None = None
    """Source's clock minus ours, whole seconds."""
    error: Annotated[str, StringConstraints(max_length=300)] | None = None
    """Last error in words."""
