"""Whose form it is: the sender, whom it speaks of, and where; and which report it goes on with.

Pure. In: a scene, an actor, the county's templates. Out: `Blank`, and the report that fills it.
Next: dashboards/report/fields.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.report.told import own_reports, told
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.ids import actor_source, item_key
from schemas.sectors import SECTORS
from streams.report_templates import Templates

OWN_ID = "lagesrapport"
"""Id of what the form sends, when the actor has no report of its own to go on with."""
RELAYED = "formedlad-"
"""Beginning of the id of what is passed on for an actor."""


class Blank(NamedTuple):
    """A form before anything stands in it."""

    scene: Scene
    actor: str
    """Who sends."""
    templates: Templates
    relayed: str = ""
    """For whom it is passed on; empty for an own report."""

    @property
    def subject(self) -> str:
        """Whose sectors and municipalities the form asks for."""
        return self.relayed or self.actor

    @property
    def sectors(self) -> list[str]:
        """Sectors of the subject; all of them of one that has none of its own, such as a called-in actor."""
        return list(self.scene.region.reference["actors"][self.subject]["sectors"]) or list(SECTORS)

    @property
    def towns(self) -> list[str]:
        """Municipalities of the subject, in the order they are listed."""
        return self.within(self.scene.region.reference["actors"][self.subject]["areas"])

    @property
    def single(self) -> str:
        """The one municipality of the subject; empty when it has several."""
        return self.towns[0] if len(self.towns) == 1 else ""

    def within(self, areas: Iterable[str]) -> list[str]:
        """Codes as municipalities: the county's stands for all of them."""
        wanted, region = set(areas), self.scene.region
        return [code for code in region.towns if code in wanted or region.place.region in wanted]

    def short(self, areas: Iterable[str]) -> list[str]:
        """Municipalities as a report names them: all of them are the county's code."""
        named, region = list(areas), self.scene.region
        return [region.place.region] if set(named) == set(region.towns) else named


def is_cell_id(report_id: str) -> bool:
    """`<sector>-<area>`: what the command line sends about one cell."""
    sector, _, area = report_id.partition("-")
    return sector in SECTORS and area.isdigit()


def standing(blank: Blank, report_id: str = "") -> Json | None:
    """The item that the form goes on with: the one named, else the newest that is the form's own."""
    scene = blank.scene
    if report_id:
        return scene.item(item_key(actor_source(blank.actor), report_id))
    if blank.relayed:
        return scene.item(item_key(actor_source(blank.actor), RELAYED + blank.relayed))
    rows = own_reports(scene, blank.actor)
    return next((item for item in rows if item["origin"] == "own" and not is_cell_id(item["id"])), None)


def body_of(blank: Blank, report_id: str = "", *, new: bool = False) -> Json:
    """The report that fills the form; of a new matter only its id, made here."""
    item = None if new else standing(blank, report_id)
    if item is not None:
        return told(item)
    if blank.relayed:
        return {"id": RELAYED + blank.relayed}
    return {"id": f"{OWN_ID}-{blank.scene.words.local(blank.scene.now):%m%d-%H%M%S}" if new else OWN_ID}
