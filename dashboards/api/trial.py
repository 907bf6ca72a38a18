"""A report on trial: checked like a real one, told what would become of it, published nowhere.

In: a body and who from the login, as for a report. Out: an answer with `test`; the same problems as a real one.
"""

from dashboards.access import Act, Viewer
from dashboards.identify import need
from dashboards.picture.view import Sight, cell_body
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_source, item_key
from schemas.outcome import Refusal, Result
from schemas.report import ActorReport, ReportType
from schemas.times import from_datetime, parse
from streams.foreseen import touched


def on_trial(server: Server, viewer: Viewer, report: ActorReport) -> Json:
    """What would become of a checked report, as far as the picture can tell. Problem 401 or 403."""
    need(viewer, Act.REPORT)
    assert viewer.actor is not None
    source = actor_source(viewer.actor)
    sight = Sight(server.follower.chain.picture, viewer, server.texts.get)
    result, reason = foretold(
        report, viewer.actor, sight.picture.get(EntityKind.ITEM, {}).get(item_key(source, report.id))
    )
    why = viewer.words.refusal(reason) if reason else ""
    body: Json = {
        "test": True,
        "source": source,
        "id": report.id,
        "revision": report.revision,
        "result": result,
        "detail": viewer.words(f"trial.{result}", why=why),
        "cells": [
            {
                "area": cell.area,
                "sector": cell.line.sector,
                "now": cell.line.now,
                "expected": cell.line.expected,
                "sets": cell.sets,
                "shown": cell_body(sight, cell.area, cell.line.sector)["impact_name"],
            }
            for cell in touched(report, viewer.actor, server.reference)
        ],
    }
    return body if reason is None else body | {"reason": reason}


def foretold(report: ActorReport, actor: str, known: Json | None) -> tuple[Result, Refusal | None]:
    """What intake and fold would say, `known` being the item of that id as the picture has it."""
    claimed = (report.model_extra or {}).get("actor")
    if claimed is not None and claimed != actor:
        return Result.REFUSED, Refusal.SENDER_MISMATCH
    if report.type == ReportType.UNCHANGED:
        return Result.APPLIED, None
    if known is None:
        return (Result.REFUSED, Refusal.UNKNOWN_ITEM) if report.type == ReportType.CANCEL else (Result.APPLIED, None)
    before, own = known.get("revision"), report.revision
    if before is None and own is None:
        before, own = parse(known["sent"]), from_datetime(report.sent)
    if before is None or own is None:
        return Result.REFUSED, Refusal.ORDER_CHANGED
    if own == before:
        return Result.DUPLICATE_OF, None
    return (Result.SUPERSEDED_BY if own < before else Result.APPLIED), None
