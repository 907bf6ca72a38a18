"""Sveriges Radio's VMA interface, versions 3 and 2: the bytes of its list into reports, one for each announcement.

In: the answer of `.../api/v3/alerts`. Out: `Parsed`; identity is the identifier of the first alert, an update and a
cancel have the identity of what they refer to; the group is the incident. There is no order but `sent`: English is
added under the same identifier and time, so the content tells what is a change. Absence is no sign: only a cancel is.
Next: connectors/run.py
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading.found import Found
from connectors.reading.json_pieces import piece, rows, written
from connectors.reading.local_time import local_instant
from connectors.reading.names import named_id
from connectors.reading.values import line, listing, mapping, respelled
from connectors.vma import message
from connectors.vma.wrapping import ALERT, NAMES, unreadable, unwrapped
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport
from schemas.sectors import Kind, Status
from schemas.times import from_datetime

SOURCE = "vma"


class _Reader(Found):
    """Collects what one payload holds."""

    def __init__(self) -> None:
        super().__init__()
        self.wholes: set[str] = set()
        self.chains: dict[str, str] = {}
        self.as_of: datetime | None = None
        self.error: str | None = None

    def stand(self, item: FeedReport, alert: message.Alert | None = None) -> None:
        """The later of two bodies of one identity; one as late that says something else is refused."""
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", "alerts:duplicate")
            self.complete = self.complete and item == known
            if alert and item != known and (item.change, item.sent) == (known.change, known.sent):
                self.refuse(alert.pointer, f"the identity {item.id} stands in the list twice", alert.value)
            if _rank(item) <= _rank(known):
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        told = super().parsed()
        return told._replace(
            complete=self.complete and self.error is None,
            wholes=frozenset(self.wholes),
            position=self.chains,
            error=self.error,
            as_of=None if self.as_of is None else from_datetime(self.as_of),
        )


def _rank(item: FeedReport) -> tuple[datetime, bool, int]:
    """Which of two bodies of one identity stands: the later, then a cancel, then the one with more texts."""
    return item.sent, item.change == "cancel", len(item.texts)


def parse(raw: bytes) -> Parsed:
    """Reports of a list of alerts. Never raises: what cannot be used is in `rejected`, with its bytes."""
    reader = _Reader()
    try:
        written_as = rows(raw, reader.drift)
    except Malformed as error:
        return unreadable(raw, str(error))
    value = unwrapped(written_as, reader.drift)
    reader.complete = value is written_as
    alerts = _alerts(value, reader)
    if alerts is None:
        detail = "an object with `alerts` is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for pointer, alert in alerts:
        try:
            _alert(piece(alert, reader.drift), pointer, reader)
        except Malformed as error:
            reader.refuse_broken(pointer, error, written(alert))
    return reader.parsed()


def _alerts(value: object, reader: _Reader) -> Iterable[tuple[str, object]] | None:
    """Alerts with their pointers; None if it is no answer of this interface. Only the whole list is complete."""
    if isinstance(value, list):
        reader.complete = False
        return [(f"/{index}", alert) for index, alert in enumerate(value)]
    answer = mapping(value)
    if "identifier" in answer and "alerts" not in answer:
        reader.complete = False
        return [("", answer)]
    alerts = answer.get("alerts")
    if not isinstance(alerts, list | dict):
        return None
    reader.drift.fields("answer", answer, {"timestamp", "alerts"})
    reader.as_of = local_instant(answer.get("timestamp"), reader.drift, "timestamp")
    if isinstance(alerts, dict):
        reader.drift.note("!", "alerts:one")
    return [(f"/alerts/{index}", alert) for index, alert in enumerate(listing(alerts))]


def _alert(value: object, pointer: str, reader: _Reader) -> None:
    alert = mapping(value)
    if not {"msgType", "info"} <= alert.keys():
        alert = respelled(alert, NAMES)
    reader.drift.fields("alerts", alert, ALERT)
    incident = line(alert.get("incidents"))
    identifier = named_id(alert.get("identifier")) or named_id(incident)
    if identifier is None:
        reader.refuse_nameless(f"{pointer}/identifier", "an alert needs an identifier", value)
        return
    refers = message.references(alert.get("references"), reader.drift)
    sent = message.moment(alert, identifier, reader.as_of, reader.drift)
    if sent is None:
        reader.seen.update({identifier, *(r.id for r in refers)})
        reader.refuse(f"{pointer}/sent", "no time of sending, and none to take for it", value)
        return
    try:
        _told(message.Alert(alert, pointer, identifier, incident, refers, sent), reader)
    except ValidationError as error:
        reader.refuse_invalid(pointer, error, value)


def _told(alert: message.Alert, reader: _Reader) -> None:
    kind = line(alert.value.get("msgType"), 40).lower()
    if kind in {"ack", "error"}:
        reader.refuse(alert.pointer, f"msgType {kind} tells of no announcement", alert.value, Refusal.PUT_ASIDE)
    elif kind == "cancel":
        _cancel(alert, reader)
    elif not kind and not listing(alert.value.get("info")):
        # what has no words and does not say what it is may as well be a cancel
        reader.seen.update({alert.identifier, *(r.id for r in alert.refers)})
        reader.refuse(f"{alert.pointer}/msgType", "neither msgType nor info: an alert or a cancel?", alert.value)
    else:
        if kind not in {"alert", "update"}:
            reader.drift.note("=" if kind else "-", f"alerts.msgType:{kind}" if kind else "alerts.msgType")
        _report(alert, reader, _updated(alert, reader) if kind == "update" else alert.identifier)


def _updated(alert: message.Alert, reader: _Reader) -> str:
    """Identity of what an update goes on with; whatever else it names is over, since it takes their place."""
    named = [reference.id for reference in alert.refers if reference.id != alert.identifier]
    if not named:
        reader.drift.note("-", "alerts.references")
        return alert.identifier
    first = message.first_alert(alert.incident)
    root = first if first in named else named[0]
    reader.chains[alert.identifier] = root
    for other in named:
        if other != root:
            reader.seen.add(other)
            reader.stand(_over(alert, other, message.status_in_name(other) or Status.ACTUAL))
    return root


def _report(alert: message.Alert, reader: _Reader, key: str) -> None:
    reader.seen.add(key)
    infos = [mapping(info) for info in listing(alert.value.get("info"))]
    for info in infos:
        reader.drift.fields("info", info, message.INFO)
    if not infos:
        reader.drift.note("-", "alerts.info")
    status = message.said_status(alert.value, alert.identifier, reader.drift)
    texts = message.texts(infos, alert.value.get("note"), reader.drift)
    first = infos[0] if infos else {}
    native = {name: line(first.get(name)) for name in ("event", "severity")}
    web = line(first.get("web"), 2000)
    reader.stand(
        FeedReport(
            source=SOURCE,
            id=key,
            sent=alert.sent,
            kind=Kind.MESSAGE,
            status=status or Status.ACTUAL,
            severity=message.severity(status, infos, reader.drift),
            native=_native(alert, key) | {name: text for name, text in native.items() if text},
            headline=texts.pop("headline", "") or texts.get("headline_en", "") or "VMA",
            texts=texts,
            onset=next((t for i in infos if (t := local_instant(i.get("onset"), reader.drift, "info.onset"))), None),
            ends=message.ends(infos, alert.sent, reader.drift),
            place=message.place(infos, reader.drift),
            group=alert.incident or None,
            url=web if web.startswith(("https://", "http://")) else None,
        ),
        alert,
    )


def _cancel(alert: message.Alert, reader: _Reader) -> None:
    """A cancel of each alert it refers to; one that refers to none is of its whole incident."""
    keys = [reference.id for reference in alert.refers]
    if not keys and alert.incident:
        reader.drift.note("-", "alerts.references")
        keys = [message.first_alert(alert.incident) or named_id(alert.incident) or alert.identifier]
    reader.seen.update(keys)
    said = message.said_status(alert.value, alert.identifier, reader.drift)
    if not keys:
        reader.refuse(f"{alert.pointer}/references", "a cancel that says not of what", alert.value)
    elif any(_real(key, reader) for key in keys) and said not in {Status.ACTUAL, None}:
        # a test that takes back what is real would be a false all-clear
        reader.drift.note("!", "alerts.status:cancel")
        reader.refuse(f"{alert.pointer}/status", f"a cancel with status {said} takes back nothing real", alert.value)
    else:
        if not alert.refers:
            reader.wholes.add(alert.incident)
        for key in keys:
            reader.stand(_over(alert, key, message.status_in_name(key) or said or Status.ACTUAL))


def _real(key: str, reader: _Reader) -> bool:
    known = reader.items.get(key)
    return message.status_in_name(key) is Status.ACTUAL or (known is not None and known.status is Status.ACTUAL)


def _over(alert: message.Alert, key: str, status: Status) -> FeedReport:
    """An alert taken back. Never earlier than what it takes back, also where a clock was wrong."""
    began = next((r.sent for r in alert.refers if r.id == key and r.sent is not None), alert.sent)
    return FeedReport(
        source=SOURCE,
        id=key,
        sent=max(alert.sent, began),
        kind=Kind.MESSAGE,
        change="cancel",
        status=status,
        native=_native(alert, key),
        group=alert.incident or None,
    )


def _native(alert: message.Alert, key: str) -> dict[str, str]:
    words = {name: line(alert.value.get(name), 40) for name in ("status", "msgType")}
    words["identifier"] = alert.identifier if alert.identifier != key else ""
    return {name: text for name, text in words.items() if text}
