"""What every case of one run stands on: the county's data, its borders, and rule files frozen by their digest.

In: the settings, and the rule files that are named. Out: a `Ground`; `Frozen` rules, read once before any case is
scored and checked by `still` after the last one; one that
`lagesbild rules check` refuses is refused here too.
Next: streams/backtest/reading.py
"""

import hashlib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from schemas.codec import Json, digest
from schemas.rules import RuleSet, RulesRefused, read_rules
from streams.areas import AreaIndex
from streams.errors import LagesbildError
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.rules_check import fits
from streams.settings import Settings


class RulesFileError(LagesbildError):
    """A rule file cannot be used, or was changed while cases were scored; the text names every fault."""

    def __init__(self, text: str, faults: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.faults = list(faults) or [text]
        """Each fault by itself."""


class Frozen(NamedTuple):
    """A rule set as it was before the first case."""

    name: str
    """File name, for people."""
    rules: RuleSet
    raw: Json
    """The set as it goes into the log."""
    digest: str
    """Of the set in canonical form, as the page and the log show it."""
    path: Path | None = None
    sha256: str = ""
    """Of the file's bytes."""

    def still(self) -> None:
        """Raise RulesFileError if the file is another one now than when it was read."""
        if self.path is not None and _sha256(self.path) != self.sha256:
            raise RulesFileError(f"{self.path} was changed while cases were scored: run again")


class Ground(NamedTuple):
    """County data for all cases."""

    region: str
    names: frozenset[str]
    """What a case may call the region, in small letters."""
    reference: Json
    borders: AreaIndex
    connectors: Mapping[str, str]
    """Source of the county -> connector that reads it."""
    rules: Frozen
    chosen: bool
    """The rules were named by hand, so a case's own do not count."""

    @property
    def zone(self) -> str:
        """Time zone that night is told by."""
        return str(self.reference["region"]["zone"])


def load_ground(settings: Settings, rules: Path | None) -> Ground:
    """County data and rules. RegionDataError or RulesFileError names every fault."""
    folder = settings.region_folder
    reference: dict[str, Any] = dict(load_reference(folder))
    feeds = {name: feed.connector for name, feed in load_feeds(folder).items()}
    rule_set = freeze(rules or settings.rules_file, reference, feeds)
    names = frozenset(name.casefold() for name in (settings.region, reference["region"]["name"], folder.name))
    return Ground(settings.region, names, reference, AreaIndex.load(folder), feeds, rule_set, rules is not None)


def freeze(path: Path, reference: Json, sources: Collection[str]) -> Frozen:
    """Rules of a file, fit for the county. RulesFileError names every fault."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesFileError(f"{path} cannot be read as rules: {error}") from error
    try:
        return frozen(path.name, raw, reference, sources)._replace(path=path, sha256=_sha256(path))
    except RulesRefused as refused:
        raise RulesFileError(f"{path}: {refused}", refused.faults) from refused


def frozen(name: str, raw: Json, reference: Json, sources: Collection[str]) -> Frozen:
    """Rules of a value, held to what `lagesbild rules check` holds them to. Raises RulesRefused."""
    rules = read_rules(raw)
    if found := list(fits(rules, reference, sources)):
        raise RulesRefused(found)
    return Frozen(name, rules, raw, digest(raw))


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
