"""Who stands before a page below the desk: whether they may act on the picture, and from which version they act.

In: a viewer, the server. Out: `Stands`, called `s` in the templates.
"""

from typing import NamedTuple

from fastapi import Request

from dashboards.access import Viewer
from dashboards.server import Server


class Stands(NamedTuple):
    """What the page's forms need."""

    may: bool
    """Link, cut, split, pin, assess, ask for reports, undo."""
    root: str
    version: int


def stands_of(request: Request, server: Server, viewer: Viewer) -> Stands:
    """The viewer's stand on this page."""
    may = viewer.may_command("link", server.reference["roles"])
    return Stands(may, request.scope.get("root_path", ""), server.follower.head.version)
