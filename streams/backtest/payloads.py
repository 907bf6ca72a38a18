"""A case's payloads through their connectors, in a process of their own: `streams` may not import `connectors`.

In: payloads in the order they were known. Out: for each the reports that the connector would have told, with the pieces
it could not use, or a fault.
Next: connectors/payloads.py
"""

import base64
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from schemas.codec import Json, canon, load
from streams.errors import LagesbildError


class Payload(NamedTuple):
    """One payload and whose it is."""

    case: str
    source: str
    connector: str
    at: int
    """When it was fetched, ms UTC."""
    raw: bytes


class Told(NamedTuple):
    """What a connector makes of a payload."""

    reports: tuple[Json, ...] = ()
    rejected: tuple[Json, ...] = ()
    """{`pointer`, `reason`, `detail`} of each piece."""
    unread: tuple[Json, ...] = ()
    """The same, of a payload of which nothing could be used: silence in it means nothing."""
    fault: str = ""


class ParsingError(LagesbildError):
    """The connectors' process failed: a fault of ours."""


def tell(payloads: Sequence[Payload]) -> list[Told]:
    """One answer for each payload, in order."""
    if not payloads:
        return []
    asked = b"".join(canon({**p._asdict(), "raw": base64.b64encode(p.raw).decode()}) + b"\n" for p in payloads)
    done = subprocess.run([sys.executable, "-m", "connectors.payloads"], input=asked, capture_output=True, check=False)
    if done.returncode != 0:
        raise ParsingError(f"payloads could not be parsed: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return [read_answer(load(line)) for line in done.stdout.splitlines()]


def read_answer(answer: Json) -> Told:
    """One line of the connectors' answer."""
    reports, rejected, unread = (tuple(answer.get(name, ())) for name in ("reports", "rejected", "unread"))
    return Told(reports, rejected, unread, str(answer.get("fault", "")))
