"""`/help`, one page that explains the others, and `/tillganglighet`, the accessibility statement. Neither has a script.

In: figures of the region and settings of the county. Out: HTML, also while nothing has been read yet.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from dashboards.desk.keys import keys
from dashboards.help.markdown import markup
from dashboards.identify import Asker, Parts
from dashboards.page import html
from dashboards.server import Server
from schemas.sectors import Unknown
from schemas.times import SECOND
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)

STATEMENT = Path(__file__).with_name("tillganglighetsredogorelse.md")
ROOMS = (
    ("/", "page.desk", "desk"),
    ("/activation", "activation.title", "activation"),
    ("/changes", "changes.title", "changes"),
    ("/time", "timeline.title", "time"),
    ("/forums", "forums_page.title", "forums"),
    ("/report", "page.report", "report"),
    ("/sheet", "sheet_page.name", "sheet"),
    ("/wall", "wall.title", "wall"),
    ("/map", "map_page.title", "map"),
    ("/items", "items.title", "items"),
    ("/joint", "joint.title", "joint"),
    ("/requests", "requests.title", "requests"),
    ("/sources", "sources.title", "sources"),
    ("/rules", "rules.title", "rules"),
    ("/duty", "duty.title", "duty"),
    ("/rejected", "rejected.title", "rejected"),
)
"""Address, key of the room's name, and of what it is for (`help_room`)."""
WORDS = (
    *("picture", "cell", "impact", "unknown", "event", "suggestion", "notice", "acknowledge", "duty_officer"),
    *("forum", "verkstallande", "samordnande", "inriktande", "mode", "version", "exercise"),
)
"""Keys of `help_word`, in the order they are explained."""
PROMISES, LIMITS = 6, 6


def figures(server: Server, words: Words) -> Mapping[str, str]:
    """How old is too old, by the region's own figures."""
    held = server.reference["figures"]
    return {
        "ordinary": words.age(held["report_outdated_s"] * SECOND),
        "percent": str(held["report_outdated_interval_percent"]),
        "intervals": str(held["source_silence_intervals"]),
        "stands": words.age(int(server.silent_s * SECOND)),
    }


@router.get("/help")
async def help_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The page."""
    words, contact = viewer.words, server.settings
    return html(
        request,
        server,
        viewer,
        "help.html",
        "help",
        rooms=[(href, words(name), words(f"help_room.{room}")) for href, name, room in ROOMS],
        glossary=[(words(f"help_name.{key}"), words(f"help_word.{key}")) for key in WORDS],
        greys=[(unknown, words(f"unknown.{unknown}"), words(f"unknown_why.{unknown}")) for unknown in Unknown],
        old=[words(f"help_old.{key}", **figures(server, words)) for key in ("own", "forum", "source", "page")],
        promises=[words(f"help_promise.{n}") for n in range(1, PROMISES + 1)],
        limits=[words(f"help_limit.{n}") for n in range(1, LIMITS + 1)],
        keys=keys(words),
        duty=contact.duty_telephone,
        operator=contact.operator_contact,
        always=True,
    )


@router.get("/tillganglighet")
async def statement(request: Request, server: Parts, viewer: Asker) -> Response:
    """The statement, in Swedish as the law has it."""
    contact = server.settings.accessibility_contact or viewer.words("help.no_contact")
    return html(request, server, viewer, "statement.html", "statement", text=_statement(contact), always=True)


@cache
def _statement(contact: str) -> Markup:
    return markup(STATEMENT.read_text(encoding="utf-8").replace("{contact}", contact))
