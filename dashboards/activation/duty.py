"""The page of those on duty: who has which duty till when, what is open, and the form that hands a duty over.

In: the duty plan, the picture as the viewer may see it. Out: a page that works without scripts; a posted form becomes
the command `hand_over`. Persons stand by alias: no address is read here.
"""

import uuid
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboards.api.inbox import take_command
from dashboards.identify import Asker, Parts, Writer
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.telling.moments import moment
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json, canon
from schemas.sectors import Label
from schemas.times import z
from streams.duty import DutyPlan
from streams.open_matters import Matter, open_matters
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)


class Row(NamedTuple):
    """One duty."""

    role: str
    name: str
    person: str
    until: str
    by_hand: bool
    called: str
    """When on the ladder."""


@router.get("/duty")
async def duty_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """Who is on duty; for those who may see what is internal."""
    if not viewer.sees(Label.INTERNAL):
        raise Problem(403, "not-allowed", Told("problem.duty"))
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    may = viewer.may_command("hand_over", server.reference["roles"])
    plan = server.duty
    shown = {"rows": rows(plan, scene), "matters": matters(scene), "people": sorted(plan.people), "may": may}
    return html(request, server, viewer, "duty.html", "duty", **shown)


def rows(plan: DutyPlan, scene: Scene) -> list[Row]:
    """Every duty, in the order they are called."""
    handed = dict(scene.entities(EntityKind.DUTY))
    found = []
    for role, about in sorted(plan.roles.items(), key=lambda row: row[1].after_s):
        turn = plan.turn(role, scene.now, handed)
        until = "" if turn is None or turn.ends is None else scene.words.when(turn.ends, scene.now)
        after = scene.words("duty.after", age=scene.words.age(about.after_s * 1_000))
        called = after if about.after_s else scene.words("duty.at_once")
        by_hand = turn is not None and turn.by_hand
        found.append(Row(role, about.name, turn.person if turn else "", until, by_hand, called))
    return found


def matters(scene: Scene) -> list[Matter]:
    """What waits for somebody, as this viewer may see it."""
    kinds = {"notices": EntityKind.NOTICE, "suggestions": EntityKind.SUGGESTION}
    kinds |= {"forums": EntityKind.FORUM, "entries": EntityKind.ENTRY}
    rows = {name: [entity for _, entity in scene.entities(kind)] for name, kind in kinds.items()}
    return open_matters(rows, scene.words)


@router.post("/duty")
async def hand_over(request: Request, server: Parts, viewer: Writer) -> Response:
    """The form; the receipt's page says what became of it."""
    form = await request.form()
    role, person, until = (str(form.get(name, "")).strip() for name in ("role", "to", "until"))
    if role not in server.duty.roles or person not in server.duty.people:
        raise Problem(422, "schema", Told("duty.unknown"))
    args: Json = {"role": role, "to": person}
    if until:
        args["until"] = z(_time(until, server, viewer.words))
    seen = str(form.get("seen_version", ""))
    body: Json = {"id": f"page-{uuid.uuid4().hex}", "command": "hand_over", "args": args}
    body["seen_version"] = int(seen) if seen.isdigit() else server.follower.head.version
    answer = await take_command(server, viewer, canon(body))
    root: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/receipt/{answer['receipt']}", 303, dict(NO_STORE))


def _time(text: str, server: Server, words: Words) -> int:
    found = moment(text, server.now(), words)
    if found is None:
        fault = {"pointer": "/args/until", "detail": words("fault.time", text=text)}
        raise Problem(422, "schema", fault["detail"], [fault])
    return found
