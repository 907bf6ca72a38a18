"""What could not be used, kept whole on `rejected`: bytes, reason, stage, origin.

Next: streams/redrive.py, which sends it again after a fix.
"""

import base64
from typing import NamedTuple

from schemas.codec import Json, canon, load


class Rejected(NamedTuple):
    """One refused input. Its id is its origin, so a repeat overwrites itself."""

    source: str
    stage: str
    """`connector`, `intake` or `fold`."""
    reason: str
    """Reason code (schemas/outcome.py, Refusal)."""
    detail: str
    """Every fault, one a line."""
    topic: str
    """Topic it lay on; for a redrive, where it goes again."""
    partition: int
    offset: int
    at: int
    """Space time, ms UTC."""
    value: bytes
    key: bytes | None = None
    receipt: str | None = None

    @property
    def id(self) -> str:
        """Where it lay: topic, partition and offset."""
        return f"{self.topic}:{self.partition}:{self.offset}"

    def encode(self) -> bytes:
        """Bytes on `rejected`; the refused bytes in base64."""
        fields: Json = {k: v for k, v in self._asdict().items() if v is not None}
        fields["value"] = base64.b64encode(self.value).decode()
        if self.key is not None:
            fields["key"] = base64.b64encode(self.key).decode()
        return canon(fields)


def read_rejected(raw: bytes) -> Rejected:
    """Rejected input of topic bytes."""
    fields = load(raw)
    fields["value"] = base64.b64decode(fields["value"])
    if "key" in fields:
        fields["key"] = base64.b64decode(fields["key"])
    return Rejected(**fields)
