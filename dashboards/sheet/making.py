"""Sheets out of the running server: which picture is meant, what it was before, whose eyes; then the pure content.

In: a viewer, a forum or a meeting. Out: the content. A meeting that has begun is made from the version it was sealed
on, at its own time, so that it is the same whenever it is asked for; everything else from the newest picture, now.
Next: dashboards/sheet/content.py
"""

from typing import NamedTuple

from dashboards.access import Viewer
from dashboards.live import region_of
from dashboards.picture.follow import Life
from dashboards.picture.past import Past
from dashboards.picture.view import Sight
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.sheet import subject
from dashboards.sheet.content import Made, sheet
from dashboards.sheet.scenery import Since, scene_of
from dashboards.sheet.subject import Subject
from schemas.codec import Json
from schemas.times import HOUR, MINUTE, parse


class Ask(NamedTuple):
    """What a sheet is wanted for; neither is the region now."""

    forum: str | None = None
    """Its next meeting."""
    meeting: str | None = None
    """`<forum>/<number>`, held or planned."""


class Shown(NamedTuple):
    """A picture and the moment that a sheet shows."""

    past: Past
    made: Made
    moment: int
    subject: Subject | None


async def make(server: Server, viewer: Viewer, ask: Ask) -> Json:
    """Content of a sheet.

    Raises:
        Problem: 404 `not-found` for a forum or meeting that is not there, 410 for one whose version is gone, 503 while
            nothing has been read.
    """
    if server.follower.life == Life.STARTING:
        detail = " ".join(reason.detail for reason in server.not_ready(viewer.words))
        raise Problem(503, "not-ready", detail, headers={"Retry-After": "2"})
    try:
        shown = await _shown(server, ask)
        since = await _since(server, shown)
    except KeyError as error:
        raise Problem(404, "not-found", Told("problem.no_meeting")) from error
    sight = Sight(shown.past.picture, viewer, server.texts.get)
    scene = scene_of(region_of(server, viewer.language), sight, shown.past.head, since, shown.moment)
    return sheet(scene, since, shown.subject, shown.made)


async def _shown(server: Server, ask: Ask) -> Shown:
    newest = Past(server.follower.chain.picture, server.follower.head)
    moment, made = now_of(server)
    if ask.meeting is not None:
        sealed = subject.held(newest.picture, ask.meeting)
        if sealed is not None:
            past, at = await server.history.at_version(sealed.version), parse(sealed.subject.at)
            return Shown(past, Made(at), at, sealed.subject)
        return Shown(newest, made, moment, subject.ahead(newest.picture, *subject.split(ask.meeting)))
    about = None if ask.forum is None else subject.ahead(newest.picture, ask.forum)
    return Shown(newest, made, moment, about)


def now_of(server: Server) -> tuple[int, Made]:
    """The moment that the newest picture shows, to the minute, and when that is told.

    When nothing has been heard of the picture for too long it shows the time it was last heard of, not now.
    """
    follower, now = server.follower, server.now()
    silent = follower.age_s is None or follower.age_s > server.silent_s or follower.life == Life.BROKEN
    heard = follower.mark.t if silent and follower.mark is not None else now
    known = follower.head.at or 0
    return max(heard // MINUTE * MINUTE, known), Made(max(now // MINUTE * MINUTE, heard, known), silent)


async def _since(server: Server, shown: Shown) -> Since | None:
    """What changes are counted from: the forum's last meeting or its call, else an hour back; None where it is gone."""
    if shown.subject is None:
        return _hour_ago(server, shown)
    before = subject.before(shown.past.picture, shown.subject.forum)
    try:
        old = await server.history.at_version(before.version)
    except Problem:  # beyond retention: the sheet says so
        return None
    return Since(old.picture, before.version, parse(before.at), "meeting" if before.number else "called", before.number)


def _hour_ago(server: Server, shown: Shown) -> Since | None:
    """From memory alone, since it is asked often: an hour, or as long as this server has followed the picture."""
    at, head, ring = shown.moment - HOUR, shown.past.head, server.follower.chain.ring
    if head.at is None or head.at <= at:
        return Since(shown.past.picture, head.version, at)
    number = ring.at_time(at) or ring.oldest
    if number is None:
        return None
    picture, entry = ring.undo(shown.past.picture, number), ring.find(number)
    if picture is None or entry is None:
        return None
    return Since(picture, number, max(at, entry.version.at))
