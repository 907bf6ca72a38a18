"""What rules need to know of an actor's report beside its words: its own level, how large an event, what is needed.

In: an actor's checked report. Out: parts of a log body, whole numbers and short codes only; what cannot be read so is
still readable in the report's other fields.
Next: streams/normalise.py
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.codec import Json
from schemas.report import ActorReport, ReportType

ROWS_MOST = 50
_LEAST_WORD, _LONGEST_WORD = 1, 100


def rule_facts(report: ActorReport) -> Json:
    """Only what the report says; an ordinary report adds nothing."""
    found: Json = {}
    if report.native:
        found["native"] = dict(report.native)
    if report.attendance is not None:
        found["attendance"] = report.attendance
    if report.risk_flags:
        found["risk_flags"] = len(report.risk_flags)
    if report.forum is not None:
        found["forum"] = report.forum
    elif report.type == ReportType.REQUEST and report.needs and report.needs.get("direction"):
        found["forum"] = "inriktande"  # what is needed says which forum is asked for
    if report.resources:
        rows = {"need": report.resources.get("need"), "lend": report.resources.get("can_lend")}
        found |= {name: made for name, told in rows.items() if (made := list(_rows(told))[:ROWS_MOST])}
    return found


def _rows(told: object) -> Iterator[Json]:
    """Rows `{kind, number}` of a list of such, of one, or of a map kind -> number."""
    if isinstance(told, list):
        for one in told:
            yield from _rows(one)
    elif isinstance(told, Mapping) and "kind" in told:
        yield from _row(told["kind"], told.get("number"))
    elif isinstance(told, Mapping):
        for kind, number in told.items():
            yield from _row(kind, number)


def _row(kind: Any, number: Any) -> Iterator[Json]:
    """One row, if it is one: the same word is the same resource."""
    if isinstance(kind, str) and isinstance(number, int) and not isinstance(number, bool) and number > 0:
        word = kind.strip().lower()
        if _LEAST_WORD <= len(word) <= _LONGEST_WORD:
            yield {"kind": word, "number": number}
