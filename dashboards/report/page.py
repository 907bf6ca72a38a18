"""The report page: an actor's form in under half a minute, with or without scripts, and what became of each report.

In: browsers of reporters. Out: the form prefilled, what waits for the actor, its earlier reports, the region's picture
of it; receipts; a report as text to paste elsewhere.
Next: dashboards/report/sending.py (what is posted), dashboards/report/form.py (what is drawn)
"""

import json
from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.access import Role, Viewer
from dashboards.api.inbox import outcome_of
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import back_to, html
from dashboards.problems import Problem, Told
from dashboards.report import believed
from dashboards.report.blank import Blank, standing
from dashboards.report.form import Filled, filled
from dashboards.report.mine import mine, read_by
from dashboards.report.told import newest_sent, own_reports, told
from dashboards.report.waiting import waiting
from dashboards.report.wording import plain
from dashboards.server import Server
from dashboards.telling.scene import Scene
from schemas.report import Fault
from schemas.sectors import IMPACT_OF, Label
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)

CERTAINTIES = ("confirmed", "observed", "likely", "possible", "unconfirmed")
"""Words of a report's certainty; one that denies ends the matter, which is what taking back is for."""
_SAID = (
    "sending.queued",
    "sending.waits_login",
    "sending.waits_actor",
    "sending.waits_line",
    "sending.login",
    "sending.try_now",
    "sending.mend",
    "sending.discard",
    "sending.refused",
    "sending.not_kept",
    "sending.test_offline",
    "sending.changes",
    "sending.copied",
    "sending.gone",
    "report.unchanged",
    "report.nothing",
)
"""Texts that the page's scripts fill in, beside those of every page."""


def script_words(words: Words) -> str:
    """Texts for the scripts of the report page, as JSON."""
    return json.dumps({**json.loads(client_words(words)), **{key: words(key) for key in _SAID}}, ensure_ascii=False)


def blank_of(server: Server, viewer: Viewer, scene: Scene, relayed: str) -> Blank:
    """Whose form it is. Problem 403 for one who may not pass on what others say, 404 for an actor that is not there."""
    assert viewer.actor is not None
    if relayed and viewer.role != Role.COORDINATOR:
        raise Problem(403, "not-allowed", Told("reporting.relay_forbidden"))
    if relayed and (relayed not in server.actors or relayed == viewer.actor):
        raise Problem(404, "not-found", Told("reporting.no_actor"))
    return Blank(scene, viewer.actor, server.templates, relayed)


def context(
    request: Request,
    server: Server,
    viewer: Viewer,
    blank: Blank,
    form: Filled,
    faults: Sequence[Fault],
    *,
    correcting: bool,
) -> dict[str, object]:
    """What report.html shows. `correcting`: the reader has chosen one of its reports to go on with."""
    scene, region = blank.scene, blank.scene.region
    named = request.query_params.get("page", "")
    return {
        "actor": blank.actor,
        "actor_name": region.owner(blank.actor),
        "relayed": blank.relayed,
        "relayed_name": region.owner(blank.relayed) if blank.relayed else "",
        "may_relay": viewer.role == Role.COORDINATOR,
        "form": form,
        "faults": faults,
        "correcting": correcting,
        "renews": len(own_reports(scene, blank.actor)),
        "steps": list(IMPACT_OF.items()),
        "labels": [label.value for label in Label],
        "certainties": CERTAINTIES,
        "resources": server.templates.resources,
        "towns": {code: region.towns[code] for code in blank.towns},
        "sectors": [region.sectors[s] for s in blank.sectors],
        "waits": [] if blank.relayed else waiting(scene, blank.actor),
        "mine": mine(scene, blank.actor, server.readers, server.outcomes, int(named) if named.isdecimal() else 1),
        "beliefs": [] if blank.relayed else believed.believed(scene, blank.actor),
        "beliefs_shown": believed.ROWS,
        "may_object": viewer.may_command("object", server.reference["roles"]),
        "version": scene.head.version,
        "sent_after": newest_sent(scene, blank.actor),
        "client_words": script_words(scene.words),
    }


@router.get("/report")
async def report_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The form; without an actor, the page where one says who one is.

    `id`: go on with that report. `new`: another matter. `for`: pass on what an actor says.
    """
    if viewer.actor is None:
        return html(request, server, viewer, "login.html", "report", wrong=False, next=request.url.path)
    query, scene = request.query_params, desk_of(request).scene(viewer)
    blank = blank_of(server, viewer, scene, query.get("for", ""))
    form = filled(blank, query.get("id", ""), new="new" in query)
    shown = context(request, server, viewer, blank, form, [], correcting=bool(query.get("id")))
    return html(request, server, viewer, "report.html", "report", **shown)


@router.get("/report/text")
async def as_text(request: Request, server: Parts, viewer: Asker, id: str) -> Response:  # noqa: A002 the query's name
    """One of the actor's reports as text, to paste into another system."""
    scene = desk_of(request).scene(viewer)
    if viewer.actor is None:
        return html(request, server, viewer, "login.html", "report", wrong=False, next=request.url.path)
    blank = Blank(scene, viewer.actor, server.templates)
    item = standing(blank, id) if id else None
    if item is None:
        raise Problem(404, "not-found", Told("reporting.no_report"))
    text = plain(told(item), blank, scene.clock(item["sent"]), exercise=server.space.exercise)
    return html(
        request, server, viewer, "report_text.html", "report", text=text, client_words=script_words(scene.words)
    )


@router.get("/receipt/{receipt}")
async def receipt_page(request: Request, server: Parts, viewer: Asker, receipt: str, next: str = "") -> Response:  # noqa: A002 the field's name
    """What became of it; asks again by itself until something has. `next` is the page that it leads back to."""
    body = await outcome_of(server, viewer, receipt, 1.5)
    back = back_to(request, {"next": next}) if next else ""
    waits = body["result"] == "received"
    read = read_by(desk_of(request).scene(viewer), server.readers, server.outcomes, receipt)
    return html(request, server, viewer, "receipt.html", receipt=body, waiting=waits, back=back, read=read)
