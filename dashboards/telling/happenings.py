"""Events, what the last hour changed, and how the sources are: the lists of the page.

Pure. In: a scene. Out: short rows for the template; every claim has a time and an owner.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.drawing.map_signs import SMHI
from dashboards.picture.difference import What, what
from dashboards.telling.going import WEATHER
from dashboards.telling.scene import Scene, once
from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.sectors import Impact, Kind, Status, Unknown
from schemas.times import MINUTE, parse
from streams.core.places import affected
from streams.core.traits import themes_by

SHOWN = 8
WARNINGS_SHOWN = 2
_LEVELS = {"YELLOW": "smhi-yellow", "ORANGE": "smhi-orange", "RED": "smhi-red"}
_SECTOR_SIGN = {
    "road": "road",
    "transit": "transit",
    "railair": "rail",
    "energy": "power",
    "water": "water",
    "health": "health",
    "care": "health",
}
_KIND_SIGN = {Kind.DISRUPTION: "road", Kind.MESSAGE: "message", Kind.PLANNED_EVENT: "planned"}


class Happening(NamedTuple):
    """An event, or an item that belongs to none."""

    key: str
    """Item key to open."""
    sign: str
    title: str
    where: str
    when: str
    """When it begins."""
    until: str
    """When it ends, if its source says so."""
    detail: str
    """How many reports, who says it."""
    severity: str
    """The source's own word beside ours."""
    doubtful: bool
    """Relayed, outdated, a test of the source's, or partly hidden: marked in the row."""
    doubt: str
    event: str = ""
    """Key of the event, where several reports are one."""


class Shift(NamedTuple):
    """Cells that changed alike: one row of the last hour."""

    when: str
    at: int
    before: Json | None
    after: Json
    sector: str
    areas: str
    owner: str
    word: str
    what: What
    places: tuple[tuple[str, ...], tuple[str, ...]]
    """Codes of its sectors and municipalities, for whoever names them shorter."""


class Source(NamedTuple):
    """Health of one source."""

    key: str
    name: str
    state: str
    heard: str
    """ISO time it was last heard; empty when never."""
    heard_ago: str
    problem: str
    """What is wrong, in words; empty when nothing is."""
    ok: bool


def sign_of(scene: Scene, key: str, item: Json) -> str:
    """Sign of an item: SMHI's shape and colour for its warnings, otherwise what it is about, else its kind.

    What it is about: the sectors that it says are hit, else what the registry says of its feed.
    """
    if item["source"] == WEATHER:
        return _LEVELS.get(item["native"].get("level", ""), "message")
    hit = [line["sector"] for line in item.get("impacts") or []]
    about = (*hit, *themes_by(scene.region.reference.get("feeds", {}), key, item))
    return next((_SECTOR_SIGN[a] for a in about if a in _SECTOR_SIGN), _KIND_SIGN.get(item["kind"], "item"))


class GoingOn(NamedTuple):
    """What goes on: the gravest in words, and how many there are."""

    rows: list[Happening]
    total: int


def open_items(scene: Scene) -> list[tuple[str, Json]]:
    """Keys and raw entities of what goes on and matches the reader's filter, in the order of the lists."""
    if scene.only is None:
        return once(scene, "open_items", scene.going.rows)
    return once(scene, ("open_items", scene.only), lambda: _wanted(scene, scene.going.rows()))


def open_warnings(scene: Scene) -> list[tuple[str, Json]]:
    """Those of them that SMHI has sent, without looking through all the others."""
    return _wanted(scene, scene.going.weather_rows())


