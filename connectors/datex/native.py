"""What a DATEX II record says of itself in its publisher's own words, and a headline out of them. Pure.

In: a `Record`. Out: words by what they tell; they are shown beside ours and never translated.
"""

from collections.abc import Iterable, Iterator

from connectors.datex import words
from connectors.datex.fields import LOCATIONS, Record
from connectors.datex.texts import spoken
from connectors.reading.values import clean, line
from connectors.reading.xml_pieces import local, text


def overrunning(record: Record) -> bool:
    """Its planned end has passed and it still goes on."""
    return record.text("overrunning", "validity") in {"true", "1"}


def native_words(record: Record) -> dict[str, str]:
    """Its publisher's own words, one line each."""
    details = [text(p) for name, parts in record.fields.items() if name.endswith("Type") for p in parts]
    overrun = overrunning(record)
    found = {
        "level": record.text("severity"),
        "overall": record.around.overall,
        "type": record.kind,
        "detail": _joined(details),
        "cause": record.text("causeType", "cause") or _joined(t for _, t in _spoken(record, "cause")),
        "warning": _joined(_extended(record, "roadConditionWarningType")),
        "probability": record.text("probabilityOfOccurrence"),
        "validity": record.text("validityStatus", "validity"),
        "overrunning": "true" if overrun else "",
        "overall_end": record.text("overallEndTime", "validity") if overrun else "",
        "periods": _periods(record),
        "impact": record.text("trafficConstrictionType", "impact"),
        "speed_limit": record.text("temporarySpeedLimit"),
        "road": _road(record),
        "origin": _joined(t for _, t in _spoken(record, "source")) or record.text("sourceIdentification", "source"),
    }
    return {name: kept for name, value in found.items() if value and (kept := _line(value))}


def _line(value: str) -> str:
    # most words are plain, and there are a dozen of them in each of many thousand records
    return value if value.isalnum() and len(value) < 300 else line(value, 300)


def _spoken(record: Record, name: str) -> list[tuple[str, str]]:
    return [pair for part in record.all(name) for pair in spoken(part, record.around.language)]


def _joined(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(value for value in values if value))


def _extended(record: Record, name: str) -> Iterator[str]:
    return (clean(e.text) for extension in record.extensions for e in extension.iter() if local(e) == name)


def _periods(record: Record) -> str:
    """Periods within the whole, as the publisher writes them."""
    if "startOfPeriod" not in record.within("validity"):
        return ""
    periods = (e for part in record.all("validity") for e in part.iter() if local(e) == "validPeriod")
    return _joined(f"{text(period, 'startOfPeriod')}/{text(period, 'endOfPeriod')}" for period in periods)


def _road(record: Record) -> str:
    found = {"roadNumber": "", "roadName": ""}
    for element in (element for location in record.all(*LOCATIONS) for element in location.iter()):
        name = local(element)
        if name in found and not found[name]:
            found[name] = _joined(words_in for _, words_in in spoken(element, ""))
    return found["roadNumber"] or found["roadName"]


def title(record: Record, native: dict[str, str]) -> str:
    """A headline where the publisher wrote no comment."""
    what = words.KINDS.get(record.kind, record.kind) or "Trafikhändelse"
    detail = native.get("detail") or native.get("warning")
    whole = f"{what} ({detail})" if detail else what
    return line(", ".join(part for part in (whole, native.get("road", "")) if part))
