"""Atom feed of changes and suggestions (RFC 4287): what a reader of feeds in another room follows.

In: a login or nobody in particular. Out: the rows of the last day, the newest first, each with an id that stays.
"""

from typing import Annotated
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.changes.choice import Query as Beginning
from dashboards.changes.gathering import gather, need_read
from dashboards.changes.rows import Filter, Group, Row
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.telling.scene import Scene
from schemas.times import DAY, z

router = APIRouter(tags=["pages"], include_in_schema=False)

NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 200
MEDIA = "application/atom+xml"
_TOLD = frozenset(Group) - {Group.BACK}
Forum = Annotated[str | None, Query(max_length=200)]


@router.get("/changes.atom")
async def changes_atom(request: Request, server: Parts, viewer: Asker, forum: Forum = None) -> Response:
    """The last day, or since a forum's last meeting."""
    need_read(server)
    scene = desk_of(request).scene(viewer)
    query = Beginning(forum=forum) if forum else Beginning(time=z(scene.now - DAY))
    shown = await gather(server, scene, query, Filter(), None)
    rows = sorted((row for row in shown.rows if row.group in _TOLD), key=lambda row: -row.known)[:MOST]
    base = server.settings.address.rstrip("/") if server.settings.address else str(request.base_url).rstrip("/")
    body = atom(scene, rows, server.space.name, base)
    return Response(body, 200, {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}, MEDIA)


def atom(scene: Scene, rows: list[Row], space: str, base: str) -> bytes:
    """The feed's bytes; `base` is the address that people reach the site at."""
    ET.register_namespace("", NAMESPACE)
    feed = ET.Element(f"{{{NAMESPACE}}}feed")
    _text(feed, "id", f"urn:lagesbild:{space}:changes")
    _text(feed, "title", f"{scene.words('changes.title')}, {scene.region.reference['region']['name']}")
    _text(feed, "updated", z(rows[0].known if rows else scene.head.at or scene.now))
    author = ET.SubElement(feed, f"{{{NAMESPACE}}}author")
    _text(author, "name", scene.words("feed.author"))
    _link(feed, "self", f"{base}/changes.atom")
    _link(feed, "alternate", f"{base}/changes")
    for row in rows:
        _entry(scene, feed, row, space, base)
    whole: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return whole


def _entry(scene: Scene, feed: ET.Element, row: Row, space: str, base: str) -> None:
    entry = ET.SubElement(feed, f"{{{NAMESPACE}}}entry")
    group = scene.words(f"changes_group.{row.group}")
    _text(entry, "id", f"urn:lagesbild:{space}:{row.id}:{row.known}")
    _text(entry, "title", " ".join(filter(None, [f"{group}:", row.title, row.where, f"({row.word})"])))
    _text(entry, "updated", z(row.known))
    _text(entry, "summary", ", ".join(filter(None, [row.when, row.happened, row.owner])))
    _link(entry, "alternate", base + (row.href or "/changes"))
    ET.SubElement(entry, f"{{{NAMESPACE}}}category", term=row.group.value, label=group)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _link(parent: ET.Element, rel: str, href: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}link", rel=rel, href=href)
