"""The page behind an acknowledgement link: one notice, two buttons, no login, no script; made for a thumb at night.

In: a signed link (streams/links.py). Out: GET shows and never acts, since mail scanners open links; POST gives the one
command the link is good for, logged with `via: link` and the alias of the person it was sent to.
Next: dashboards/api/inbox.py
"""

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboards.access import Role, Viewer
from dashboards.activation.night import is_night
from dashboards.api.inbox import outcome_of, take_command
from dashboards.identify import Parts
from dashboards.language import language_of
from dashboards.live import desk_of
from dashboards.picture.follow import Life
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json, canon
from schemas.times import parse
from streams.clock import wall_ms
from streams.links import PATH, Link, command_id, read
from streams.words import Words, reason_text

router = APIRouter(tags=["pages"], include_in_schema=False)

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
WAIT_S = 5.0
"""How long a press waits for the log before the page says that it is sent and looks again."""
_STATUS = {"expired": 410, "raised_again": 410, "no_link": 404, "starting": 503, "not_sent": 503}


class Page(NamedTuple):
    """What the template shows."""

    state: str
    """open, sent, acknowledged, gone, refused, not_sent, expired, raised_again, no_link, starting."""
    root: str
    exercise: bool
    path: str = ""
    title: str = ""
    opened: str = ""
    reasons: tuple[str, ...] = ()
    told: str = ""
    """What became of it: the line under the heading."""
    to: str = ""
    until: str = ""
    version: int = 0
    first: str = ""
    """Short name of the duty that another may answer for."""
    refresh: bool = False
    suggestion: str = ""
    """Where the whole of it is read."""
    night: bool = False

    @property
    def asks(self) -> bool:
        """True while the buttons do something."""
        return self.state in {"open", "not_sent", "refused"}


@router.get(PATH + "{token}")
async def show(request: Request, server: Parts, token: str, sent: str = "") -> Response:
    """The notice as it is now. Never acts."""
    return _answer(request, _page(request, server, token, sent=bool(sent)))


@router.post(PATH + "{token}")
async def press(request: Request, server: Parts, token: str) -> Response:
    """One of the two buttons."""
    page = _page(request, server, token, sent=False)
    link = read(server.seal, token)
    if link is None or page.state != "open":
        return _answer(request, page)
    form = await request.form()
    args = {"via": "link"}
    if form.get("for") == "first":
        args["on_behalf_of"] = page.first
    viewer, seen = _viewer(server, link), str(form.get("seen_version", ""))
    command: Json = {"id": command_id(token), "command": "acknowledge", "on": link.notice, "args": args}
    command["seen_version"] = int(seen) if seen.isdigit() else page.version
    try:
        receipt = (await take_command(server, viewer, canon(command)))["receipt"]
    except Problem as problem:
        if problem.status != 503:
            raise
        return _answer(request, page._replace(state="not_sent"))
    became = await outcome_of(server, viewer, receipt, WAIT_S)
    if became["result"] in {"refused", "rejected", "not_folded"}:
        page = _page(request, server, token, sent=False)
        return _answer(request, page._replace(state="refused", told=became["detail"]) if page.asks else page)
    return RedirectResponse(f"{page.path}?sent=1", 303, HEADERS)


def _viewer(server: Server, link: Link) -> Viewer:
    """Who holds the link speaks as the one it was sent to; the command it may give is fixed here."""
    return Viewer(Role.COORDINATOR, link.person, server.space.exercise)


def _page(request: Request, server: Server, token: str, *, sent: bool) -> Page:
    root: str = request.scope.get("root_path", "")
    page = Page("no_link", root, server.space.exercise, f"{root}{PATH}{token}")
    link = read(server.seal, token)
    if link is None:
        return page
    if wall_ms() >= link.until:
        return page._replace(state="expired")
    if server.follower.life == Life.STARTING:
        return page._replace(state="starting", refresh=True)
    return _with_notice(
        page,
        server,
        desk_of(request).scene(_viewer(server, link)._replace(language=language_of(request))),
        link,
        sent=sent,
    )


def _with_notice(page: Page, server: Server, scene: Scene, link: Link, *, sent: bool) -> Page:
    notice = scene.sight.shown(EntityKind.NOTICE, link.notice)
    if notice is None:
        return page._replace(state="gone")
    words, plan = scene.words, server.duty
    suggestion: dict[str, Any] = scene.sight.shown(EntityKind.SUGGESTION, notice["suggestion"]) or {}
    reasons = tuple(reason_text(r, server.reference, now=scene.now) for r in suggestion.get("reasons", ()))
    role = plan.roles.get(link.role)
    page = page._replace(
        title=words.advice(suggestion.get("act", "convene"), notice["level"]),
        opened=words("ack.opened", time=scene.clock(notice["opened_at"]), ago=scene.ago(notice["opened_at"])),
        reasons=reasons,
        to=words("ack.to", who=link.person, role=role.short if role else link.role),
        until=words.when(link.until, wall_ms()),
        version=scene.head.version,
        first=plan.roles[plan.first].short,
        suggestion=notice["suggestion"],
        night=is_night(words, scene.now),
    )
    if notice["opened_version"] != link.opened:
        return page._replace(state="raised_again")
    if notice["state"] == "acknowledged":
        return page._replace(state="acknowledged", told=_answered(server, notice, words))
    if notice["state"] == "gone":
        return page._replace(state="gone")
    return page._replace(state="sent" if sent else "open", refresh=sent)


def _answered(server: Server, notice: Json, words: Words) -> str:
    by = notice.get("acknowledged_by", "")
    who = server.actors.get(by, by) or words("notice.somebody")
    if notice.get("via") == "link":
        # a link cannot know whose thumb it was
        who = words("ack.by_link", who=who)
    if notice.get("on_behalf_of"):
        who = words("notice.on_behalf", who=who, other=notice["on_behalf_of"])
    return words("notice.answered", who=who, time=words.clock(parse(notice["acknowledged_at"])))


def _answer(request: Request, page: Page) -> Response:
    html = desk_of(request).paint(language_of(request)).page("ack.html", page.root, p=page)
    return HTMLResponse(html, _STATUS.get(page.state, 200), HEADERS)
