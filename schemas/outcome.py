"""What became of each accepted record. Said once on `outcomes` (key receipt/region), never changed later."""

from enum import StrEnum
from typing import NamedTuple

from schemas.codec import Json, canon


class Result(StrEnum):
    """`applied`, `duplicate_of` and `superseded_by` name a version; the others a reason."""

    APPLIED = "applied"
    DUPLICATE_OF = "duplicate_of"
    SUPERSEDED_BY = "superseded_by"
    REFUSED = "refused"
    NOT_FOLDED = "not_folded"
    REJECTED = "rejected"
    """Said by intake: the record never reached the log; its bytes lie on `rejected`."""


class Outcome(NamedTuple):
    """Outcome of one record in one region."""

    result: str
    version: int | None = None
    reason: str | None = None
    """Reason code, such as `revision_conflict`; words for it are in the catalogue."""

    def as_json(self) -> Json:
        """Fields that are set."""
        return {k: v for k, v in self._asdict().items() if v is not None}

    def encode(self, receipt: str, region: str, at: int) -> bytes:
        """Bytes on `outcomes`; `at` is space time, ms UTC."""
        return canon({**self.as_json(), "receipt": receipt, "region": region, "at": at})


def outcome_key(receipt: str, region: str) -> str:
    """Key on `outcomes`."""
    return f"{receipt}/{region}"


class Refusal(StrEnum):
    """Why the fold refused a record or intake rejected it; each has words in the catalogue."""

    REVISION_CONFLICT = "revision_conflict"
    ORDER_CHANGED = "order_changed"
    UNKNOWN_ITEM = "unknown_item"
    NOT_ALLOWED = "not_allowed"
    NOT_THERE = "not_there"
    WRONG_STATE = "wrong_state"
    REASON_MISSING = "reason_missing"
    BAD_RULES = "bad_rules"
    NOTHING_STANDS = "nothing_stands"
    # by connectors
    PUT_ASIDE = "put_aside"
    """Readable and whole, but nothing that belongs in a picture: another kind of object, a receipt, a catalogue."""
    SIGNATURE = "signature"
    """Its signature does not hold, or it has none and its source signs everything."""
    # by connectors and intake
    MALFORMED = "malformed"
    SCHEMA = "schema"
    SENDER_MISMATCH = "sender_mismatch"
    UNKNOWN_SENDER = "unknown_sender"
    OUTSIDE_REGION = "outside_region"
    SENT_AHEAD = "sent_ahead"
    TOO_OLD = "too_old"
    TOO_LARGE = "too_large"
    NUMBERS = "numbers"
    WRONG_SPACE = "wrong_space"
    FAULT = "fault"
    """A fault of ours: the input is kept and can be driven again when it is mended; it stops nobody else's."""
