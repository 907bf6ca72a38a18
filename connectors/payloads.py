"""Stored payloads of cases, in order, into what their connectors would have told: `python -m connectors.payloads`.

In: JSON lines on stdin {`case`, `connector`, `source`, `at` (ms UTC), `raw` (base64)}. Out: one JSON line for each:
`reports` to publish, `rejected` pieces, `unread` where nothing in it could be used, or a `fault`. Every step is the
connector's own: parser, sieve, and the ledger that gives an order to what has none and withdraws what has left two
whole lists.
"""

import base64
import sys
from collections.abc import Iterable, Iterator

import connectors.actors.parse
from connectors.contract import Batch, Parsed, Raw, Refused
from connectors.quality import About, about, folders
from connectors.run import renamed
from connectors.sources import parser, sieve
from connectors.telling.told import Ledger, as_json, plan
from schemas.codec import Json, canon, load, sha256
from schemas.outcome import Refusal


def told(asked: Iterable[Json]) -> Iterator[Json]:
    """What became of each payload; those of one case and source share a ledger, as askings in a row do."""
    ledgers: dict[tuple[str, str], Ledger] = {}
    known = [name for name in folders() if name != connectors.actors.parse.SOURCE]
    for one in asked:
        if one["connector"] not in known:
            yield {"fault": f"no source {one['source']!r}: use one of {', '.join(known)}"}
            continue
        key = (one["case"], one["source"])
        ledgers[key], answer = _asking(ledgers.get(key, Ledger()), one, about(one["connector"]))
        yield answer


def _asking(ledger: Ledger, one: Json, facts: About) -> tuple[Ledger, Json]:
    body = base64.b64decode(one["raw"])
    standing = frozenset(key for key, item in ledger.told.items() if item.closed is None)
    found = parser(one["connector"])(body)
    parsed = sieve(one["connector"])(found, standing)
    raw = Raw(url="", status=200, headers={}, at=one["at"], body=body, sha256=sha256(body))
    planned = plan(
        ledger,
        renamed(Batch(parsed, raw), one["source"]),
        one["at"],
        absence_says=facts.withdraws == "absence",
        agreeing=facts.agreeing,
    )
    pieces = _pieces(planned.refused)
    if parsed.error and not pieces:
        pieces = [{"pointer": "", "reason": "source_error", "detail": parsed.error}]
    reports = [as_json(news.report) for news in planned.news]
    return planned.ledger, {"reports": reports, "rejected": pieces, "unread": _unread(found)}


def _unread(found: Parsed) -> list[Json]:
    """Pieces of a payload that gave nothing, unless it is whole and only tells of other things, such as a receipt."""
    heard = found.items or (found.error is None and any(p.reason == Refusal.PUT_ASIDE for p in found.rejected))
    return [] if heard else _pieces(found.rejected)


def _pieces(refused: Iterable[Refused]) -> list[Json]:
    return [{"pointer": p.pointer, "reason": p.reason, "detail": p.detail} for p in refused]


def main() -> int:
    """Exit status 0: what is wrong with a payload is told in its own line."""
    answers = told(load(line) for line in sys.stdin.buffer)
    sys.stdout.buffer.writelines(canon(answer) + b"\n" for answer in answers)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
