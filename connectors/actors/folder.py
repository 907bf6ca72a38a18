"""What becomes of a file in an actor's folder: whether it is whole, which reports it holds, what is published. Pure.

In: names, sizes and times of files; bytes; the county's codes. Out: `Ruling` and records. The sender is the folder's
name, never anything that stands in the file.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from connectors.actors.columns import Piece
from connectors.actors.parse import pieces, refused
from connectors.contract import Refused
from schemas.codec import canon
from schemas.ids import actor_source, item_key
from schemas.outcome import Refusal
from schemas.record import RECEIPT_HEADER
from schemas.rejected import Rejected
from schemas.report import ActorReport
from schemas.topics import REJECTED, Space, reports
from streams.bus import Out
from streams.checking import Faulty, check_actor_report

FILE_LIMIT = 5_000_000
"""Largest file in bytes: a report is at most a twentieth of it."""
MOST_REPORTS = 1_000
"""Most reports in a file; more is a mistake, and would stand before everybody else's."""
WHOLE_LOOKS = 2
"""Looks in a row at which a file must be the same before it is read."""
BROKEN_LOOKS = 10
"""The same for a file that cannot be read to its end: whoever writes it may only be slow."""
ENDINGS = (".json", ".jsonl", ".csv", ".xlsx", ".xls", ".ods")
"""Files that are looked into; spreadsheets in their own format are refused with a word of what to do."""
SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the spreadsheets' own formats begin."""


class Seen(NamedTuple):
    """A file as the folder shows it; two that are equal are the same bytes, as far as the folder can tell."""

    name: str
    size: int
    mtime_ns: int
    inode: int


class Terms(NamedTuple):
    """What a report is held to beside its form."""

    reference: Mapping[str, Any]
    outside: Collection[str]
    """Codes of Sweden outside the county."""
    space: Space
    now: int
    """Space time, ms UTC."""


class Taken(NamedTuple):
    """A report that is to be published, with the bytes it is published as."""

    report: ActorReport
    raw: bytes


class Ruling(NamedTuple):
    """What a file holds."""

    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def broken(self) -> bool:
        """Some of it cannot be read: perhaps it is not written to its end yet."""
        return any(piece.reason == Refusal.MALFORMED for piece in self.refused)


class Settling:
    """How many looks in a row each file has been the same."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Seen], int] = {}

    def look(self, found: Collection[tuple[str, Seen]]) -> list[tuple[str, Seen]]:
        """Files that are whole now, by folder; oldest first. What is gone or has changed is forgotten."""
        self._held = {at: self._held.get(at, 0) + 1 for at in found}
        whole = [at for at, looks in self._held.items() if looks >= WHOLE_LOOKS]
        return sorted(whole, key=lambda at: (at[0], at[1].mtime_ns, at[1].name))

    def patient(self, at: tuple[str, Seen]) -> bool:
        """True while a file that cannot be read may still be growing."""
        return self._held.get(at, 0) < BROKEN_LOOKS

    def postpone(self, at: tuple[str, Seen], looks: int) -> None:
        """Leave a file alone for so many looks."""
        self._held[at] = WHOLE_LOOKS - looks


def is_report_file(name: str) -> bool:
    """Is it a file for us by its name? Hidden ones and those still being written are not."""
    return name.lower().endswith(ENDINGS) and not name.startswith((".", "~"))


def rule(raw: bytes, actor: str, terms: Terms, sent: str) -> Ruling:
    """What a file of an actor holds; `sent` stands for rows of a table that do not say when. Never raises."""
    if len(raw) > FILE_LIMIT:
        return _none(Refusal.TOO_LARGE, f"the file is larger than {FILE_LIMIT} bytes", raw)
    if raw.startswith(SPREADSHEET):
        return _none(Refusal.MALFORMED, "this is a spreadsheet's own format: save it as CSV and put that here", raw)
    found = pieces(raw, sent)
    if len(found) > MOST_REPORTS:
        detail = f"the file holds {len(found)} reports, at most {MOST_REPORTS} are taken at once"
        return _none(Refusal.TOO_LARGE, detail, raw)
    if not found:
        return _none(Refusal.SCHEMA, "the file holds no report", raw)
    rulings = [_judged(piece, actor, terms) for piece in found]
    return Ruling(
        tuple(one for one in rulings if isinstance(one, Taken)),
        tuple(one for one in rulings if isinstance(one, Refused)),
    )


def _none(reason: Refusal, detail: str, raw: bytes) -> Ruling:
    return Ruling((), (Refused(reason, "", detail, raw),))


def _judged(piece: Piece, actor: str, terms: Terms) -> Taken | Refused:
    """A report as intake will take it, or every fault."""
    try:
        report = check_actor_report(
            piece.raw, dict(terms.reference), terms.now, exercise=terms.space.exercise, outside=terms.outside
        )
    except Faulty as faulty:
        return refused(piece, faulty.reason, faulty.faults)
    if piece.faults:
        return refused(piece, piece.reason)
    claimed = (report.model_extra or {}).get("actor")
    if claimed is not None and claimed != actor:
        detail = f"the report claims to come from {str(claimed)[:80]!r}, the folder is {actor}'s; leave it out"
        return refused(piece, Refusal.SENDER_MISMATCH, [{"pointer": "/actor", "detail": detail}])
    return Taken(report, piece.raw)


def published(space: Space, actor: str, taken: Sequence[Taken], receipts: Sequence[str]) -> list[Out]:
    """Records of an actor's reports, as the server writes them for HTTP; one receipt each."""
    source = actor_source(actor)
    topic = space.topic(reports(source))
    return [
        Out(topic, raw, item_key(source, report.id).encode(), ((RECEIPT_HEADER, receipt.encode()), ("via", b"folder")))
        for (report, raw), receipt in zip(taken, receipts, strict=True)
    ]


def rejected(terms: Terms, actor: str, file: Seen, pieces: Sequence[Refused]) -> Out:
    """The refused pieces of a file as one record. Its place is the file's, so that a repeat stands once."""
    source = actor_source(actor)
    record = Rejected(
        source=source,
        stage="connector",
        reason=pieces[0].reason,
        detail="\n".join(f"{piece.pointer or '/'}: {piece.detail}" for piece in pieces)[:20_000],
        topic=f"inbox/{actor}/{plain(file.name)}",
        partition=0,
        offset=file.mtime_ns // 1_000_000,
        at=terms.now,
        value=b"\n".join(piece.raw for piece in pieces)[:FILE_LIMIT],
    )
    return Out(terms.space.topic(REJECTED), record.encode(), key=source.encode())


def receipts_file(taken: Sequence[Taken], receipts: Sequence[str]) -> bytes:
    """What lies beside a file that was taken: each report's identity and receipt."""
    rows = [
        {
            "id": report.id,
            "sent": report.sent.isoformat(),
            **({} if report.revision is None else {"revision": report.revision}),
            "receipt": receipt,
            "ask": f"/api/v1/receipts/{receipt}",
        }
        for (report, _), receipt in zip(taken, receipts, strict=True)
    ]
    return canon(rows) + b"\n"


def plain(name: str) -> str:
    """A file's name as text that can be stored and shown, whatever bytes it has on the disk."""
    return "".join(c if c.isprintable() else "?" for c in name.encode(errors="replace").decode())
