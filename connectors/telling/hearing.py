"""How a source is, as health records: heard, heard in part, not heard, not asked.

In: an answer or an error. Out: `Out` on `health.<source>`, which intake brings into the log, so silence has a past.
Next: schemas/health.py
"""

from collections.abc import Mapping

from connectors.contract import Batch
from connectors.sources import Source
from connectors.telling.told import Plan
from schemas.codec import canon
from schemas.health import Health
from schemas.times import SECOND, to_datetime
from schemas.topics import Space, health
from streams.bus import Out


def heard(space: Space, source: Source, batch: Batch, planned: Plan, drift: Mapping[str, int], at: int) -> Out:
    """An answer came: what it held and how it was."""
    parsed = batch.parsed
    return _said(
        space,
        Health(
            source=source.name,
            at=to_datetime(at),
            heard=parsed.answered,
            changed=not batch.raw.unchanged,
            complete=planned.complete,
            interval_s=source.settings.promised_interval_s,
            items=len(parsed.items),
            drift=dict(drift),
            age_s=None if parsed.as_of is None else (at - parsed.as_of) // SECOND,
            skew_s=batch.skew_s,
            error=parsed.error[:300] if parsed.error else None,
        ),
    )


def deaf(space: Space, source: Source, error: str, at: int) -> Out:
    """No answer came that could be read."""
    interval_s = source.settings.promised_interval_s
    return _said(
        space, Health(source=source.name, at=to_datetime(at), heard=False, interval_s=interval_s, error=error[:300])
    )


def not_asked(space: Space, source: Source, at: int) -> Out:
    """A source that is followed but not asked is part of the picture too, with the reason."""
    said = Health(
        source=source.name,
        at=to_datetime(at),
        heard=False,
        asked=False,
        interval_s=source.settings.promised_interval_s,
        error=source.lacking[:300],
    )
    return _said(space, said)


def drift_of(batch: Batch, planned: Plan) -> dict[str, int]:
    """What surprised the parser, and us: old copies and strange content types count too."""
    drift = dict(batch.parsed.drift) | ({"!older": planned.older} if planned.older else {})
    strange = [d.headers.get("Content-Type", "none")[:40] for d in (batch.raw, *batch.more) if not d.expected]
    return drift | {f"=content-type:{kind}": strange.count(kind) for kind in strange}


def _said(space: Space, said: Health) -> Out:
    topic = space.topic(health(said.source))
    return Out(topic, canon(said.model_dump(mode="json", exclude_none=True)), key=said.source.encode())
