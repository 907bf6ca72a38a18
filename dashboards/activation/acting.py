"""People's acts from the page: one press or a short form becomes a command, with or without scripts.

In: a posted form of a logged-in person. Out: a command on the topic `commands`, and where to read what becomes of it.
Next: dashboards/activation/command_forms.py (what each form holds)
"""

import uuid
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from dashboards.activation.command_forms import Posted, args_of
from dashboards.api.inbox import accepted, take_command
from dashboards.identify import Parts, Writer
from dashboards.page import NO_STORE, back_to
from dashboards.server import Server
from schemas.codec import Json, canon
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.post("/command")
async def command_form(request: Request, server: Parts, viewer: Writer) -> Response:
    """Sends the command that the form means; a script gets the API's answer, a plain browser the receipt's page.

    `next` names the page that the receipt leads back to.
    """
    form = await request.form(max_fields=2_000)
    answer = await take_command(server, viewer, canon(command_of(form, server, viewer.words)))
    if "application/json" in request.headers.get("accept", ""):
        return accepted(request, answer)
    root: str = request.scope.get("root_path", "")
    back = f"?{urlencode({'next': back_to(request, form)})}" if form.get("next") else ""
    return RedirectResponse(f"{root}/receipt/{answer['receipt']}{back}", 303, dict(NO_STORE))


def command_of(form: FormData, server: Server, words: Words) -> Json:
    """Body of the command. Problem 422 for a time or a number that is none."""
    posted = Posted(form, server.now(), words)
    name, on, reason, seen = (posted.text(field) for field in ("command", "on", "reason", "seen_version"))
    body: Json = {"id": posted.text("id") or f"page-{uuid.uuid4().hex}", "command": name}
    body["seen_version"] = int(seen) if seen.isdigit() else server.follower.head.version
    body["args"] = args_of(name, posted)
    return body | ({"on": on} if on else {}) | ({"reason": reason} if reason else {})
