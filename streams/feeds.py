"""Which sources a county follows: `region/<county>/sources.toml`, one table a source. No source is named in the code.

In: the county's folder. Out: `Feed` rows by name. `streams` never imports `connectors`; a test holds every row to a
connector's folder. A new source is a table there and, if no connector can read it yet, a folder in `connectors/`.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from schemas.ids import ACTOR_PREFIX
from schemas.report import faults
from streams.errors import RegionDataError

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    connector: _Name | None = None
    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    enabled: bool = True
    settings: dict[str, Any] = Field(default={})


class Feed(NamedTuple):
    """One source that the county follows."""

    name: str
    """Of its topics, and in every report: a-z, 0-9 and -."""
    connector: str
    """Folder in `connectors/` that can read it."""
    title: str
    """What it is called on a screen, in Swedish."""
    enabled: bool
    """False: known, with topics of its own, but asked only when a setting says so."""
    settings: Mapping[str, Any]
    """Defaults of its settings that differ from the connector's own."""


def titles(folder: Path) -> dict[str, str]:
    """What each source is called on a screen. RegionDataError."""
    return {name: feed.title for name, feed in load_feeds(folder).items()}


@lru_cache
def load_feeds(folder: Path) -> Mapping[str, Feed]:
    """Sources of the county in `folder`, in the file's order. RegionDataError names every fault."""
    path = folder / "sources.toml"
    try:
        rows = TypeAdapter(dict[_Name, _Row]).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RegionDataError(f"{path}: {error}") from error
    except ValidationError as error:
        raise RegionDataError("\n".join(f"{path}: {f['pointer']}: {f['detail']}" for f in faults(error))) from error
    if any(name in {"actors", ACTOR_PREFIX.rstrip(".")} for name in rows):
        raise RegionDataError(f"{path}: `actors` is no feed; actors stand in actors.toml")
    return {name: Feed(name, row.connector or name, row.title, row.enabled, row.settings) for name, row in rows.items()}
