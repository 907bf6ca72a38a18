"""What an actor reads beside its file: why it was refused and what to do; what a test file would have done. Pure.

In: a `Ruling`. Out: text in Swedish, with each fault's detail as the check says it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.actors.folder import Ruling, Taken, plain
from connectors.contract import Refused
from schemas.sectors import IMPACT_OF
from streams.foreseen import touched
from streams.words import load_words

MOST_FAULTS = 200
"""Pieces whose faults are told in full; a file with more has one fault everywhere."""
MOST_CELLS = 200

_DO = """\
Gör så här: rätta felen och lägg filen i mappen igen. Prova först i mappen test, därifrån sänds inget.
Rapporter som redan är sända får vara med: samma id med samma sändtid räknas en gång.
Varje fält beskrivs i docs/reporting.md.
"""


def why(name: str, ruling: Ruling) -> str:
    """Every fault of a file, and what to do."""
    head = [f"Filen {plain(name)} togs inte emot i sin helhet."]
    if ruling.taken:
        head.append(f"{_reports(len(ruling.taken))} sändes; kvitton finns i {plain(name)}.receipts.json.")
    head.append(f"{_reports(len(ruling.refused))} sändes inte:")
    return "\n".join([*head, "", *_faults(ruling.refused), _DO])


def result(name: str, ruling: Ruling, actor: str, reference: Mapping[str, Any]) -> str:
    """What would have become of a test file."""
    head = [f"PROV av {plain(name)}. Inget är sänt."]
    head.append(f"{_reports(len(ruling.taken))} skulle tas emot, {len(ruling.refused)} skulle avvisas.")
    cells = [line for taken in ruling.taken for line in _seen(taken, actor, reference)]
    if len(cells) > MOST_CELLS:
        cells = [*cells[:MOST_CELLS], f"... och {len(cells) - MOST_CELLS} rader till"]
    do = [_DO] if ruling.refused else []
    return "\n".join([*head, "", *cells, "", *_faults(ruling.refused), *do]).rstrip() + "\n"


def _reports(count: int) -> str:
    return "1 rapport" if count == 1 else f"{count} rapporter"


def _faults(pieces: Sequence[Refused]) -> Iterator[str]:
    words = load_words()
    for number, piece in enumerate(pieces[:MOST_FAULTS], 1):
        sentence = words.refusal(piece.reason)
        yield f"Fel {number}: {sentence[:1].upper()}{sentence[1:]} [{piece.reason}]"
        for fault in piece.detail.split("; "):
            yield f"   {fault}"
        yield ""
    if len(pieces) > MOST_FAULTS:
        yield f"... och {len(pieces) - MOST_FAULTS} till"
        yield ""


def _seen(taken: Taken, actor: str, reference: Mapping[str, Any]) -> Iterator[str]:
    """One report as the room would see it: a line a cell, and where it would not count."""
    words = load_words()
    yield f"{taken.report.id}: {taken.report.headline}"
    for area, line, sets in touched(taken.report, actor, reference):
        town = reference["municipalities"][area]["name"]
        expected = f", väntas bli {words.impact(IMPACT_OF[line.expected])}" if line.expected else ""
        beside = "" if sets else " (står bredvid: aktören sätter inte den rutan)"
        yield f"   {area} {town} · {line.sector}: {words.impact(line.level)}{expected}{beside}"
