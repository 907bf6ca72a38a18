"""The parts of a mapping of a list of outages: fields, words, grades, and how a list says that it is whole.

In: tables of `mappings/<name>.toml`. Out: checked models, of which `mapping.py` makes the whole.
Next: connectors/outages/mapping.py
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from connectors.outages import paths
from schemas.sectors import Severity

Supply = Literal["power", "water", "telecom", "heat"]


def compiled(expressions: tuple[str, ...]) -> tuple[str, ...]:
    """The same expressions. ValueError names every one that is no JMESPath."""
    found = [text for expression in expressions if (text := paths.fault(expression))]
    if found:
        raise ValueError("; ".join(found))
    return expressions


def listed(value: object) -> object:
    """A list as a tuple; text alone as a tuple of one."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


Paths = Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(compiled)]
"""JMESPath expressions tried in turn; one alone may stand as text."""
Words = Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(lambda w: tuple(x.casefold() for x in w))]
"""Words of the list, compared without case."""
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""Unknown keys are faults, and nothing is made into another type."""


class Fields(BaseModel):
    """Where each thing stands in a row."""

    model_config = STRICT

    identity: Paths = ()
    """The outage's own id, the same in each list it is in."""
    revision: Paths = ()
    """A number that grows with each change of the outage, if the list has one."""
    updated: Paths = ()
    """When the outage's row was last changed. Not the time of the whole list."""
    start: Paths = ()
    prognosis: Paths = ()
    """When supply is believed to be back. Told, but it never ends the outage: prognoses pass while the dark goes on."""
    ends: Paths = ()
    """When it ends for certain, or has ended: after this the outage is no longer shown."""
    municipality: Paths = ()
    """Code or name, one or several."""
    county: Paths = ()
    """Code or name; used only where no municipality is known."""
    area: Paths = ()
    """The place in the owner's words."""
    lon: Paths = ()
    lat: Paths = ()
    geometry: Paths = ()
    """A GeoJSON object in the row. In `geojson` lists the feature's own is used without this."""
    customers: Paths = ()
    """A number, or text such as `100-200`."""
    customers_low: Paths = ()
    customers_high: Paths = ()
    supply: Paths = ()
    """Kind of supply, in words that `words.supply` explains."""
    owner: Paths = ()
    planned: Paths = ()
    status: Paths = ()
    cause: Paths = ()
    level: Paths = ()
    """The owner's own grade."""
    text: Paths = ()
    url: Paths = ()
    group: Paths = ()
    """Id of what several outages belong to."""


class Vocabulary(BaseModel):
    """What words of the list mean, compared without case."""

    model_config = STRICT

    cancelled: Words = ()
    """Of `status`: over, or a mistake. The outage is taken back."""
    active: Words = ()
    """Of `status`: known and going on. Where given, any other word is counted as new."""
    planned: Words = ("ja", "yes", "true", "1", "planerat", "planerad", "planned")
    """Of `planned`."""
    test: Words = ()
    """Of `status`: a test, never the real thing."""
    exercise: Words = ()
    supply: dict[Supply, Words] = {}


class Step(BaseModel):
    """From so many customers on, this severity."""

    model_config = STRICT

    customers: Annotated[int, Field(ge=1)]
    severity: Annotated[Severity, Field(strict=False)]


class Grades(BaseModel):
    """Severity of an outage, by the most customers it may concern."""

    model_config = STRICT

    least: Annotated[Severity, Field(strict=False)] = Severity.MINOR
    """Below the first step, and where no number is told."""
    planned: Annotated[Severity, Field(strict=False)] | None = None
    """Of planned outages, whatever their number; absent: as all others."""
    steps: list[Step] = []


class Whole(BaseModel):
    """How the list says that it is whole. Nothing is withdrawn by not being in a list that is not."""

    model_config = STRICT

    complete: bool = False
    """The list shows every outage that its owner has."""
    total: Paths = ()
    """Number of outages as the payload tells it; must agree with the rows."""
    more: Paths = ()
    """Something other than null, false, 0 or empty here: this is one page of several."""
    at: Paths = ()
    """When the list was made."""


class Csv(BaseModel):
    """How a CSV is written."""

    model_config = STRICT

    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Literal["auto", "utf-8", "cp1252", "utf-16"] = "auto"
