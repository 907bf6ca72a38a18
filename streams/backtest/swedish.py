"""What cases and suggestions are called on the page, in Swedish.

In: expectations, records, the catalogue. Out: short labels.
"""

from schemas.case import CaseLine, Expectation, Must
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
    if line.report is not None:
        what = f"{line.actor}: {line.report.get('headline', line.report.get('id', ''))}"
    elif line.command is not None:
        what = f"{line.command.get('who')}: {line.command.get('command')}"
    else:
        what = line.raw.source if line.raw is not None else ""
    return " · ".join(part for part in (what, line.note, line.citation) if part)
