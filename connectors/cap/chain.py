"""Which messages are about one matter: an alert, its updates and its cancellation come to the same identity. Pure.

In: messages in the order in which they were sent, and what earlier payloads told. Out: `Place`: the identity, and
others that this message takes the place of. Rules: CAP 1.2 3.2.1 (references); a message may come before the one it is
about, and may name only the last one before it.
Next: connectors/cap/report.py
"""

import hashlib
import math
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from connectors.reading.values import identity

LIMIT = 2_000
"""Most messages remembered; the oldest are forgotten first."""

_GLOBAL = re.compile(r"(urn:oid:)?2\.49\.0\.\d+\.\d+\..+|urn:(uuid|oid):.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Registered numbers (WMO) and UUIDs: no two senders have the same."""
_SHORT = 60


class Reference(NamedTuple):
    """An earlier message that a message is about."""

    sender: str
    identifier: str
    sent: int | None
    """Ms UTC; None when it is no time. Only its order counts: writers get it wrong (alertswiss by 50 s)."""


class Message(NamedTuple):
    """What counts of an alert here."""

    own: str
    """Its key."""
    sender: str
    type: str
    """`alert`, `update` or `cancel`."""
    references: list[Reference]
    mark: str
    """Empty for what is real."""
    at: int
    """When it was sent, ms UTC."""


class Place(NamedTuple):
    """Where a message belongs."""

    root: str
    """Identity of its matter."""
    others: tuple[str, ...]
    """Identities told before that this message ends too."""


def key(sender: str, identifier: str, mark: str = "") -> str:
    """Identity of one message: its identifier, and a short digest of the sender where others may have the same.

    `mark` keeps exercises and tests apart, so that a test's Cancel can never end what is real.
    """
    own = "" if not sender or _GLOBAL.fullmatch(identifier.lower()) else f".{_digest(sender)[:8]}"
    found = identity(f"{identifier}{own}{mark}")
    if found is not None:
        return found
    readable = re.sub(r"[^A-Za-z0-9_.:+-]+", "_", identifier)[:_SHORT]
    return f"{readable}.{_digest(identifier + own)[:12]}{mark}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


class Chains:
    """Messages by identity of their matter. `told`: identities that stand; `kept`: what `position` gave last time."""

    def __init__(self, kept: Mapping[str, Any] | None = None, told: Collection[str] = ()) -> None:
        self._told = set(told)
        self._kept: dict[str, tuple[str, int]] = {k: (str(v[0]), int(v[1])) for k, v in (kept or {}).items()}

    def position(self) -> dict[str, list[str | int]]:
        """What to hand back next time."""
        newest = sorted(self._kept.items(), key=lambda pair: (-pair[1][1], pair[0]))[:LIMIT]
        return {name: [root, at] for name, (root, at) in sorted(newest)}

    def place(self, message: Message) -> Place:
        """Identity of a message; remembered for those that name it later."""
        own, at = message.own, message.at
        references = [ref for ref in message.references if key(ref.sender, ref.identifier, message.mark) != own]
        if not references:
            root = self._root(own) or own
            self._told.add(root)
            return Place(root, ())
        references.sort(key=lambda ref: math.inf if ref.sent is None else ref.sent)
        exact = [self._named(message, ref) for ref in references]
        known = [found for name in exact if (found := self._root(name)) is not None]
        mine = self._root(own)
        first = known[0] if known else exact[0]
        if mine is not None and self._kept.get(mine, ("", 0))[1] > at:
            # something newer stands under our own name already: it named us before we came
            first = mine
        closing = [self._root(name) or name for name in exact] if message.type == "cancel" else []
        roots = dict.fromkeys([*known, *([mine] if mine else []), *closing])
        self._join(message, references, [own, *exact, *roots], first)
        return Place(first, tuple(root for root in roots if root != first))

    def same(self, entry: str, message: Message) -> None:
        """An index told this message under another key, before its document could be had: it stays that matter."""
        root = self._root(entry)
        if root is not None and self._root(message.own) is None:
            self._kept[message.own] = (root, message.at)

    def _root(self, name: str) -> str | None:
        """Identity that a message belongs to; None if we never heard of it."""
        for _ in range(100):
            target = self._kept.get(name)
            if target is None or target[0] == name:
                break
            name = target[0]
        return name if name in self._told or name in self._kept else None

    def _named(self, message: Message, ref: Reference) -> str:
        """Key of a message that was referred to; some name its sender in short (wcatwc: PAAQ)."""
        names = [key(sender, ref.identifier, message.mark) for sender in (ref.sender, message.sender, "")]
        return next((name for name in names if self._root(name) is not None), names[0])

    def _join(self, message: Message, references: list[Reference], names: list[str], root: str) -> None:
        short = [key(message.sender, ref.identifier, message.mark) for ref in references]
        names = [*names, *(name for name in short if self._root(name) is None)]
        newest = max(message.at, self._kept.get(root, ("", message.at))[1])
        for name in names:
            self._kept[name] = (root, newest)
        self._kept[root] = (root, newest)
        self._told.add(root)
