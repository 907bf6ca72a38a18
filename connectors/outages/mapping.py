"""The mapping of one list of outages: a reviewed data file, held to its rules before it is used.

In: `mappings/<name>.toml`. Out: a `ListMapping`, or a `FaultyMapping` that names every fault at once. README.md beside
this file tells how to write one.
Next: connectors/outages/parse.py
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from connectors.outages import headline, paths
from connectors.outages.moments import Clock, Epoch
from connectors.reading import listing, mapping
from schemas.report import faults
from schemas.sectors import Severity

FOLDER = Path(__file__).parent / "mappings"

Supply = Literal["power", "water", "telecom", "heat"]


class FaultyMapping(ValueError):
    """A mapping that cannot be used; the text names every fault, one a line."""


def _compiled(expressions: tuple[str, ...]) -> tuple[str, ...]:
    found = [text for expression in expressions if (text := paths.fault(expression))]
    if found:
        raise ValueError("; ".join(found))
    return expressions


def _zoned(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name!r} is no time zone") from error
    return name


def _template(text: str) -> str:
    if found := headline.fault(text):
        raise ValueError(found)
    return text


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


Paths = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_compiled)]
"""JMESPath expressions tried in turn; one alone may stand as text."""
Words = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(lambda w: tuple(x.casefold() for x in w))]
"""Words of the list, compared without case."""
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Fields(BaseModel):
    """Where each thing stands in a row."""

    model_config = _STRICT

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

    model_config = _STRICT

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

    model_config = _STRICT

    customers: Annotated[int, Field(ge=1)]
    severity: Annotated[Severity, Field(strict=False)]


class Grades(BaseModel):
    """Severity of an outage, by the most customers it may concern."""

    model_config = _STRICT

    least: Annotated[Severity, Field(strict=False)] = Severity.MINOR
    """Below the first step, and where no number is told."""
    planned: Annotated[Severity, Field(strict=False)] | None = None
    """Of planned outages, whatever their number; absent: as all others."""
    steps: list[Step] = []


class Whole(BaseModel):
    """How the list says that it is whole. Nothing is withdrawn by not being in a list that is not."""

    model_config = _STRICT

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

    model_config = _STRICT

    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Literal["auto", "utf-8", "cp1252", "utf-16"] = "auto"


class ListMapping(BaseModel):
    """How one list of outages is read."""

    model_config = _STRICT

    title: Annotated[str, Field(min_length=1)]
    """Whose list it is, for people."""
    format: Literal["json", "geojson", "csv", "any"]
    """`any`: by what the payload looks like."""
    recognise: Annotated[str, Field(min_length=1), AfterValidator(lambda e: _compiled((e,))[0])]
    """Must be true of a payload of this list, and false of all others."""
    supply: Supply | None = None
    owner: Annotated[str, Field(max_length=200)] = ""
    """Who counts the customers."""
    rows: Paths = ("@",)
    """The list within the payload."""
    zone: Annotated[str, AfterValidator(_zoned)] = "Europe/Stockholm"
    epoch: Epoch = "none"
    time_formats: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Forms of time beside ISO 8601, as of `strptime`."""
    identity_from: list[str] = []
    """Fields that together are the identity where a row has none of its own."""
    headline: Annotated[str, AfterValidator(_template)] = headline.DEFAULT
    fields: Fields
    native: dict[str, Paths] = {}
    """Other words of the list to be shown beside ours, by the name they get."""
    words: Vocabulary = Vocabulary()
    severity: Grades = Grades()
    whole: Whole = Whole()
    csv: Csv = Csv()
    ignore: list[str] = []
    """Columns that are known and not read."""
    fold_names: bool = False
    """Names of columns are compared in small letters, without accents, blanks and signs."""
    last: bool = False
    """Tried only after all others: for mappings of no list in particular."""

    @cached_property
    def clock(self) -> Clock:
        """Reader of the list's times."""
        return Clock(ZoneInfo(self.zone), self.epoch, self.time_formats)

    @cached_property
    def readers(self) -> Mapping[str, paths.Reader]:
        """Readers of the fields that the list has, by field."""
        given = {name: getattr(self.fields, name) for name in Fields.model_fields}
        return {name: paths.reader(expressions) for name, expressions in given.items() if expressions}

    @cached_property
    def native_readers(self) -> Mapping[str, paths.Reader]:
        """Readers of further words, by the name they get."""
        return {name: paths.reader(expressions) for name, expressions in self.native.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """Names of columns that are read or ignored."""
        given = [e for name in Fields.model_fields for e in getattr(self.fields, name)]
        return frozenset(paths.named([*given, *(e for es in self.native.values() for e in es)])) | set(self.ignore)


def read(text: str) -> ListMapping:
    """A mapping from its text. FaultyMapping names every fault: of the values, and of what does not go together."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyMapping(f"not TOML: {error}") from error
    crossed = _crossed(value)
    try:
        found = ListMapping.model_validate(value)
    except ValidationError as error:
        raise FaultyMapping(
            "\n".join([*(f"{f['pointer']}: {f['detail']}" for f in faults(error)), *crossed])
        ) from error
    if crossed:
        raise FaultyMapping("\n".join(crossed))
    return found


def _crossed(value: dict[str, Any]) -> list[str]:
    """Faults of values that do not go together; the values themselves may be faulty too."""
    fields, whole = mapping(value.get("fields")), mapping(value.get("whole"))
    steps = [mapping(step).get("customers") for step in listing(mapping(value.get("severity")).get("steps"))]
    rising = [s for s in steps if isinstance(s, int)]
    of = value.get("identity_from", [])
    unknown = [name for name in of if name not in Fields.model_fields] if isinstance(of, list) else []
    kinds = "supply" not in value
    found = {
        "/fields/identity: wanted, or /identity_from": not fields.get("identity") and not of,
        f"/identity_from: no field is called {', '.join(map(str, unknown))}": bool(unknown),
        "/fields/lon, /fields/lat: both or none": bool(fields.get("lon")) != bool(fields.get("lat")),
        "/fields/customers_low, /fields/customers_high: both or none": (
            bool(fields.get("customers_low")) != bool(fields.get("customers_high"))
        ),
        "/supply: wanted, or /fields/supply with /words/supply": kinds
        and not (fields.get("supply") and mapping(value.get("words")).get("supply")),
        "/fields/updated: wanted, or /fields/start, or /whole/at": not (
            fields.get("updated") or fields.get("start") or whole.get("at")
        ),
        "/severity/steps: from few customers to many": rising != sorted(set(rising)),
        "/csv: only with format csv": "csv" in value and value.get("format") not in {"csv", "any"},
        "/whole/total, /whole/more: not with format csv": (
            value.get("format") == "csv" and bool(whole.get("total") or whole.get("more") or whole.get("at"))
        ),
    }
    return [text for text, faulty in found.items() if faulty]


@lru_cache
def load(name: str) -> ListMapping:
    """A mapping of the folder by its name. FaultyMapping if it has faults, or if there is none of that name."""
    path = FOLDER / f"{name}.toml"
    if path not in FOLDER.glob("*.toml"):
        raise FaultyMapping(f"no mapping {name!r}; there are {', '.join(names())}")
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyMapping(f"{path.name} cannot be read: {error}") from error
    except FaultyMapping as error:
        raise FaultyMapping("\n".join(f"{path.name}: {text}" for text in str(error).splitlines())) from error


def names() -> list[str]:
    """Names of all mappings of the folder, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
