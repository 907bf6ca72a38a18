"""What a receipt's "read by" and "on a screen of" rest on: reports opened, versions that a logged-in screen has shown.

In: a page that was asked for; a browser that has drawn a version and is in sight. Out: remembered once for each
organisation, nothing of persons.
Next: dashboards/report/readers.py
"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.access import Viewer
from dashboards.identify import Parts, Writer
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.ids import actor_of

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.post("/seen")
async def seen(server: Parts, viewer: Writer, version: Annotated[int, Form(ge=0)]) -> Response:
    """Take note. A version that this server has not shown yet is none."""
    if viewer.actor is not None and version <= server.follower.head.version:
        server.readers.showed(viewer.actor, version, server.now())
    return Response(status_code=204)


def opened(server: Server, viewer: Viewer, key: str) -> None:
    """Somebody asked for the page of an item: of another actor's report it is remembered."""
    item = server.follower.chain.picture.get(EntityKind.ITEM, {}).get(key)
    if item is not None and viewer.actor is not None and actor_of(item["source"]) not in {None, viewer.actor}:
        server.readers.opened(key, viewer.actor, item["sent"], server.now())
