"""The reference data of a county: from its folder of TOML files to the body of one `reference` record.

In: `region/<county>/` with reference.toml, municipalities.toml, actors.toml, geo.toml, beside `region/sweden.toml`.
Out: a dict of text, whole numbers and lists (no float: it is hashed in the log), or one error with every fault.
Names and places that only screens need stay out of the log: `load_sectors`, `load_centres`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from schemas.command import GROUPS
from schemas.sectors import SECTORS
from streams.errors import RegionDataError
from streams.region_files import (
    Actor,
    Actors,
    Dependencies,
    Figures,
    Geo,
    Municipalities,
    Municipality,
    Reference,
    Sweden,
    read,
)
from streams.report_templates import checked_templates

OWN_GROUPS = frozenset({"matter", "own"})
"""Command groups of the regions' roles that no command of this version is in yet."""


class SectorName(NamedTuple):
    """How a column of the matrix is called on a screen, in Swedish."""

    code: str
    name: str
    short: str
    """For the head of the matrix."""
    home: str
    """Where it belongs in the national list of vital societal functions."""


def load_reference(folder: Path) -> dict[str, object]:
    """Body of the `reference` record of the county in `folder`.

    Returns exactly `region`, `municipalities` (neighbours by land and by bridge, sorted), `sectors` (codes in the
    order of the matrix), `actors`, `roles` (role -> groups of commands), `figures` (whole numbers), `feeds`, `links`
    and `names`, by which reports of one matter find each other, and `dependencies`, what usually follows when a sector
    is hit (none where there is no dependencies.toml).

    Raises:
        RegionDataError: naming every fault in every file at once.
    """
    faults: list[str] = []
    reference = read(folder / "reference.toml", Reference, faults)
    towns = read(folder / "municipalities.toml", Municipalities, faults, rows=True)
    actors = read(folder / "actors.toml", Actors, faults, rows=True)
    geo = read(folder / "geo.toml", Geo, faults)
    sweden = read(folder.parent / "sweden.toml", Sweden, faults)
    table: Dependencies | None = Dependencies()
    if (folder / "dependencies.toml").exists():
        table = read(folder / "dependencies.toml", Dependencies, faults)
    checked_templates(folder, faults)
    if actors and table:
        faults += _dependency_faults(table, actors.rows)
    if reference and towns and actors and geo and sweden:
        faults += _sector_faults(reference) + _role_faults(reference)
        faults += _town_faults(towns.rows, actors.rows, reference.region.code, sweden)
        faults += _actor_faults(actors.rows, towns.rows, reference.region.code)
        faults += _centre_faults(geo, towns.rows)
    _stop_on(faults, folder)
    assert reference is not None
    assert towns is not None
    assert actors is not None
    assert table is not None
    rows = [row.model_dump(mode="json", exclude_defaults=True) for row in table.dependency]
    return _body(reference, towns.rows, actors.rows) | {"dependencies": rows}


def load_sectors(folder: Path) -> tuple[SectorName, ...]:
    """Swedish names of the sectors, in the order of the matrix. Raises RegionDataError."""
    faults: list[str] = []
    reference = read(folder / "reference.toml", Reference, faults)
    _stop_on(faults, folder)
    assert reference is not None
    return tuple(SectorName(row.code.value, row.name, row.short, row.home) for row in reference.sectors)


def load_centres(folder: Path) -> dict[str, tuple[float, float]]:
    """A representative point of each municipality, longitude first, WGS 84. Raises RegionDataError."""
    faults: list[str] = []
    geo = read(folder / "geo.toml", Geo, faults)
    _stop_on(faults, folder)
    assert geo is not None
    return {code: (float(point.lon), float(point.lat)) for code, point in geo.centres.items()}


def load_names(folder: Path) -> dict[str, str]:
    """Names of all counties and municipalities of Sweden by code, for what lies outside. Raises RegionDataError."""
    faults: list[str] = []
    sweden = read(folder.parent / "sweden.toml", Sweden, faults)
    _stop_on(faults, folder)
    assert sweden is not None
    return {**sweden.counties, **sweden.municipalities}


def load_figures(folder: Path) -> Figures:
    """The county's figures. Raises RegionDataError."""
    faults: list[str] = []
    reference = read(folder / "reference.toml", Reference, faults)
    _stop_on(faults, folder)
    assert reference is not None
    return reference.figures


def _stop_on(faults: list[str], folder: Path) -> None:
    if faults:
        raise RegionDataError(f"{folder}: mend {len(faults)} fault(s): {'; '.join(faults)}")


def _sector_faults(reference: Reference) -> list[str]:
    codes = [row.code for row in reference.sectors]
    missing = [code for code in SECTORS if code not in codes]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return [f"reference.toml sectors: {code} is missing" for code in missing] + [
        f"reference.toml sectors: {code} stands twice" for code in twice
    ]


