"""An actor's report from the words of a command line, and how the room would see it. Pure.

In: flags, the space's time. Out: the body of `POST /reports`; lines for `--dry-run`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from schemas.codec import Json
from schemas.report import ActorReport, ReportType, faults
from schemas.sectors import IMPACT_OF
from schemas.times import HOUR, MINUTE, parse, z
from streams.cli.texts import say
from streams.words import load_words

_LENGTH = re.compile(r"\+?(\d{1,4})\s*(min|m|h)")


class DraftFault(ValueError):
    """The flags do not make a report; the text names every fault."""


class Draft(NamedTuple):
    """What the command line says."""

    headline: str | None = None
    areas: tuple[str, ...] = ()
    sector: str | None = None
    impact: str | None = None
    expected: str | None = None
    id: str | None = None
    type: str | None = None
    next_report: str | None = None


def make(draft: Draft, now: int, *, exercise: bool) -> Json:
    """Body of the report, sent at space time `now` (ms UTC). DraftFault if it would be refused as it stands."""
    body: Json = {"id": draft.id or default_id(draft), "sent": z(now), "headline": _headline(draft)}
    if draft.type is not None:
        body["type"] = draft.type
    body["impacts"] = _impacts(draft)
    if draft.next_report is not None:
        body["next_report"] = z(promised(draft.next_report, now))
    if exercise:
        # one that strays into the real space is refused there
        body["exercise"] = True
    check(body)
    return body


def check(body: object) -> ActorReport:
    """The report as its model. DraftFault with every fault."""
    try:
        return ActorReport.model_validate(body)
    except ValidationError as error:
        raise DraftFault("; ".join(f"{f['pointer'] or '/'}: {f['detail']}" for f in faults(error))) from error


def default_id(draft: Draft) -> str:
    """`<sector>-<area>`: the newest such report on a cell takes over the earlier ones. Several areas stand in a row."""
    if draft.type == ReportType.UNCHANGED:
        return "unchanged"
    if draft.sector is None or not draft.areas:
        raise DraftFault("name --sector and --area, or --id for a matter of its own")
    return f"{draft.sector}-{''.join(sorted(set(draft.areas)))}"


def promised(text: str, now: int) -> int:
    """Time of the next report: RFC 3339 with offset, or a length from now such as 30min or 2h."""
    length = _LENGTH.fullmatch(text.strip())
    if length:
        return now + int(length[1]) * (HOUR if length[2] == "h" else MINUTE)
    try:
        return parse(text)
    except ValueError as error:
        raise DraftFault(
            f"--next-report {text!r}: say 30min, 2h, or a time such as 2027-01-19T07:00:00+01:00"
        ) from error


def _headline(draft: Draft) -> str:
    if draft.headline is not None:
        return draft.headline
    if draft.type in (ReportType.UNCHANGED, ReportType.CANCEL):
        return say(f"report.{draft.type}")
    raise DraftFault("say in a line what has happened, last on the command line")


def _impacts(draft: Draft) -> list[Json]:
    if draft.type in (ReportType.UNCHANGED, ReportType.CANCEL):
        return []
    if draft.impact is None:
        if draft.type in (None, ReportType.REPORT, ReportType.UPDATE) or draft.expected:
            raise DraftFault("say how hard it is hit: --impact none, moderate, significant, serious or critical")
        return []
    if draft.sector is None or not draft.areas:
        raise DraftFault("an --impact needs --sector and --area")
    line: Json = {"sector": draft.sector, "areas": sorted(set(draft.areas)), "now": draft.impact}
    return [line if draft.expected is None else {**line, "expected": draft.expected}]


class Room(NamedTuple):
    """What is known for a dry run; the picture may be empty."""

    municipalities: Mapping[str, Any]
    sectors: Mapping[str, str]
    """Code -> Swedish name."""
    actor: Mapping[str, Any] | None
    """Row of the actor registry."""
    areas: Sequence[Json]
    """`areas` of the picture."""


def seen(report: ActorReport, room: Room) -> Iterator[str]:
    """How the room would see the report: one line a cell, and where it would not count."""
    words = load_words()
    yield say("dry.head")
    shown = {row["code"]: row["sectors"] for row in room.areas}
    count = 0
    for line in report.impacts:
        for code in _codes(line.areas, room.municipalities):
            count += 1
            expected = say("dry.expected", impact=words.impact(IMPACT_OF[line.expected])) if line.expected else ""
            yield say(
                "dry.cell",
                area=f"{code} {room.municipalities.get(code, {}).get('name', '')}".strip(),
                sector=room.sectors.get(line.sector, line.sector),
                now=words.impact(line.level),
                expected=expected,
                before=_before(shown.get(code, {}).get(line.sector)),
            )
            if room.actor is not None and not _sets(room.actor, line.sector, code):
                yield say("dry.beside", actor=room.actor["name"])
    if not count:
        yield say("dry.none")


def _codes(areas: Sequence[str], municipalities: Mapping[str, Any]) -> list[str]:
    """The county's code stands for every municipality."""
    return [code for area in areas for code in (sorted(municipalities) if len(area) == 2 else [area])]


def _before(cell: Json | None) -> str:
    if cell is None:
        return ""
    words = load_words()
    shown = words.impact(cell["impact"]) if cell["impact"] else words(f"unknown.{cell['unknown']}")
    return say("dry.before", shown=shown)


def _sets(actor: Mapping[str, Any], sector: str, code: str) -> bool:
    """Is the actor entitled to the cell? The county's code in its areas means all."""
    return sector in actor["sectors"] and (code in actor["areas"] or code[:2] in actor["areas"])
