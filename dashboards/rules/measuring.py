"""What a test measures now, beside its limit: of those whose measure a reader can count in the picture itself.

Pure. In: a test, a scene. Out: `Now`, in words, with whether the limit is reached; None where only the fold, which sees
what this picture does not hold (senders' own times, hidden items), can say. A rule's state comes from the fold alone.
Next: dashboards/rules/listing.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.rule_tests import (
    CellsTest,
    ContradictionTest,
    CountsTest,
    ForumTest,
    HoursTest,
    Leaf,
    RequestTest,
    SilentTest,
    WarningTest,
)
from schemas.sectors import OPEN_STATES, Kind
from streams.core.localtime import inside
from streams.core.measure_items import warning_key


class Now(NamedTuple):
    """A measure."""

    text: str
    reached: bool


def measured(test: Leaf, scene: Scene) -> Now | None:
    """What a test measures; None where the page cannot count it."""
    match test:
        case WarningTest():
            signal = scene.sight.picture.get(EntityKind.SIGNAL, {}).get(warning_key(test), {})
            return _areas(scene, signal.get("areas", ()), test.areas, test.percent)
        case CellsTest():
            return _cells(scene, test)
        case CountsTest() if test.percent is None and not test.lasting:
            return _counts(scene, test)
        case ContradictionTest():
            n = sum(bool(cell.get("contradiction")) for cell in scene.cells.values())
            return Now(scene.words.count("cells", n), n > 0)
        case SilentTest():
            return _silent(scene, test)
        case ForumTest() if not (test.asks or test.over):
            return _forum(scene, test)
        case RequestTest():
            return _requests(scene)
        case HoursTest():
            return _hours(scene, test)
        case _:
            return None


def _areas(scene: Scene, codes: Iterable[str], areas: int | None, percent: int | None, lead: str = "") -> Now:
    """So many municipalities, with their share of the county's inhabitants."""
    towns, found = scene.region.reference["municipalities"], set(codes)
    everyone = sum(about["inhabitants"] for about in towns.values())
    part = 100 * sum(towns[code]["inhabitants"] for code in found if code in towns) // everyone
    reached = (areas is not None and len(found) >= areas) or (percent is not None and part >= percent)
    if not found:
        return Now(scene.words("time.none"), reached)
    told = scene.words("rule_now.areas", areas=scene.words.count("areas", len(found)), percent=part)
    return Now(f"{lead}: {told}" if lead else told, reached)


def _cells(scene: Scene, test: CellsTest) -> Now:
    """Of the sector that reaches furthest."""
    sectors = [str(sector) for sector in test.sectors] or list(scene.region.sectors)
    hit = {
        sector: [area for area in scene.region.towns if scene.cells[area, sector]["impact"] >= test.impact]
        for sector in sectors
    }
    most = max(sectors, key=lambda sector: len(hit[sector]))
    return _areas(scene, hit[most], test.areas, test.percent, scene.words(f"sector.{most}") if hit[most] else "")


def _counts(scene: Scene, test: CountsTest) -> Now:
    signals = scene.sight.picture.get(EntityKind.SIGNAL, {})
    most = max(int(signals.get(f"counts|{kind}", {}).get("value", 0)) for kind in test.kinds)
    return Now(scene.words.number(most), test.at_least is not None and most >= test.at_least)


def _silent(scene: Scene, test: SilentTest) -> Now:
    known = scene.sight.picture.get(EntityKind.SOURCE, {})
    silent = [source for source in test.sources if known.get(source, {}).get("state") == "silent"]
    names = [scene.words.source(source, scene.region.actors, scene.region.feeds) for source in silent]
    return Now(scene.words.listing(names) or scene.words("rule_now.none_silent"), bool(silent))


def _forum(scene: Scene, test: ForumTest) -> Now:
    active = [f for _, f in scene.entities(EntityKind.FORUM) if f["level"] == test.level and f["state"] == "active"]
    reached = any("need_direction" in forum or not test.need_direction for forum in active)
    return Now(scene.words("rule_now.active" if active else "rule_now.not_active"), reached)


def _requests(scene: Scene) -> Now:
    items = (item for _, item in scene.entities(EntityKind.ITEM))
    n = sum(item["kind"] == Kind.REQUEST and item["state"] in OPEN_STATES for item in items)
    return Now(scene.words("rule_now.requests", n=n), n > 0)


def _hours(scene: Scene, test: HoursTest) -> Now:
    return Now(scene.words.clock(scene.now), inside(scene.now, test, scene.region.reference["region"]["zone"]))
