"""The JSON API for machines, reading part (docs/api.md): picture, changes, lists.

In: requests under `/api/v1`. Out: bytes that are equal for equal versions and views, with a strong ETag.
Next: dashboards/api/inbox.py for what is posted, dashboards/api/stream.py for what is pushed.
"""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.access import Act, Viewer
from dashboards.api.forums import forum_rows, suggestion_rows
from dashboards.api.frames import listed
from dashboards.api.geojson import feature_collection
from dashboards.api.lists import LIMIT, MOST, page
from dashboards.identify import Asker, Parts, operator_or_loopback
from dashboards.picture.follow import Life
from dashboards.picture.past import Past
from dashboards.picture.since import beginning, learned_since, net
from dashboards.picture.view import LISTS, Sight, picture_body
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.codec import Json, canon
from schemas.sectors import OPEN_STATES
from schemas.times import parse, z

router = APIRouter(prefix="/api/v1", tags=["picture"])

LANGUAGE = "sv"
VARY = "Authorization, Cookie, Accept-Language"
VERSIONS_A_CALL = 1_000
FILTERS = {
    "suggestions": ("state", "act", "level", "call"),
    "notices": ("state", "level", "call", "suggestion"),
    "questions": ("state", "area", "sector"),
    "forums": ("state", "level", "mode"),
    "sources": ("state",),
    "rejected": ("source", "stage", "reason"),
}
WHEN = {
    **dict.fromkeys(("suggestions", "forums", "sources"), "since"),
    "notices": "opened_at",
    "questions": "asked_at",
    "rejected": "at",
}


def sight_of(server: Server, viewer: Viewer, past: Past | None = None) -> Sight:
    """A viewer's eyes on the newest picture, or on an old one."""
    return Sight(past.picture if past else server.follower.chain.picture, viewer, server.texts.get)


def need_picture(server: Server, viewer: Viewer) -> None:
    """Problem 503 while there is no picture to trust: better no answer than an old one drawn as new."""
    if server.follower.life != Life.LIVE:
        reasons = " ".join(reason.detail for reason in server.not_ready(viewer.words))
        raise Problem(503, "not-ready", reasons, headers={"Retry-After": "2"})


def etag(server: Server, version: int, viewer: Viewer, form: str = "json") -> str:
    """Strong ETag: space, version, view, language; and how many texts are erased, since that takes no version."""
    return f'"{server.space.name}.{version}.{viewer.view}.{LANGUAGE}.{form}.{server.texts.erased}"'


def whole(body: bytes | None, tag: str, version: int, media: str) -> Response:
    """200 with the body, or 304 when the client has it (body None)."""
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": VARY,
        "Content-Language": LANGUAGE,
        "Lagesbild-Version": str(version),
    }
    return Response(status_code=304, headers=headers) if body is None else Response(body, 200, headers, media)


def unchanged(request: Request, tag: str) -> bool:
    """True if the client's copy is this one."""
    given = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    return tag in given or "*" in given


async def wanted(server: Server, version: int | None, as_of: str | None, at_least: int | None, wait: float) -> Past:
    """The picture a query asks for."""
    if version is not None and as_of is not None:
        raise Problem(400, "bad-query", Told("problem.one_of", names="version, as_of"))
    if at_least is not None and not await server.follower.wait_version(at_least, wait):
        detail, newest = Told("problem.not_come", version=at_least), server.follower.head.version
        raise Problem(503, "not-yet", detail, headers={"Retry-After": "1"}, version=newest)
    if version is not None:
        return await server.history.at_version(version)
    if as_of is not None:
        try:
            t = parse(as_of)
        except ValueError as error:
            fault = {"pointer": "/query/as_of", "detail": str(error)}
            raise Problem(400, "bad-query", Told("problem.no_time", name="as_of"), [fault]) from error
        return await server.history.at_time(t)
    return Past(server.follower.chain.picture, server.follower.head)


Version = Annotated[int | None, Query(ge=0, description="The picture at this version; 410 beyond retention.")]
AsOf = Annotated[str | None, Query(description="The picture as it was known at this time (RFC 3339 with offset).")]
AtLeast = Annotated[int | None, Query(ge=0, description="Wait for this version; 503 `not-yet` after `wait`.")]
Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to wait for `at_least`.")]


@router.get("/picture", summary="The whole picture at one version")
async def picture(
    request: Request,
    server: Parts,
    viewer: Asker,
    *,
    version: Version = None,
    as_of: AsOf = None,
    at_least: AtLeast = None,
    wait: Wait = 0,
) -> Response:
    """Areas × sectors (always all of them), events, items, signals, suggestions, notices, forums, sources."""
    need_picture(server, viewer)
    past = await wanted(server, version, as_of, at_least, wait)
    tag = etag(server, past.head.version, viewer)
    body = (
        None
        if unchanged(request, tag)
        else canon(picture_body(sight_of(server, viewer, past), past.head, server.place))
    )
    return whole(body, tag, past.head.version, "application/json")


@router.get("/picture.geojson", summary="Areas and items as RFC 7946 features")
async def geojson(
    request: Request, server: Parts, viewer: Asker, version: Version = None, as_of: AsOf = None
) -> Response:
    """WGS 84, longitude first. An item without a point has no geometry, only its areas' codes."""
    need_picture(server, viewer)
    past = await wanted(server, version, as_of, None, 0)
    tag = etag(server, past.head.version, viewer, "geojson")
    if unchanged(request, tag):
        return whole(None, tag, past.head.version, "")
    body = picture_body(sight_of(server, viewer, past), past.head, server.place)
    features = feature_collection(body, server.shapes)
    return whole(canon(features), tag, past.head.version, "application/geo+json")


