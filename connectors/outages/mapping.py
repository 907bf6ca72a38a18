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

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from connectors.outages import headline, paths
from connectors.outages.fields import STRICT, Csv, Fields, Grades, Paths, Supply, Vocabulary, Whole, compiled, listed
from connectors.outages.moments import Clock, Epoch
from connectors.reading.values import listing, mapping
from schemas.report import faults

FOLDER = Path(__file__).parent / "mappings"


class FaultyMapping(ValueError):
    """A mapping that cannot be used; the text names every fault, one a line."""


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


class ListMapping(BaseModel):
    """How one list of outages is read."""

    model_config = STRICT

    title: Annotated[str, Field(min_length=1)]
    """Whose list it is, for people."""
    format: Literal["json", "geojson", "csv", "any"]
    """`any`: by what the payload looks like."""
    recognise: Annotated[str, Field(min_length=1), AfterValidator(lambda e: compiled((e,))[0])]
    """Must be true of a payload of this list, and false of all others."""
    supply: Supply | None = None
    owner: Annotated[str, Field(max_length=200)] = ""
    """Who counts the customers."""
    rows: Paths = ("@",)
    """The list within the payload."""
    zone: Annotated[str, AfterValidator(_zoned)] = "Europe/Stockholm"
    epoch: Epoch = "none"
    time_formats: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
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
