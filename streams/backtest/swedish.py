"""What cases and suggestions are called on the page, in Swedish.

In: expectations, records, the catalogue. Out: short labels.
"""

from schemas.case import CaseLine, Expectation, Must
from schemas.times import MINUTE, from_datetime
from streams.words import Words


def at(ms: int, words: Words) -> str:
    """Date and time by the region's clock."""
    return words.local(ms).strftime("%Y-%m-%d %H.%M")


def label(expected: Expectation, words: Words) -> str:
    """What an expectation is about."""
    if isinstance(expected, Must):
        advice = words.advice(expected.act, expected.level)
        return advice if expected.rule is None else f"{expected.rule}: {advice}"
    return words("backtest.no_such", what=_kind(expected.none.act, expected.none.level, words))


def _kind(act: str | None, level: str | None, words: Words) -> str:
    if act is not None:
        forum = words("backtest.a_forum") if level is None else words(f"forum.{level}")
        return words(f"advice.{act}", forum=forum)
    return words("backtest.anything") if level is None else words(f"forum.{level}")


def brings(line: CaseLine) -> str:
    """What a record is, in its own words, with its note and its source."""
    return " · ".join(part for part in (what(line), line.note, line.citation) if part)


def late(line: CaseLine, words: Words) -> str:
    """When it happened, where a case tells that it was another time than when it was known; else nothing."""
    if line.happened_at is None:
        return ""
    happened = from_datetime(line.happened_at)
    minutes = (from_datetime(line.known_at) - happened) // MINUTE
    name = "backtest.learned" if minutes > 0 else "backtest.happened"
    return words(name, at=at(happened, words), minutes=minutes)


def what(line: CaseLine) -> str:
    """Who said or did what, in a few words."""
    if line.report is not None:
        return f"{line.actor}: {line.report.get('headline', line.report.get('id', ''))}"
    if line.command is not None:
        return f"{line.command.get('who') or line.who}: {line.command.get('command')}"
    return line.raw.source if line.raw is not None else ""
