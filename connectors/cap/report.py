"""One alert in this project's words: a report of the identity that its own message would have. Pure.

In: `Alert` as read. Out: `FeedReport`; which matter it belongs to is decided when all messages are known.
Next: connectors/cap/gather.py
"""

import re
from datetime import datetime

from connectors.cap.alert import NOT_REAL, Alert, not_real
from connectors.cap.elements import short
from connectors.cap.infos import TEXTS
from connectors.reading.values import TEXT_LIMIT, Drift, clean, first_text, line
from schemas.report import FeedReport
from schemas.sectors import Kind, Label, Severity, Status
from schemas.times import from_datetime

SOURCE = "cap"

STATUS = {name: Status(name) for name in (*NOT_REAL, "actual")}
TYPES = frozenset({"alert", "update", "cancel", "ack", "error"})
LABEL = {"restricted": Label.INTERNAL, "private": Label.CONFIDENTIAL}
"""CAP's scope; Public is open."""
_TEST_CODES = frozenset({"SAME=RWT", "SAME=RMT", "SAME=NPT", "SAME=DMO"})
"""SAME codes of required tests and demonstrations (47 CFR 11.31), which are sent as Actual."""
_TEST = re.compile(r"TEST(MEDDELANDE)?\b|.{0,100}\bProbe(alarm|warnung)\b")
_EXERCISE = re.compile(r"(ÖVNING|EXERCISE)\b")
"""How Swedish agencies begin what is a test or an exercise, and German ones name theirs."""
_DISRUPTION = frozenset({"transport", "infra"})
_MESSAGE = frozenset({"safety", "security", "rescue", "health", "cbrne", "cbrn", "other"})


def report(alert: Alert, sent: datetime, drift: Drift) -> FeedReport:
    """Report of one message under its own key. ValidationError for what our schema refuses."""
    infos = alert.infos
    texts, headline = _texts(alert)
    over = is_over(alert)
    onset, ends = infos.onset, None if infos.open else infos.ends
    if ends is None and infos.count and infos.all_past:
        # nothing more is to be done for what is past (CAP 1.2, urgency): without an end of its own it ends as it came
        ends = max(sent, onset or sent)
    web = next((url for url in infos.values.get("web", {}) if url.startswith(("http://", "https://"))), None)
    return FeedReport(
        source=SOURCE,
        id=alert.own,
        revision=from_datetime(sent),
        sent=sent,
        kind=_kind(alert),
        change="cancel" if alert.type == "cancel" or over else "report",
        status=_status(alert, drift),
        severity=infos.severity or Severity.INFORMATION,
        native=_native(alert),
        headline=headline,
        texts=texts,
        onset=onset,
        ends=ends,
        place=alert.areas.place(drift, swedish=_is_swedish(alert)),
        url=web,
        label=LABEL.get(alert.head.get("scope", "").lower(), Label.OPEN),
    )


def is_over(alert: Alert) -> bool:
    """An all-clear: it names an earlier message, if only itself, and each block says Past and AllClear."""
    return bool(alert.infos.count and alert.infos.all_over and alert.head.get("references"))


def _kind(alert: Alert) -> Kind:
    categories = {value.lower() for value in alert.infos.values.get("category", {})}
    if categories and categories <= _DISRUPTION:
        return Kind.DISRUPTION
    return Kind.MESSAGE if categories and categories <= _MESSAGE else Kind.WARNING


def _status(alert: Alert, drift: Drift) -> Status:
    """As told; a test that calls itself one only in its event's code or its first words is none the less a test."""
    word = alert.head.get("status", "")
    found = _told_status(word, drift)
    if found is not Status.ACTUAL:
        return found
    if any(code.upper() in _TEST_CODES for code in alert.infos.values.get("eventCode", {})):
        return Status.TEST
    languages = alert.infos.texts.values()
    spoken = [text for told in languages for name in ("headline", "event") for text in told.get(name, ())]
    if any(_EXERCISE.match(text) for text in spoken):
        return Status.EXERCISE
    return Status.TEST if any(_TEST.match(text) for text in spoken) else Status.ACTUAL


def _told_status(word: str, drift: Drift) -> Status:
    """A word we do not know is never taken for a test, unless it says so."""
    told = word.lower()
    if told not in STATUS:
        drift.note("=" if told else "-", f"status:{line(word, 40)}" if told else "alert.status")
        return STATUS[not_real(told) or "actual"]
    return STATUS[told]


def _texts(alert: Alert) -> tuple[dict[str, str], str]:
    """Texts by element, English ones with `_en`, of other languages the first only where there is no Swedish."""
    languages = alert.infos.texts
    english = languages.get("en", {})
    plain = languages.get("sv") or next((told for name, told in languages.items() if name not in {"sv", "en"}), {})
    texts = {name: _joined(name, plain[name]) for name in TEXTS if name in plain}
    texts |= {f"{name}_en": _joined(name, english[name]) for name in TEXTS if name in english}
    note = clean(alert.head.get("note", ""))
    texts |= {"note": note} if note else {}
    # whoever reads no Swedish text reads English rather than a third language
    best = languages.get("sv") or english or plain
    spoken = [next(iter(best[name])) for name in ("headline", "event") if best.get(name)]
    area = ", ".join(name for name in alert.areas.names if name)
    return texts, first_text([*spoken, note, area, alert.head.get("source", ""), alert.sender, alert.identifier])


def _joined(name: str, told: dict[str, None]) -> str:
    """Several phases say several things: all of them, apart."""
    between = "\n\n" if name in {"description", "instruction"} else "; "
    return between.join(told)[:TEXT_LIMIT]


def _native(alert: Alert) -> dict[str, str]:
    infos, head = alert.infos, alert.head
    names = ("identifier", "sender", "msgType", "status", "scope", "references", "incidents", "source", "restriction")
    found = {name: short(head.get(name, "")) for name in names}
    elements = ("event", "category", "urgency", "severity", "certainty", "responseType", "eventCode", "language")
    found |= {name: infos.one(name) for name in elements}
    found["event"] = short("; ".join(name for told in infos.texts.values() for name in told.get("event", {})))
    found |= {name: infos.parameter(name) for name in ("awareness_level", "awareness_type")}
    found["code"] = short(", ".join(alert.codes))
    found["area"] = short(", ".join(name for name in alert.areas.names if name))
    found["geocode"] = short(", ".join(f"{name}={value}" for name, value in alert.areas.codes))
    found["signature"] = alert.signature
    return {name: value for name, value in found.items() if value}


def _is_swedish(alert: Alert) -> bool:
    """Sent in Sweden: WMO's number 752, or a sender under `.se`."""
    host = alert.sender.lower().split("://")[-1].split("/")[0]
    return ".752." in alert.identifier or host.endswith(".se")
