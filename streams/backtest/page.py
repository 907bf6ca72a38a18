"""A back-test as one page: a timeline and a table for each case. One file, no outside host, no script.

In: results. Out: HTML, the same bytes for the same results.
"""

from collections.abc import Iterator, Sequence
from html import escape
from zoneinfo import ZoneInfo

from schemas.times import to_datetime
from streams.backtest.bench import Result
from streams.backtest.figures import Figures
from streams.backtest.telling import differing
from streams.backtest.timeline import draw
from streams.words import Words, load_words

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:66rem;margin:2rem auto;padding:0 1rem}
svg{width:100%;height:auto;font-size:12px}svg .time{font-size:11px;fill:#555}svg .scale{stroke:#ddd}
.published{fill:#1a1a1a}.filler{fill:#fff;stroke:#1a1a1a;stroke-width:1.5}.near{fill:#fff;stroke:#9a6700;stroke-width:2}
.late{stroke:#1a1a1a}.met{fill:#9ed2a5}.missed{fill:#e5989b}.none{stroke:#555;stroke-dasharray:4 3}.raised{fill:#0b4f8a}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd}
td:nth-child(3){white-space:nowrap}
.fault{color:#8f1d21}small{color:#555}
"""


def page(results: Sequence[Result], zone: str) -> str:
    """HTML of a run; `zone` is the region's."""
    words = load_words()
    title = escape(words("backtest.title"))
    return "\n".join(
        [
            '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
            f"<p>{escape(words('backtest.legend'))}</p>",
            *(part for result in results for part in _case(result, words, ZoneInfo(zone))),
            "</body></html>\n",
        ]
    )


def _case(result: Result, words: Words, zone: ZoneInfo) -> Iterator[str]:
    case, mine = result.case, result.mine
    yield f"<section><h2>{escape(case.head.title if case.head else case.name)}</h2>"
    if mine is None or case.head is None:
        yield f'<p class="fault">{escape(words("backtest.refused"))}</p><ul class="fault">'
        yield from (f"<li>{f.line}: {escape(f.pointer or '/')}: {escape(f.detail)}</li>" for f in case.faults)
        yield "</ul></section>"
        return
    met = sum(v.met for v in mine.verdicts)
    published = sum(r.line.published for r in case.records)
    told = words("backtest.of", met=met, all=len(mine.verdicts))
    filler = words("backtest.filler", published=published, filler=len(case.records) - published)
    rules = words("backtest.rules", name=mine.rules.name, digest=mine.rules.digest)
    yield f"<p>{escape(told)} · {escape(filler)}<br><small>{escape(case.head.source_note)}</small>"
    yield f"<br><small>{escape(rules)}</small></p>"
    yield draw(result, words)
    yield from _table([row for row in mine.figures if row.first is not None or row.near_misses], words, zone)
    yield from (f"<p>{escape(words('backtest.line', line=n.line, what=n.what))}</p>" for n in mine.run.refused)
    yield from (f"<p>{escape(words('backtest.aside', line=n.line, what=n.what))}</p>" for n in mine.run.aside)
    yield from (f"<p>{escape(words('backtest.orphan', line=n.line, what=n.what))}</p>" for n in mine.run.orphans)
    if result.other is not None:
        changed = sum(a.met != b.met for a, b in zip(mine.verdicts, result.other.verdicts, strict=True))
        rows = differing(mine, result.other)
        said = words("backtest.against", name=result.other.rules.name, verdicts=changed, rules=len(rows))
        yield f"<p>{escape(said)}</p>"
        yield from _table(rows, words, zone)
    yield "</section>"


def _table(rows: Sequence[Figures], words: Words, zone: ZoneInfo) -> Iterator[str]:
    """Figures of rules; nothing where no rule has any."""
    if not rows:
        return
    heads = words("backtest.heads").split(";")
    yield "<table><thead><tr>" + "".join(f"<th>{escape(head.strip())}</th>" for head in heads) + "</tr></thead><tbody>"
    for row in rows:
        first = "–" if row.first is None else to_datetime(row.first).astimezone(zone).strftime("%Y-%m-%d %H.%M")
        lead = "–" if row.lead_min is None else str(row.lead_min)
        cells = [
            row.rule,
            words.advice(row.act, row.level),
            first,
            lead,
            row.false_calls,
            row.unjudged,
            row.near_misses,
            row.calls,
        ]
        yield "<tr>" + "".join(f"<td>{escape(str(c))}</td>" for c in [*cells, row.calls_at_night]) + "</tr>"
    yield "</tbody></table>"
