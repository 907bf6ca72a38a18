"""Whether an actor's report can be taken: schema, codes of the region, the space's clock.

In: bytes. Out: an ActorReport, or `Faulty` with every fault named. The server checks with the same function before it
accepts, so a 202 is never followed by a schema rejection. Next: streams/normalise.py
"""

from collections.abc import Collection, Iterable
from typing import NoReturn

from pydantic import ValidationError

from schemas.codec import BODY_LIMIT, Json, Malformed, load_object
from schemas.outcome import Refusal
from schemas.report import ActorReport, Fault, ImpactLine, faults
from schemas.times import DAY, MINUTE, from_datetime

SENT_AHEAD = 10 * MINUTE
"""A report from further in the future is refused: a clock is wrong, and it would outlive every later one."""
FORGOTTEN = 30 * DAY
"""Closed items are forgotten after this, so an older report could come back as new."""


class Faulty(ValueError):
    """A body that cannot be taken. `faults` names every mistake with its pointer; `reason` is its code."""

    def __init__(self, found: list[Fault], reason: Refusal) -> None:
        super().__init__("; ".join(f"{f['pointer'] or '/'}: {f['detail']}" for f in found))
        self.faults, self.reason = found, reason


def check_actor_report(
    raw: bytes, reference: Json, now_ms: int, *, exercise: bool, outside: Collection[str] = ()
) -> ActorReport:
    """An actor's report, checked against the schema, the region's codes and the space's clock. Raises Faulty.

    `outside` are codes of Sweden that are known but lie outside the county: kept, as long as one area is inside.
    """
    try:
        report = ActorReport.model_validate(load_object(raw, BODY_LIMIT))
    except Malformed as error:
        reason = Refusal.TOO_LARGE if len(raw) > BODY_LIMIT else Refusal.MALFORMED
        raise Faulty([{"pointer": "", "detail": str(error)}], reason) from error
    except ValidationError as error:
        raise Faulty(faults(error), Refusal.SCHEMA) from error
    if report.exercise and not exercise:
        _refuse(
            "/exercise",
            "an exercise report does not belong in the real space; send it to the exercise",
            Refusal.WRONG_SPACE,
        )
    found = list(_area_faults(report.impacts, reference, outside))
    if found:
        raise Faulty(found, Refusal.OUTSIDE_REGION if any("inside" in f["detail"] for f in found) else Refusal.SCHEMA)
    _check_point(report)
    _check_sent(report, reference, now_ms)
    return report


def _refuse(pointer: str, detail: str, reason: Refusal) -> NoReturn:
    raise Faulty([{"pointer": pointer, "detail": detail}], reason)


def _area_faults(lines: Iterable[ImpactLine], reference: Json, outside: Collection[str]) -> Iterable[Fault]:
    """Unknown codes, and a report none of whose areas lies in the county."""
    inside = {*reference["municipalities"], reference["region"]["code"]}
    named = [(i, j, area) for i, line in enumerate(lines) for j, area in enumerate(line.areas)]
    for i, j, area in named:
        if area not in inside and area not in outside:
            yield {"pointer": f"/impacts/{i}/areas/{j}", "detail": f"{area} is no county or municipality code"}
    if named and not any(area in inside for _, _, area in named):
        county = reference["region"]["code"]
        yield {"pointer": "/impacts", "detail": f"no area is inside county {county}; name at least one that is"}


def _check_point(report: ActorReport) -> None:
    """A point that is no place on Earth, or has its numbers the wrong way round, would be drawn where nothing is."""
    if report.point is None:
        return
    # at hand only when a point is: the server, which checks before it accepts, then needs no geometry library
    from streams.shapes import Refusal as ShapeRefusal  # noqa: PLC0415
    from streams.shapes import from_lon_lat  # noqa: PLC0415

    found = from_lon_lat(*report.point)
    if isinstance(found, ShapeRefusal):
        _refuse("/point", found.detail, Refusal.SCHEMA)


def _check_sent(report: ActorReport, reference: Json, now_ms: int) -> None:
    sent = from_datetime(report.sent)
    figures = reference.get("figures", {})
    ahead = int(figures.get("sent_ahead_max_s", SENT_AHEAD // 1000)) * 1000
    if sent > now_ms + ahead:
        _refuse(
            "/sent",
            f"sent lies {(sent - now_ms) // MINUTE} min ahead of the space's clock; is the clock right?",
            Refusal.SENT_AHEAD,
        )
    if sent < now_ms - int(figures.get("closed_forgotten_s", FORGOTTEN // 1000)) * 1000:
        _refuse("/sent", "sent more than 30 days ago; send it anew with the present time", Refusal.TOO_OLD)
