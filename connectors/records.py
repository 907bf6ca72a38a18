"""What a round publishes, as records: reports, refused pieces, and how the source is. Evidence: connectors/evidence.py.

In: what was told, refused, heard. Out: `Out`, each on its topic of the space.
Next: schemas/topics.py
"""

from collections.abc import Mapping, Sequence

from connectors.contract import Batch, Refused
from connectors.sources import Source
from connectors.told import News, Plan, as_json
from schemas.codec import canon
from schemas.health import Health
from schemas.rejected import Rejected
from schemas.times import SECOND, to_datetime
from schemas.topics import REJECTED, Space, health, raw, reports
from streams.bus import Out

OWN_ORDER = "own-order"
"""Header of a report: the source's own order of it, where ours may be higher."""
ASKED = "asked"
"""Header of a report: space time of the asking that told it, ms UTC."""
REJECTED_BYTES = 5_000_000
"""Most bytes of refused pieces kept on `rejected`; the whole payload lies on `raw.<source>`, 7 days."""


def report(space: Space, news: News, at: int) -> Out:
    """One report; `at` is the asking's space time."""
    told = news.report
    return Out(
        space.topic(reports(told.source)),
        canon(as_json(told)),
        key=f"{told.source}/{told.id}".encode(),
        headers=((OWN_ORDER, str(news.own).encode()), (ASKED, str(at).encode())),
    )


def rejected(space: Space, source: str, pieces: Sequence[Refused], at: int) -> Out:
    """The refused pieces of one asking as one record. Its offset is the asking's time, as in the evidence's headers.

    The evidence's own offset is not known before Kafka has it, which may be hours later.
    """
    record = Rejected(
        source=source,
        stage="connector",
        reason=pieces[0].reason,
        detail="\n".join(f"{piece.pointer or '/'}: {piece.detail}" for piece in pieces)[:20_000],
        topic=space.topic(raw(source)),
        partition=0,
        offset=at,
        at=at,
        value=b"\n".join(piece.raw for piece in pieces)[:REJECTED_BYTES],
    )
    return Out(space.topic(REJECTED), record.encode(), key=source.encode())


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
