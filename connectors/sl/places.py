"""Where a deviation of SL is: its named stops, else its lines, else the whole county. Pure, by a reviewed table.

In: the scope of a deviation, and `places.toml` beside this file. Out: `Found`: municipality codes, and in words what
had no place of its own. SL gives no coordinates here, so nothing is drawn.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from connectors.reading.values import line

COUNTY = "01"
_RAIL = {"METROSTN", "RAILWSTN", "TRAMSTN"}

Names = Mapping[str, frozenset[str]]
"""Name as compared -> municipality codes."""


class LineRow(BaseModel):
    """One row of `lines`: some lines, and the municipalities they run through."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    modes: list[str]
    """SL's words, such as METRO."""
    designations: list[str]
    """Numbers on the front of the train; empty for a row that is only found by its group."""
    groups: list[str] = []
    """SL's names of groups of lines, also names of lines."""
    whole_mode: bool = False
    """Every other line of these modes is here too: the mode is one net."""
    areas: list[str]
    """Municipality codes."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    stations: dict[str, list[str]]
    terminals: dict[str, list[str]]
    lines: list[LineRow]


class Table(NamedTuple):
    """places.toml, ready to be asked."""

    stations: Names
    terminals: Names
    designations: Names
    """By `MODE designation`."""
    groups: Names
    modes: Names


class Found(NamedTuple):
    """Where a deviation is."""

    codes: list[str]
    """Sorted; `01` alone where something has no better place."""
    unknown: str
    """Stops and lines that the table does not know, in words; empty if all were known."""


def compared(name: str) -> str:
    """A name without case, without what stands in parentheses, and with single blanks."""
    return " ".join(name.partition("(")[0].casefold().split())


@lru_cache
def table() -> Table:
    """The reviewed table. Raises ValidationError or OSError: a fault of ours, found by the tests."""
    text = (Path(__file__).parent / "places.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    rows = file.lines
    return Table(
        _names((n, codes) for codes, names in file.stations.items() for n in names),
        _names((n, codes) for codes, names in file.terminals.items() for n in names),
        _names((f"{m} {d}", code) for r in rows for m in r.modes for d in r.designations for code in r.areas),
        _names((g, code) for r in rows for g in r.groups for code in r.areas),
        _names((m, code) for r in rows if r.whole_mode for m in r.modes for code in r.areas),
    )


def _names(pairs: Iterable[tuple[str, str]]) -> Names:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(compared(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def locate(stops: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Found:
    """Where named stops and lines are. Stops win; a stop that is not known is somewhere along the lines."""
    by_stop = [(line(s.get("name"), 80), stop_codes(s)) for s in stops]
    codes = frozenset[str]().union(*(found for _, found in by_stop))
    unknown = [name or "stop without a name" for name, found in by_stop if not found]
    if stops and not unknown:
        return Found(sorted(codes), "")
    by_line = [(_line_name(one), line_codes(one)) for one in lines]
    lost = [name for name, found in by_line if not found]
    codes = codes.union(*(found for _, found in by_line))
    if lost or not lines:
        codes = frozenset((COUNTY,))
    words = [f"unknown stops: {', '.join(unknown)}"] if unknown else []
    words += [f"unknown lines: {', '.join(lost)}"] if lost else []
    if not stops and not lines:
        words = ["no stops or lines named"]
    return Found(sorted(codes), "; ".join(words))


def stop_codes(stop: Mapping[str, Any]) -> frozenset[str]:
    """Municipality of a stop area, empty if it is not known or if its name is two places."""
    name, kind = compared(line(stop.get("name"), 80)), line(stop.get("type"), 40).upper()
    places, stations = table(), _station(name)
    if kind in _RAIL:
        return stations
    found = places.terminals.get(name, frozenset()) | (stations if name.endswith(" station") or not kind else set())
    return found if len(found) == 1 else frozenset()


def _station(name: str) -> frozenset[str]:
    """A station by its name, as `Jakobsberg`, `Jakobsberg station` or `Jakobsbergs station`."""
    stem = name.removesuffix(" station")
    names = (name, stem, stem.removesuffix("s")) if stem != name else (name,)
    return next((found for n in names if (found := table().stations.get(n))), frozenset())


def line_codes(one: Mapping[str, Any]) -> frozenset[str]:
    """Municipalities a line runs through, empty if it is not known."""
    places = table()
    mode, number = line(one.get("transport_mode"), 40), line(one.get("designation"), 40) or line(one.get("id"), 40)
    found = places.designations.get(compared(f"{mode} {number}"))
    for name in (one.get("group_of_lines"), one.get("name")):
        found = found or places.groups.get(compared(line(name, 80)))
    return found or places.modes.get(compared(mode), frozenset())


def _line_name(one: Mapping[str, Any]) -> str:
    words = (one.get("transport_mode"), line(one.get("designation")) or one.get("id"))
    return " ".join(text for word in words if (text := line(word, 40))) or "line without a number"
