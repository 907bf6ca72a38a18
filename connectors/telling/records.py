"""What a round publishes of a batch: its reports, and the pieces of it that could not be used.

In: what was told and refused. Out: `Out`, each on its topic of the space.
Next: schemas/topics.py
"""

from collections.abc import Sequence

from connectors.contract import Refused
from connectors.telling.told import News, as_json
from schemas.codec import canon
from schemas.rejected import Rejected
from schemas.topics import REJECTED, Space, raw, reports
from streams.bus import Out

OWN_ORDER = "own-order"
"""Header of a report: the source's own order of it, where ours may be higher."""
ASKED = "asked"
"""Header of a report: space time of the asking that told it, ms UTC."""
AS_OF = "as-of"
"""Header of a report: the payload's own time, ms UTC, as the ledger had it then; 0 where payloads tell none."""
REJECTED_BYTES = 5_000_000
"""Most bytes of refused pieces kept on `rejected`; the whole payload lies on `raw.<source>`, 7 days."""


def report(space: Space, news: News, at: int, as_of: int = 0) -> Out:
    """One report; `at` is the asking's space time, `as_of` the newest payload's own."""
    told = news.report
    return Out(
        space.topic(reports(told.source)),
        canon(as_json(told)),
        key=f"{told.source}/{told.id}".encode(),
        headers=((OWN_ORDER, str(news.own).encode()), (ASKED, str(at).encode()), (AS_OF, str(as_of).encode())),
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
