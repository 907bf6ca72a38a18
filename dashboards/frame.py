"""What the frame of every page shows: space, role, clock, age, banner.

In: a request, the server, a viewer. Out: `Frame`, called `p` in the templates; words that scripts need.
"""

import json
from importlib.metadata import version
from typing import NamedTuple

from fastapi import Request

from dashboards.access import CHOSEN, Role, Viewer
from dashboards.language import other_language
from dashboards.picture.follow import Life
from dashboards.server import Server
from schemas.change import EntityKind, Picture
from schemas.times import z
from streams.core.suggestion_life import UNDECIDED
from streams.words import Words

PROGRAM = version("lagesbild-stockholm")
SIX = ("worst", "where", "since", "changed", "unknown", "suggested")

_CLIENT = (
    "count.worse_one",
    "count.worse_many",
    "count.better_one",
    "count.better_many",
    "count.fresh_one",
    "count.fresh_many",
    "count.silent_one",
    "count.silent_many",
    "timeline.trouble",
    "time.now",
    "time.ago",
    "time.ahead",
    "time.seconds",
    "time.minutes",
    "time.hours",
    "time.hours_minutes",
    "time.days",
    "time.weekdays",
    "time.months",
    "lost.link",
    "lost.stands",
    "lost.broken",
    "lost.since",
    "page.lost_do",
    "activation.sending",
    "activation.failed",
    "report.changed",
    "report.edit",
    "report.restored",
    "report.discard",
    "report.offline",
    "result.received",
    "forum_act.sending",
    "forum_act.offline",
    "forum_act.draft_back",
)
"""Keys of the texts that scripts fill in."""


class RoleChoice(NamedTuple):
    """One role of the chooser."""

    code: str
    name: str
    about: str


class Frame(NamedTuple):
    """`p` in the templates."""

    root: str
    path: str
    here: str
    theme: str
    exercise: bool
    space: str
    region: str
    role: str
    role_name: str
    roles: list[RoleChoice]
    actor: str
    actors: list[tuple[str, str]]
    who: str
    who_name: str
    now_iso: str
    speed: int
    clock: str
    day: str
    age: str
    age_ms: int
    stands_ms: int
    """After so long without a sign of life the picture stands still."""
    over: bool
    waits: str
    """How many suggestions wait for a person; empty when none does."""
    faults: list[str]
    """Why what is shown must not be taken for new; empty when all is well."""
    program: str
    """Version of the program."""
    other: str
    """The language that the page is not in."""
    other_href: str
    """The same page in it."""
    queue: str
    """Name of what a browser keeps for this space: never sent to another."""


def client_words(words: Words) -> str:
    """Texts that scripts fill in, as JSON."""
    return json.dumps({key: words(key) for key in _CLIENT}, ensure_ascii=False)


def frame_of(request: Request, server: Server, viewer: Viewer, here: str) -> Frame:
    """The frame for this request."""
    words, now, setting = viewer.words, server.now(), server.clock.setting
    age = server.follower.age_s
    theme = request.query_params.get("theme", "")
    exercise = server.space.exercise
    speed = 1 if setting.mode == "real" else setting.speed if setting.mode == "paced" else 0
    starting = server.follower.life == Life.STARTING
    return Frame(
        request.scope.get("root_path", ""),
        request.url.path,
        here,
        theme if theme in {"light", "dark"} else "",
        exercise,
        server.title,
        server.reference["region"]["name"],
        viewer.role.value,
        _role_name(server, viewer),
        [RoleChoice(r.value, words(f"role.{r}"), words(f"role_about.{r}")) for r in CHOSEN],
        viewer.actor or "",
        sorted(server.actors.items(), key=lambda row: row[1]),
        viewer.who,
        server.actors.get(viewer.who, words(f"role.{viewer.role}")),
        z(now),
        speed,
        words.clock(now, seconds=speed == 1),
        words.date(now, now),
        "–" if age is None else words.age(int(age * 1000)),
        -1 if age is None else int(age * 1000),
        int(server.silent_s * 1000),
        server.over,
        waits(server.follower.chain.picture),
        []
        if starting
        else [reason.detail for reason in server.not_ready(words) if reason.code in {"chain_broken", "silent"}],
        PROGRAM,
        *other_language(request),
        server.space.name,
    )


def waits(picture: Picture) -> str:
    """How many suggestions wait for a person, as the navigation shows it: empty for none."""
    return str(sum(s["state"] in UNDECIDED for s in picture.get(EntityKind.SUGGESTION, {}).values()) or "")


def _role_name(server: Server, viewer: Viewer) -> str:
    if viewer.role == Role.REPORTER:
        return server.actors.get(viewer.who, viewer.who)
    return viewer.words(f"role.{viewer.role}")
