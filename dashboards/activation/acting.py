"""People's acts from the page: one press or a short form becomes a command, with or without scripts.

In: a posted form of a logged-in person. Out: a command on the topic `commands`, and where to read what becomes of it.
"""

import uuid

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from dashboards.api.inbox import accepted, take_command
from dashboards.identify import Parts, Writer
from dashboards.page import NO_STORE
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.telling.moments import moment
from schemas.codec import Json, canon
from schemas.times import HOUR, z

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.post("/command")
async def command_form(request: Request, server: Parts, viewer: Writer) -> Response:
    """Sends the command that the form means; a script gets the API's answer, a plain browser the receipt's page."""
    form = await request.form()
    answer = await take_command(server, viewer, canon(command_of(form, server)))
    if "application/json" in request.headers.get("accept", ""):
        return accepted(request, answer)
    root: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/receipt/{answer['receipt']}", 303, dict(NO_STORE))


def command_of(form: FormData, server: Server) -> Json:
    """Body of the command. Problem 422 for a time that is none."""
    name = str(form.get("command", ""))
    seen = str(form.get("seen_version", ""))
    body: Json = {
        "id": f"page-{uuid.uuid4().hex}",
        "command": name,
        "seen_version": int(seen) if seen.isdigit() else server.follower.head.version,
        "args": _args(name, form, server),
    }
    if name != "convene":
        body["on"] = str(form.get("on", ""))
    reason = str(form.get("reason", "")).strip()
    return body | {"reason": reason} if reason else body


def _args(name: str, form: FormData, server: Server) -> Json:
    match name:
        case "acknowledge":
            return {"via": "page"}
        case "convene":
            at, level = _time(str(form.get("at", "")), server), str(form.get("level", ""))
            forum = f"{level}-{server.words.local(at):%Y%m%d-%H%M}"
            return {"forum": forum, "level": level, "at": z(at), "form": str(form.get("form", "") or "telefon")}
        case _:
            return {}


def _time(text: str, server: Server) -> int:
    """The time that was written; an hour from now when nothing was."""
    if not text.strip():
        return server.now() + HOUR
    found = moment(text, server.now(), server.words)
    if found is None:
        fault = {"pointer": "/args/at", "detail": server.words("fault.time", text=text)}
        raise Problem(422, "schema", fault["detail"], [fault])
    return found
