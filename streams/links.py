"""The acknowledgement link of a notice: signed, for one notice as it was opened then, until a time, for one person.

In: the space's seal. Out: the path's last part, and what it says when it is ours. It holds no address and no secret of
its own; who has it may acknowledge that notice once and do nothing else.
Next: dashboards/activation/ack_link.py
"""

from hashlib import sha256
from typing import NamedTuple

from streams.seal import Seal

PATH = "/k/"
"""Short: it may have to be copied by hand from one telephone to another."""
_PURPOSE, _TAG = "acknowledge-link", 32


class Link(NamedTuple):
    """What a link says."""

    notice: str
    opened: int
    """`opened_version` of the notice: one that was raised again is another matter."""
    until: int
    """Wall time, ms UTC, at which it ends."""
    role: str
    """Role of the duty plan it was sent to."""
    person: str
    """Who had that duty then, by alias."""


def make(seal: Seal, link: Link) -> str:
    """Last part of the link's path."""
    text = f"{link.notice}.{link.opened}.{link.until}.{link.role}.{link.person}"
    return f"{text}.{seal.tag(_PURPOSE, text, _TAG)}"


def read(seal: Seal, token: str) -> Link | None:
    """What it says, None when it is not ours, or not whole."""
    text, _, tag = token.rpartition(".")
    if not seal.holds(_PURPOSE, text, tag, _TAG):
        return None
    notice, opened, until, role, person = text.rsplit(".", 4)
    return Link(notice, int(opened), int(until), role, person)


def command_id(token: str) -> str:
    """Id of the one command that a link can give: pressed twice it is done once."""
    return f"link-{sha256(token.encode()).hexdigest()[:32]}"
