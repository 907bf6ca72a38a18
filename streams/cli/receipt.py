"""What became of something sent: waits for the receipt and puts its outcome in words.

In: the answer of a POST, how long to wait. Out: one line, or a ServerError with the reason.
"""

import time

from schemas.codec import Json
from schemas.outcome import Result
from streams.cli.http import Api, ServerError
from streams.cli.texts import say

LONGEST_S = 30.0
DONE = frozenset({Result.APPLIED, Result.DUPLICATE_OF, Result.SUPERSEDED_BY})
"""Results with which the sender's aim is met."""


def outcome(api: Api, receipt: str, wait_s: float) -> Json:
    """Answer of `/receipts/{receipt}`: its outcome, or `received` when it did not come in time."""
    until = time.monotonic() + wait_s
    while True:
        left = max(0.0, min(LONGEST_S, until - time.monotonic()))
        body = api.get(f"/api/v1/receipts/{receipt}?wait={left:.1f}").body
        if body.get("result") != "received" or time.monotonic() >= until:
            return body


def told(kind: str, body: Json, **fields: object) -> str:
    """The outcome as a sentence of `kind` (`report`, `ack`). ServerError when it was not done, with the reason."""
    result = str(body.get("result", "received"))
    if result in DONE:
        key = f"{kind}.{result}" if result != Result.SUPERSEDED_BY else f"report.{result}"
        return say(key, version=body.get("version", "–"), **fields)
    if result == "received":
        raise ServerError(say(f"{kind}.received", receipt=body.get("receipt", "–"), **fields))
    raise ServerError(str(body.get("detail") or result))