@router.get("/changes", summary="What happened after a version, a time, or a forum's last meeting")
async def changes(
    request: Request,
    server: Parts,
    viewer: Asker,
    since: Annotated[int | None, Query(ge=0)] = None,
    limit: Annotated[int, Query(ge=1, le=VERSIONS_A_CALL)] = VERSIONS_A_CALL,
    *,
    time: AsOf = None,
    forum: Annotated[str | None, Query(max_length=200)] = None,
    once: Annotated[bool, Query()] = False,
) -> Response:
    """Each change with its word, cause and both times. Applied to the older picture they give the newer.

    `once` names each thing a single time, by what became of it in the end.
    """
    need_picture(server, viewer)
    head = server.follower.head.version
    since, at = await beginning(server, since, time, forum)
    if since > head:
        raise Problem(404, "no-such-version", Told("problem.no_version", version=since, newest=head))
    entries = await server.history.after(since)
    shown = entries[:limit]
    to = shown[-1].version.number if shown else since
    body: Json = {
        "space": server.space.name,
        "region": server.region,
        "from": since,
        "to": to,
        "changes": learned_since(listed(net(shown) if once else shown, sight_of(server, viewer)), at),
    }
    more = request.url.remove_query_params(["time", "forum"]).include_query_params(since=to)
    link = None if len(shown) == len(entries) else more
    return _list_answer(body, None if link is None else str(link))


def _list_answer(body: Json, link: str | None) -> Response:
    headers = {"Cache-Control": "private, no-cache", "Vary": VARY}
    if link is not None:
        headers["Link"] = f'<{link}>; rel="next"'
    return Response(canon(body), 200, headers, "application/json")


Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(max_length=500)]


def _paged(
    request: Request, server: Server, name: str, rows: list[Json], *, limit: int, cursor: str | None
) -> Response:
    filters = {field: request.query_params[field] for field in FILTERS[name] if field in request.query_params}
    try:
        found = page(rows, WHEN[name], filters, limit, cursor)
    except ValueError as error:
        fault = {"pointer": "/query/cursor", "detail": str(error)}
        raise Problem(400, "bad-query", Told("problem.cursor"), [fault]) from error
    body: Json = {"space": server.space.name, "region": server.region, "version": server.follower.head.version}
    link = None if found.cursor is None else str(request.url.include_query_params(cursor=found.cursor))
    return _list_answer(body | {name: found.rows}, link)


def _entities(server: Server, viewer: Viewer, kind: EntityKind) -> list[Json]:
    need_picture(server, viewer)
    sight = sight_of(server, viewer)
    shown = ((key, sight.shown(kind, key)) for key in server.follower.chain.picture[kind])
    return [{"key": key, **entity} for key, entity in shown if entity is not None]


_WHOLE = {EntityKind.FORUM: forum_rows, EntityKind.SUGGESTION: suggestion_rows}
"""Lists whose rows say more than `/picture` does."""


def _add_list(kind: EntityKind) -> None:
    """One route a list; they differ in nothing but the kind."""
    name = LISTS[kind]

    async def rows(
        request: Request, server: Parts, viewer: Asker, limit: Limit = LIMIT, cursor: Cursor = None
    ) -> Response:
        need_picture(server, viewer)
        whole_rows = _WHOLE.get(kind)
        found = whole_rows(sight_of(server, viewer)) if whole_rows else _entities(server, viewer, kind)
        return _paged(request, server, name, found, limit=limit, cursor=cursor)

    filters = ", ".join(FILTERS[name])
    router.add_api_route(f"/{name}", rows, summary=f"{name.capitalize()}, newest first; filters: {filters}", name=name)


for _kind in (EntityKind.SUGGESTION, EntityKind.NOTICE, EntityKind.FORUM, EntityKind.QUESTION):
    _add_list(_kind)


@router.get("/sources", summary="Health of every source")
async def sources(
    request: Request, server: Parts, viewer: Asker, limit: Limit = LIMIT, cursor: Cursor = None
) -> Response:
    """State, open items in the county, and when it was last heard: that takes no version, so `/picture` lacks it."""
    heard = server.follower.mark.heard if server.follower.mark else {}
    delivered = Counter(i["source"] for i in _entities(server, viewer, EntityKind.ITEM) if i["state"] in OPEN_STATES)
    rows = [
        row
        | {"name": server.words.source(row["key"], server.actors, server.feeds), "items": delivered[row["key"]]}
        | ({"heard_at": z(heard[row["key"]])} if row["key"] in heard else {})
        for row in _entities(server, viewer, EntityKind.SOURCE)
    ]
    return _paged(request, server, "sources", rows, limit=limit, cursor=cursor)


@router.get("/rejected", summary="What could not be used; for operators or on this machine")
async def rejected(request: Request, server: Parts, limit: Limit = LIMIT, cursor: Cursor = None) -> Response:
    """The newest 2,000, with reason and the beginning of the bytes."""
    operator_or_loopback(request, Act.SEE_REJECTED)
    return _paged(request, server, "rejected", server.rejected.newest_first(), limit=limit, cursor=cursor)
