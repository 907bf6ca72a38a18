"""What the report form asks each sector for beside its impact, and the resources it proposes: a county's own data.

In: `region/<county>/templates.toml`; a county without the file asks for no numbers. Out: `Templates`, checked strictly.
Next: dashboards/report/body.py
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.sectors import Sector
from streams.errors import RegionDataError
from streams.region_files import read

FILE = "templates.toml"
_Short = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class NumberField(BaseModel):
    """One number that the form asks a sector for; it becomes a row of the report's `counts`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sector: Sector
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
    """Kind of the count, as rules and other counts name it."""
    label: _Short
    """What is asked, in Swedish."""
    unit: _Short
    """What it is a number of, shown after the field."""
    total: bool = False
    """Ask also of how many it is."""
    most: Annotated[int, Field(gt=0)] | None = None
    """A larger number is a slip of the finger."""
    shown_from: Literal["none", "moderate", "significant", "serious", "critical"] = "moderate"
    """Impact from which it is asked for; below it the form stays short."""


class Templates(BaseModel):
    """templates.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: tuple[NumberField, ...] = ()
    resources: tuple[_Short, ...] = ()
    """Names of resources that are proposed: the same word is the same resource in rules."""

    def of(self, sector: str) -> tuple[NumberField, ...]:
        """Fields of a sector, in the order of the file."""
        return tuple(field for field in self.number if field.sector == sector)


def load_templates(folder: Path) -> Templates:
    """The county's templates. Raises RegionDataError naming every fault."""
    faults: list[str] = []
    found = checked_templates(folder, faults)
    if faults:
        raise RegionDataError(f"{folder}: mend {len(faults)} fault(s): {'; '.join(faults)}")
    return found


def checked_templates(folder: Path, faults: list[str]) -> Templates:
    """The same, adding its faults to `faults`."""
    if not (folder / FILE).exists():
        return Templates()
    found = read(folder / FILE, Templates, faults)
    if found is None:
        return Templates()
    seen = set[tuple[str, str]]()
    for field in found.number:
        if (field.sector, field.kind) in seen:
            faults.append(f"{FILE} {field.sector} {field.kind}: stands twice")
        seen.add((field.sector, field.kind))
    words = [word.casefold() for word in found.resources]
    faults += [f"{FILE} resources: {word!r} stands twice" for word in sorted({w for w in words if words.count(w) > 1})]
    return found