def _wanted(scene: Scene, rows: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    if scene.only is None:
        return rows
    wanted = scene.only.items
    return [row for row in rows if not wanted.isdisjoint(_members(scene, row[0]))]


def _members(scene: Scene, key: str) -> Sequence[str]:
    lead = scene.going.lead(key)
    return (key,) if lead is None else lead.members


def happenings(scene: Scene, shown: int = SHOWN) -> GoingOn:
    """Open events and loose items, gravest first."""
    rows = open_items(scene)
    return GoingOn(happenings_of(scene, [key for key, _ in rows[:shown]]), len(rows))


def happenings_of(scene: Scene, keys: list[str]) -> list[Happening]:
    """These items, each as the event that it leads where it leads one."""
    viewed = ((key, scene.item(key)) for key in keys)
    return [_happening(scene, key, item, _led(scene, key)) for key, item in viewed if item is not None]


def _led(scene: Scene, key: str) -> Json | None:
    lead = scene.going.lead(key)
    return None if lead is None else scene.sight.shown(EntityKind.EVENT, lead.event)


def headline(scene: Scene, item: Json) -> str:
    """The item's own headline, or why there is none."""
    texts = item.get("texts", {})
    if "headline" in texts:
        return str(texts["headline"])
    for told, key in (("erased", "text.erased"), ("withheld", "text.withheld"), ("pending", "text.pending")):
        if "headline" in item.get(told, ()):
            return scene.words(key)
    return scene.words(f"kind.{item['kind']}")


def _happening(scene: Scene, key: str, item: Json, event: Json | None) -> Happening:
    words = scene.words
    areas = event["areas"] if event and event["areas"] else affected(item["areas"])
    more = len(event["items"]) - 1 if event else 0
    detail = [words("happening.reports", reports=words.count("reports", more + 1))] if more > 0 else []
    detail.append(words.source(item["source"], scene.region.actors, scene.region.feeds))
    doubt = doubt_of(scene, item, event)
    return Happening(
        key,
        sign_of(scene, key, item),
        headline(scene, item),
        words.places(areas, scene.region.towns, shown=3) if areas else perhaps(scene, item),
        scene.clock(item.get("onset") or item["sent"]),
        words("happening.until", time=scene.clock(item["ends"])) if "ends" in item else "",
        ", ".join(detail),
        severity_said(scene, item),
        bool(doubt),
        doubt,
        event["id"] if event is not None and more > 0 else "",
    )


def perhaps(scene: Scene, item: Json) -> str:
    """Where words alone place it, or that it is beside the county."""
    words, towns = scene.words, scene.region.towns
    guessed = [code for code, share in item["areas"].items() if share.get("how") == "guess"]
    if guessed:
        return words("happening.guessed", places=words.places(guessed, towns, shown=3))
    if item["areas"]:
        return words("happening.beside", places=words.places(item["areas"], towns, shown=3))
    return words("happening.nowhere")


def severity_said(scene: Scene, item: Json) -> str:
    """Severity in the source's own word where it has one, else in ours."""
    level = item["native"].get("level", "")
    if item["source"] == "smhi" and scene.words.known(f"weather_level.{level}"):
        return scene.words(f"weather_level.{level}")
    return item["native"].get("level_text") or scene.words(f"severity.{item['severity']}")


def doubt_of(scene: Scene, item: Json, event: Json | None) -> str:
    """Why a report is marked: relayed, outdated, a test, learned late, partly hidden; empty when it is not."""
    words, found = scene.words, []
    if item["status"] != Status.ACTUAL:
        found.append(words(f"status.{item['status']}"))
    if item["origin"] == "relayed":
        found.append(words("happening.relayed"))
    if item["state"] == "outdated":
        found.append(words("item_state.outdated"))
    if item.get("learned_late"):
        found.append(words("happening.learned_late", time=scene.clock(item["known_at"])))
    if event is not None and event.get("limited"):
        found.append(words("cell.limited"))
    return ", ".join(found)


class _Alike(NamedTuple):
    """What cells have in common that changed alike."""

    minute: int
    owner: str
    sector: str
    before: tuple[int, str]
    after: tuple[int, str]


class Shifts(NamedTuple):
    """What the last hour changed: the newest in words, and how many rows there are."""

    rows: list[Shift]
    total: int


def shifts(scene: Scene, shown: int = SHOWN) -> Shifts:
    """Cells that changed in the last hour, those that changed alike in one row, newest first."""
    alike: dict[_Alike, list[str]] = {}
    for (area, sector), before in scene.hour.items():
        cell = scene.cells[area, sector]
        if scene.only is not None and (area, sector) not in scene.only.cells:
            continue
        if "since" in cell and state_of(before) != state_of(cell) and not is_calm_news(before, cell):
            same = _Alike(parse(cell["since"]) // MINUTE, _owner(cell), sector, state_of(before), state_of(cell))
            alike.setdefault(same, []).append(area)
    rows: dict[tuple[int, str, str, tuple[str, ...]], list[str]] = {}
    for same, areas in alike.items():
        # one owner's several sectors going grey at once are one thing that happened
        apart = "" if same.after[0] == 0 and same.owner else same.sector
        rows.setdefault((same.minute, same.owner, apart, tuple(areas)), []).append(same.sector)
    found = [(list(dict.fromkeys(sectors)), list(row[3])) for row, sectors in rows.items()]
    found.sort(key=lambda row: (-parse(scene.cells[row[1][0], row[0][0]]["since"]), _sectors(scene, row[0])))
    return Shifts([_shift(scene, *row) for row in found[:shown]], len(found))


def _sectors(scene: Scene, codes: list[str]) -> str:
    names = [scene.region.sectors[code].short for code in codes]
    return scene.words.listing(names) if len(names) < 4 else scene.words.count("sectors", len(names))


def is_calm_news(before: Json | None, cell: Json) -> bool:
    """A cell nobody knew of is now known to be unaffected: counted, not listed."""
    return cell["impact"] == Impact.NONE and state_of(before) == (0, Unknown.NOT_ASSESSED.value)


def calm_news(scene: Scene) -> int:
    """How many such cells the last hour brought."""
    return sum(
        is_calm_news(before, scene.cells[place])
        for place, before in scene.hour.items()
        if scene.only is None or place in scene.only.cells
    )


def state_of(cell: Json | None) -> tuple[int, str]:
    """Impact and grey of a cell: equal ones look the same."""
    return (0, "not_assessed") if cell is None else (cell["impact"], cell.get("unknown", ""))


def _owner(cell: Json) -> str:
    return str(cell["reasons"][0]["owner"]) if cell.get("reasons") else ""


def _shift(scene: Scene, sectors: list[str], areas: list[str]) -> Shift:
    before, after = scene.hour[areas[0], sectors[0]], scene.cells[areas[0], sectors[0]]
    word = what(Change(EntityKind.CELL, "", after), before)
    at = parse(after["since"])
    known = before is not None and len(sectors) == 1 and ("impact_name" in before or before["impact"])
    return Shift(
        scene.words.when(at, scene.now),
        at,
        before if known else None,
        after,
        _sectors(scene, sectors),
        scene.words.places(areas, scene.region.towns, shown=2),
        scene.region.owner(_owner(after)) if _owner(after) else "",
        scene.words(f"what.{word}"),
        word,
        (tuple(sectors), tuple(areas)),
    )


def sources(scene: Scene) -> list[Source]:
    """Every source, the troubled ones first."""
    rows = [_source(scene, key, source) for key, source in scene.entities(EntityKind.SOURCE)]
    return sorted(rows, key=lambda row: (row.ok, row.name))


def _source(scene: Scene, key: str, source: Json) -> Source:
    words, heard = scene.words, scene.heard.get(key)
    problem = []
    if source["state"] != "heard":
        problem.append(
            words("source_row.state", state=words(f"source_state.{source['state']}"), time=scene.clock(source["since"]))
        )
    elif not source["complete"]:
        problem.append(words("source_row.incomplete"))
    if source.get("error"):
        problem.append(source["error"])
    if source["drift"]:
        problem.append(words("source_row.drift", n=source["drift"]))
    return Source(
        key,
        words.source(key, scene.region.actors, scene.region.feeds),
        words(f"source_state.{source['state']}"),
        "" if heard is None else scene.words.local(heard).isoformat(),
        words("source_row.never") if heard is None else words.ago(heard, scene.now),
        ", ".join(problem),
        source["state"] == "heard" and source["complete"],
    )


def warnings(scene: Scene) -> GoingOn:
    """Open warnings of SMHI, gravest first: the lines under the map."""
    keys = [key for key, item in open_warnings(scene) if sign_of(scene, key, item) in SMHI]
    rows = ((key, scene.item(key)) for key in keys[:WARNINGS_SHOWN])
    return GoingOn([_happening(scene, key, item, None) for key, item in rows if item is not None], len(keys))


def failures(scene: Scene) -> list[str]:
    """Stages that failed and were passed over: visible, never silent."""
    return [
        scene.words("failed.row", stage=f["stage"], what=f["what"], time=scene.clock(f["at"]))
        for _, f in scene.entities(EntityKind.FAILED)
    ]
