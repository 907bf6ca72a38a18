"""Cells of `/changes`: those that came to the same in one row, contradictions that arose, and cells that are back.

Pure. In: a scene whose `hour` is what changed since the beginning, what was told. Out: rows.
Next: dashboards/telling/alike.py
"""

from collections.abc import Iterator, Mapping

from dashboards.changes.rows import OF_WHAT, Each, Filter, Group, Row, Touches
from dashboards.changes.told import Back, Between, Told
from dashboards.telling.alike import Alike, alike, between
from dashboards.telling.happenings import state_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import cell_key
from schemas.sectors import Unknown
from schemas.times import z

SHOWN = 3


def cell_rows(scene: Scene, between_two: Between, wanted: Filter) -> Iterator[Row]:
    """Every row that cells make."""
    stamps = {row.key: row for row in between_two.told if row.kind == EntityKind.CELL}
    hour = {place: old for place, old in scene.hour.items() if _wants(scene, wanted, *place)}
    narrowed = scene._replace(hour=hour)
    for same in alike(narrowed):
        yield _joined(narrowed, same, stamps)
    for area, sector in hour:
        told = stamps[cell_key(area, sector)]
        if _disputed(told):
            yield _contradiction(scene, area, sector, told)
    yield from _returned(scene, [row for row in between_two.back if _wants(scene, wanted, row.area, row.sector)])


def _wants(scene: Scene, wanted: Filter, area: str, sector: str) -> bool:
    if (area, sector) not in scene.cells:
        return False
    owners = frozenset(reason["owner"] for reason in scene.cells[area, sector].get("reasons", ()))
    return wanted.wants(Touches(frozenset({sector}), frozenset({area}), owners))


def _joined(scene: Scene, same: Alike, stamps: Mapping[str, Told]) -> Row:
    words, region = scene.words, scene.region
    areas = [area for area in region.towns if area in same.areas]
    told = [stamps[cell_key(area, same.sector)] for area in areas]
    first, last = min(row.known for row in told), max(row.known for row in told)
    after = scene.cells[areas[0], same.sector]
    before = [scene.hour[area, same.sector] for area in areas]
    alone = len({state_of(cell) for cell in before}) == 1
    owners = [region.owner(owner) for owner in same.owners]
    group = Group.GONE if same.unknown == Unknown.NOT_ASSESSED else OF_WHAT[same.what]
    return Row(
        f"cell/{same.sector}/{same.what}/{same.unknown or same.impact}",
        group,
        last,
        between(scene, first, last),
        _happened(scene, told),
        _drawn(before[0]) if alone else None,
        after,
        "",
        words(f"unknown.{same.unknown}") if same.unknown else words.impact_short(same.impact),
        region.sectors[same.sector].short,
        words.places(areas, region.towns, shown=SHOWN),
        words.few(owners) if len(owners) <= SHOWN else words.count("actors", len(owners)),
        f"/cell/{areas[0]}/{same.sector}" if len(areas) == 1 else "",
        any(row.late for row in told),
        Touches(),
        tuple(_each(scene, area, same.sector, row) for area, row in zip(areas, told, strict=True))
        if len(areas) > 1
        else (),
    )


def _drawn(cell: Json | None) -> Json:
    return {"impact": 0, "unknown": Unknown.NOT_ASSESSED.value} if cell is None else cell


def _happened(scene: Scene, told: list[Told]) -> str:
    """When it was said: of several only where they were said at one time."""
    said = {row.happened for row in told}
    only = said.pop() if len(said) == 1 else None
    return "" if only is None else scene.words.when(only, scene.now)


def _each(scene: Scene, area: str, sector: str, told: Told) -> Each:
    cell = scene.cells[area, sector]
    owner = cell["reasons"][0]["owner"] if cell["reasons"] else ""
    return Each(
        scene.region.towns[area],
        f"/cell/{area}/{sector}",
        _drawn(scene.hour[area, sector]),
        cell,
        scene.words.when(told.known, scene.now),
        z(told.known),
        scene.region.owner(owner) if owner else "",
    )


def _disputed(told: Told) -> bool:
    """A contradiction that was not there before: the value may be as it was, what is known is not."""
    return bool(told.after and told.after.get("contradiction") and not (told.before or {}).get("contradiction"))


def _contradiction(scene: Scene, area: str, sector: str, told: Told) -> Row:
    cell = scene.cells[area, sector]
    owners = list(dict.fromkeys(r["owner"] for r in cell["reasons"] if r["state"] == "fresh"))
    return Row(
        f"contradiction/{area}/{sector}",
        Group.NEW,
        told.known,
        scene.words.when(told.known, scene.now),
        _happened(scene, [told]),
        None,
        cell,
        "",
        scene.words("changes.contradicted"),
        scene.region.sectors[sector].short,
        scene.region.towns[area],
        scene.words.few([scene.region.owner(owner) for owner in owners]),
        f"/cell/{area}/{sector}",
        told.late,
        Touches(),
    )


def _returned(scene: Scene, back: list[Back]) -> Iterator[Row]:
    """Cells that are as they were: one row for each sector and value in between."""
    same: dict[tuple[str, int], list[Back]] = {}
    for row in back:
        same.setdefault((row.sector, row.worst), []).append(row)
    for (sector, worst), rows in same.items():
        first, last = min(row.first for row in rows), max(row.last for row in rows)
        words, cell = scene.words, scene.cells[rows[0].area, sector]
        was = words.impact_short(worst) if worst else words("changes.not_known")
        yield Row(
            f"back/{sector}/{worst}",
            Group.BACK,
            last,
            between(scene, first, last),
            "",
            {"impact": worst} if worst else None,
            cell,
            "",
            words("changes.was", was=was),
            scene.region.sectors[sector].short,
            words.places([row.area for row in rows], scene.region.towns, shown=SHOWN),
            "",
            f"/cell/{rows[0].area}/{sector}" if len(rows) == 1 else "",
            False,
            Touches(),
        )
