"""One alert as it was read, before anybody knows which chain it belongs to.

In: texts, element by element (connectors/cap/stream.py). Out: `Alert`. Pure.
Next: connectors/cap/chain.py
"""

import re
from datetime import datetime
from functools import cached_property

from connectors.cap.area import Areas
from connectors.cap.chain import Reference, key
from connectors.cap.infos import Infos
from connectors.cap.moments import moment
from connectors.reading.values import Drift
from schemas.codec import Json
from schemas.times import from_datetime

KNOWN = {
    *("identifier", "sender", "sent", "status", "msgType", "scope", "source", "restriction", "addresses", "code"),
    *("note", "references", "incidents", "info", "Signature", "password"),
}
NOT_REAL = ("exercise", "system", "test", "draft")
_FOREIGN = (
    (
        "exercise",
        r"\b(övning|ovning|[øo]velse|exercice|übung|uebung|ejercicio|simulacro|esercitazione|harjoitus|drill|practi[cs]e)",
    ),
    ("test", r"\b(demo|demonstration|simulat(ed|ion)|prueba|essai|prova|probe|prøve|koe|prov)\b"),
)
"""What stands for CAP's words where a sender wrote its own language: none of them may become real."""
REFERENCES = 500
"""Most references of one alert."""

_SENT = re.compile(r"[\"']?(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?)[\"']?\s*")


def _triples(told: str) -> list[str]:
    """References one by one. CAP parts them by blanks; some write blanks within one, or commas between them."""
    parts = told.split()
    if all(part.count(",") == 2 and part[0] not in "\"'," for part in parts):
        return parts
    found, sender = [], ""
    fields = iter(told.split(","))
    for field in fields:
        name = sender or field.strip(" \t\r\n\"'")
        identifier = field if sender else next(fields, "")
        sent = _SENT.match(next(fields, "").lstrip())
        if not name or not identifier.strip() or sent is None:
            # something else altogether
            return parts
        found.append(f"{name},{identifier.strip()},{sent[1]}")
        sender = sent.string[sent.end() :].strip(" \t\r\n\"'")
    return parts if sender else found


def not_real(word: str) -> str:
    """CAP's word for a status that says it is not real, in lower case; empty for any other."""
    own = next((status for status in NOT_REAL if status in word), "")
    return own or next((status for status, foreign in _FOREIGN if re.search(foreign, word)), "")


class Alert:
    """One message. `head` holds the texts above the blocks, `codes` its profiles."""

    def __init__(self, pointer: str = "") -> None:
        self.pointer = pointer
        self.head: dict[str, str] = {}
        self.codes: dict[str, None] = {}
        self.infos = Infos()
        self.areas = Areas()
        self.signed = False
        """It carries a signature, whatever that is worth."""
        self.signature = ""
        """What checking it found (connectors/cap/signature.py); empty: unsigned, or not checked."""
        self.of_index = False
        """Made of an entry of an index: the document itself says more."""

    def take(self, name: str, text: str, drift: Drift) -> None:
        """One element above the blocks."""
        if name not in KNOWN:
            drift.note("+", f"alert.{name}")
        elif name == "Signature":
            self.signed = True
        elif name == "code":
            if text and len(self.codes) < 20:
                self.codes[text[:200]] = None
        elif text and name not in self.head:
            self.head[name] = text

    @property
    def identifier(self) -> str:
        """As its sender wrote it."""
        return self.head.get("identifier", "")

    @property
    def sender(self) -> str:
        """As written; an entry of an index has none."""
        return self.head.get("sender", "")

    @property
    def type(self) -> str:
        """`alert`, `update`, `cancel`, `ack`, `error`, or a word we do not know, in lower case."""
        told = self.head.get("msgType", "").lower()
        # Cancelled, Cancellation, Updated: a cancel never passes for an alert
        return next((known for known in ("cancel", "update") if told.startswith(known)), told)

    @property
    def mark(self) -> str:
        """`.test`, `.exercise`, ... of what is not real; empty for what is, and for words we do not know."""
        told = self.head.get("status", "").lower()
        found = not_real(told)
        return f".{found}" if found else ""

    @cached_property
    def own(self) -> str:
        """Key of the message; to be asked for when the head is read."""
        return key(self.sender, self.identifier, self.mark)

    def sent(self, drift: Drift) -> datetime | None:
        """When it was sent; of one that does not say, when it took effect."""
        told = moment(self.head.get("sent", ""), drift, "alert.sent")
        if told is None:
            drift.note("-", "alert.sent")
        return told or self.infos.onset

    def references(self, drift: Drift) -> list[Reference]:
        """Earlier messages, in the order written; itself among them where a sender does so."""
        parts = _triples(self.head.get("references", ""))
        if len(parts) > REFERENCES:
            drift.note("!", "alert.references:many")
        return [self._reference(part, drift) for part in parts[:REFERENCES]]

    def _reference(self, part: str, drift: Drift) -> Reference:
        fields = part.rsplit(",", 2)
        if len(fields) == 3 and fields[1]:
            at = moment(fields[2], Drift(), "")
            if at is None:
                drift.note("!", "alert.references:sent")
            # some name themselves in short (wcatwc: PAAQ): a sender is a domain, an address or a number
            sender = fields[0] if re.search(r"[@.:/]", fields[0]) else self.sender
            return Reference(sender, fields[1], from_datetime(at) if at else None)
        drift.note("!", "alert.references:form")
        if "," not in part and "/" in part:
            # CAP 1.0 wrote identifier/sender
            identifier, _, sender = part.partition("/")
            return Reference(sender, identifier, None)
        fields = [field for field in fields if field]
        at = moment(fields[-1], Drift(), "") if len(fields) > 1 else None
        if at is not None:
            return Reference(self.sender, fields[0], from_datetime(at))
        return Reference(fields[0] if len(fields) > 1 else self.sender, fields[-1] if fields else part, None)

    def as_json(self) -> Json:
        """What a refused one leaves on record; the whole lies with the raw payload."""
        return {**self.head, "infos": self.infos.count, "areas": self.areas.count}