def _role_faults(reference: Reference) -> list[str]:
    known = OWN_GROUPS | set(GROUPS.values())
    return [
        f"reference.toml roles.{role}: no command group {group!r}, use one of {', '.join(sorted(known))}"
        for role, groups in reference.roles.items()
        for group in groups
        if group not in known
    ]


def _town_faults(
    towns: Mapping[str, Municipality], actors: Mapping[str, Actor], county: str, sweden: Sweden
) -> list[str]:
    faults = []
    for code, town in towns.items():
        where = f"municipalities.toml {code}:"
        if not code.startswith(county) or code not in sweden.municipalities:
            faults.append(f"{where} no municipality of county {county}")
        for other in (*town.neighbours, *town.bridges):
            if other not in towns:
                faults.append(f"{where} neighbour {other} is not in the county, put it under outside")
            elif code not in (*towns[other].neighbours, *towns[other].bridges):
                faults.append(f"{where} neighbour {other} does not name {code} back")
        faults += [f"{where} outside {o} is no code of Sweden" for o in town.outside if o not in sweden.municipalities]
        if code not in _covered(actors.get(town.fire), county, towns):
            faults.append(f"{where} fire service {town.fire} does not cover it in actors.toml")
    return faults


def _covered(actor: Actor | None, county: str, towns: Mapping[str, Municipality]) -> set[str]:
    if actor is None:
        return set()
    return set(towns) if county in actor.areas else set(actor.areas)


def _actor_faults(actors: Mapping[str, Actor], towns: Mapping[str, Municipality], county: str) -> list[str]:
    faults = []
    for name, actor in actors.items():
        faults += [
            f"actors.toml {name}: area {area} is neither {county} nor one of its municipalities"
            for area in actor.areas
            if area != county and area not in towns
        ]
        if actor.kind in {"municipality", "county_board"} and actor.party is not None:
            faults.append(f"actors.toml {name}: a {actor.kind} is its own party, take party away")
    owners = {area for actor in actors.values() if actor.kind == "municipality" for area in actor.areas}
    faults += [
        f"actors.toml: municipality {code} has no actor of kind municipality" for code in towns if code not in owners
    ]
    if sum(actor.kind == "county_board" for actor in actors.values()) != 1:
        faults.append("actors.toml: there must be exactly one actor of kind county_board, it convenes")
    return faults


def _dependency_faults(table: Dependencies, actors: Mapping[str, Actor]) -> list[str]:
    known = {*actors, *(group for actor in actors.values() for group in actor.groups)}
    faults, seen = [], set[tuple[str, str]]()
    for row in table.dependency:
        where = f"dependencies.toml {row.on} -> {row.of}:"
        if row.of == row.on:
            faults.append(f"{where} a sector does not depend on itself")
        if (row.on, row.of) in seen:
            faults.append(f"{where} stands twice")
        seen.add((row.on, row.of))
        faults += [f"{where} {name} is neither a group nor an actor" for name in row.whom if name not in known]
        asked = {name for name, actor in actors.items() if not row.whom or {name, *actor.groups} & {*row.whom}}
        if not any(row.of in actors[name].sectors for name in asked):
            faults.append(f"{where} nobody who is asked may report on {row.of}")
    return faults


def _centre_faults(geo: Geo, towns: Mapping[str, Municipality]) -> list[str]:
    faults = [f"geo.toml centres: {code} is missing" for code in towns if code not in geo.centres]
    faults += [f"geo.toml box: {side} is missing" for side in ("west", "east", "south", "north") if side not in geo.box]
    if faults:
        return faults
    west, east, south, north = (float(geo.box[side]) for side in ("west", "east", "south", "north"))
    return [
        f"geo.toml centres.{code}: outside the box, are lat and lon swapped?"
        for code, point in geo.centres.items()
        if not (west <= float(point.lon) <= east and south <= float(point.lat) <= north)
    ]


def _body(reference: Reference, towns: Mapping[str, Municipality], actors: Mapping[str, Actor]) -> dict[str, object]:
    region = reference.region
    return {
        "region": {"code": region.code, "name": region.name, "zone": region.zone},
        "municipalities": {
            code: {
                "name": town.name,
                "inhabitants": town.inhabitants,
                "neighbours": sorted({*town.neighbours, *town.bridges}),
                "fire": town.fire,
            }
            for code, town in towns.items()
        },
        "sectors": [row.code.value for row in reference.sectors],
        "actors": {
            name: {
                "name": actor.name,
                "kind": actor.kind,
                "party": actor.party or name,
                "sectors": [sector.value for sector in actor.sectors],
                "areas": list(actor.areas),
                "groups": list(actor.groups),
            }
            for name, actor in actors.items()
        },
        "roles": {role: list(groups) for role, groups in reference.roles.items()},
        "figures": reference.figures.model_dump(),
        "feeds": {name: row.model_dump(exclude_none=True) for name, row in reference.feeds.items()},
        "links": reference.links.model_dump() if reference.links else {},
        "names": dict(reference.names),
    }
