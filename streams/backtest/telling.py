"""A result for a program: one JSON object a case, without nulls, the same bytes for the same input.

In: a `Result`. Out: a dict in JSON's own types. Times are `Z` text, spans whole minutes.
Next: streams/backtest/text.py
"""

from collections.abc import Sequence

from schemas.case import Must
from schemas.codec import Json
from schemas.times import from_datetime, z
from streams.backtest.bench import Result, Scored
from streams.backtest.casefile import Record
from streams.backtest.figures import Figures
from streams.backtest.ground import Frozen
from streams.backtest.running import Noted
from streams.backtest.scoring import Verdict
from streams.backtest.swedish import what
from streams.backtest.trace import Raised


def as_json(result: Result) -> Json:
    """All that is told of a case; of one that was refused, its faults."""
    case = result.case
    told: Json = {"case": case.name, "file": case.file.name}
    if case.head is not None:
        told |= {"title": case.head.title, "region": case.head.region, "source_note": case.head.source_note}
    mine = result.mine
    if mine is None:
        faults = [f._asdict() for f in case.faults]
        return {**told, "faults": faults, "met": False, "expectations": [], "rules": []}
    published = sum(r.line.published for r in case.records)
    return {
        **told,
        "met": result.good,
        "rules_file": _file(mine.rules),
        "records": {"published": published, "constructed": len(case.records) - published},
        "picture": {"version": mine.run.versions, "hash": mine.run.hash},
        "expectations": [
            {**_verdict(v), "met_published": alone.met}
            for v, alone in zip(mine.verdicts, result.published, strict=True)
        ],
        "raised": [_raised(r) for r in mine.run.trace.raised],
        "calls": [{"at": z(c.at), "rules": list(c.rules)} for c in mine.run.trace.calls],
        "rules": [_figures(f) for f in mine.figures],
        "timeline": [_record(record) for record in case.records],
        "refused": _noted(mine.run.refused),
        "put_aside": _noted(mine.run.aside),
        "orphans": _noted(mine.run.orphans),
        "acts_left_out": mine.run.left_out,
        **({} if result.other is None else {"against": _against(mine, result.other)}),
    }


def _file(rules: Frozen) -> Json:
    return {"name": rules.name, "version": rules.rules.version, "digest": rules.digest}


def _record(record: Record) -> Json:
    """Both times of a record, in the order in which it was known."""
    line = record.line
    told: Json = {"line": record.number, "known_at": z(from_datetime(line.known_at)), "published": line.published}
    told |= {"happened_at": z(from_datetime(line.happened_at))} if line.happened_at is not None else {}
    return told | ({"what": said} if (said := what(line)) else {})


def _verdict(verdict: Verdict) -> Json:
    expected = verdict.expected
    told: Json = {"from": z(from_datetime(expected.begin)), "to": z(from_datetime(expected.end)), "met": verdict.met}
    if isinstance(expected, Must):
        told |= {"act": expected.act, "level": expected.level}
        told |= {} if expected.rule is None else {"rule": expected.rule}
        told |= {} if verdict.at is None else {"at": z(verdict.at)}
        told |= {} if verdict.lead_min is None else {"lead_min": verdict.lead_min, "lead_to": verdict.lead_to}
        told |= {"no_rule": verdict.no_rule} if verdict.no_rule else {}
        told |= {"elsewhere": [z(at) for at in verdict.elsewhere]} if verdict.elsewhere else {}
    else:
        told["none"] = expected.none.model_dump(exclude_none=True)
        told |= {"against": [_raised(r) for r in verdict.against]} if verdict.against else {}
    return told | ({} if expected.note is None else {"note": expected.note})


def _raised(raised: Raised) -> Json:
    return {**raised._asdict(), "at": z(raised.at), "rules": list(raised.rules)}


def _figures(row: Figures) -> Json:
    told = {**row._asdict(), "first": None if row.first is None else z(row.first)}
    return {k: v for k, v in told.items() if v not in {None, ""}}


def _noted(notes: Sequence[Noted]) -> list[Json]:
    return [note._asdict() for note in notes]


def _against(mine: Scored, other: Scored) -> Json:
    """Only what differs."""
    return {
        "rules_file": _file(other.rules),
        "expectations": [
            {"number": n, "met": b.met}
            for n, (a, b) in enumerate(zip(mine.verdicts, other.verdicts, strict=True))
            if a.met != b.met
        ],
        "rules": [_figures(row) for row in differing(mine, other)],
        "gone": sorted({f.rule for f in mine.figures} - {f.rule for f in other.figures}),
    }


def differing(mine: Scored, other: Scored) -> list[Figures]:
    """Rows of the other rule file that are new, or differ from mine."""
    known = {row.rule: row for row in mine.figures}
    return [row for row in other.figures if known.get(row.rule) != row]
