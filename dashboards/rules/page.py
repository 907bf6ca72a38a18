"""`/rules`: every rule in plain words, read-only. Rules are changed by file and command, never in a browser.

In: the picture, the rules file, the back-test. Out: HTML. Next: dashboards/rules/listing.py
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import html
from dashboards.picture.follow import Life
from dashboards.rules.book import RuleFile
from dashboards.rules.listing import rules_page
from dashboards.rules.plots import load_bench
from schemas.change import EntityKind

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.get("/rules")
async def rules(request: Request, server: Parts, viewer: Asker) -> Response:
    """The list."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    state = request.app.state
    if not hasattr(state, "rule_file"):
        state.rule_file = RuleFile(server.settings.rules_file)
    scene = desk_of(request).scene(viewer)
    current = scene.sight.picture.get(EntityKind.RULES, {}).get("current", {})
    found = state.rule_file.of(current.get("digest", ""))
    page = rules_page(scene, found, load_bench(server.settings.region_folder))
    return html(request, server, viewer, "rules.html", "rules", page=page)
