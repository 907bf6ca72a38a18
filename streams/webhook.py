"""A notice on its way to the receiver: the words, the signature, one POST.

In: an entry of the outbox and the region's names. Out: the body that the receiver reads, and whether it took it.
Texts are Swedish and short enough to be read aloud on the telephone.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, Self

import aiohttp

from schemas.codec import Json, canon
from schemas.topics import Space
from streams.outbox_entry import Entry
from streams.words import notice_text, reason_text, reasons_of, reminder_text

TIMEOUT_S = 5
"""A receiver that has not answered by then is asked again: the key tells it that it is the same notice."""

CUT = 24
"""Words of a reason that is too long to be read aloud whole: what is suggested and what to do need the rest."""

_PLAIN = "Lägesbilden har ett larm till Länsstyrelsens tjänsteman i beredskap. Öppna lägesbilden och kvittera."
_ALL_GONE = "Inget av dem gäller nu. Se larmlistan i lägesbilden."

WORDS = 40
"""Longest text, in words: about fifteen seconds of reading aloud."""


def body(
    entry: Entry, reference: Mapping[str, Any], space: Space, acknowledge: str | None, more: Json | None = None
) -> Json:
    """What is sent in the step under way; `acknowledge` is the address that takes the acknowledgement.

    `more` is what streams/channels.py adds: who is on duty, the link.
    """
    suggestion = entry.suggestion or {}
    reasons = reasons_of(entry.notice, suggestion)
    fields = plain_body(entry, space, acknowledge, more)
    fields["text"] = spoken(*_texts(entry, reference), exercise=space.exercise)
    fields["reasons"] = [reason_text(r, reference) for r in reasons]
    fields["falls_away"] = [r["falls_away"] for r in reasons]
    if suggestion:
        fields["act"] = suggestion["act"]
    return fields


def plain_body(entry: Entry, space: Space, acknowledge: str | None, more: Json | None = None) -> Json:
    """The same without what the suggestion tells: a receiver gets this rather than nothing."""
    notice = entry.notice
    first = notice.get("listed", [notice])[0]
    fields: Json = {
        "key": entry.key,
        "notice": entry.id,
        "suggestion": notice.get("suggestion"),
        "call": entry.call,
        "level": notice.get("level"),
        "space": space.name,
        "exercise": space.exercise,
        "version": first.get("opened_version"),
        "opened_at": first.get("opened_at"),
        "text": spoken(_PLAIN, exercise=space.exercise),
        "reasons": [],
        "falls_away": [],
        "listed": list(entry.listed) or None,
        "acknowledge": acknowledge,
        "reminds": notice.get("reminds"),
        "joins": notice.get("joins"),
        **(more or {}),
    }
    return {name: value for name, value in fields.items() if value is not None}


def spoken(*texts: str, exercise: bool) -> str:
    """The first text that can be read aloud in `WORDS` words, else the last one cut; an exercise says so first."""
    prefix = ["ÖVNING."] if exercise else []
    said = [prefix + text.split() for text in texts]
    return " ".join(next((words for words in said if len(words) <= WORDS), said[-1][:WORDS]))


def _texts(entry: Entry, reference: Mapping[str, Any]) -> list[str]:
    """What may be said, the fullest first."""
    listed = len(entry.listed)
    if listed:
        times = "ett larm" if listed == 1 else f"{listed} larm"
        return [f"Under ett avbrott kom och gick {times} som inte nådde fram. {_ALL_GONE}"]
    suggestion = entry.suggestion
    if suggestion is None:
        return [_PLAIN]
    if "reminds" in entry.notice:
        return [reminder_text(entry.notice, suggestion)]
    reasons = reasons_of(entry.notice, suggestion)
    shorter = [reasons[:2], reasons[:1], [_cut(r, reference) for r in reasons[:1]]]
    return [notice_text(entry.notice, {**suggestion, "reasons": found}, reference) for found in shorter]


def _cut(reason: Json, reference: Mapping[str, Any]) -> Json:
    """A reason of which only the beginning can be said: a list of many names."""
    said = " ".join(reason_text(reason, reference).split()[:CUT])
    return {"text": f"{said} …", "params": {}}


def sign(raw: bytes, secret: str) -> str:
    """Value of `Lagesbild-Signature`: the receiver computes the same over the bytes as they came."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


class Webhook:
    """One receiver. Use as an async context."""

    def __init__(self, address: str, secret: str = "") -> None:
        self._address, self._secret = address, secret

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        self._session = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "lagesbild"})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def post(self, key: str, fields: Json) -> str | None:
        """Send once. None when it was taken (2xx), else in a few words why not, without the address: it may be secret.

        A redirect is not followed: what is signed for one receiver is not for another.
        """
        raw = canon(fields)
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        if self._secret:
            headers["Lagesbild-Signature"] = sign(raw, self._secret)
        try:
            async with self._session.post(self._address, data=raw, headers=headers, allow_redirects=False) as answer:
                return None if 200 <= answer.status < 300 else f"status {answer.status}"
        except TimeoutError:
            return f"no answer within {TIMEOUT_S} s"
        except aiohttp.InvalidURL:
            return "the address is not a web address"
        except aiohttp.ClientSSLError:
            return "its certificate was not accepted"
        except aiohttp.ClientConnectorError as error:
            return f"no connection ({_reason(error.os_error)})"
        except (aiohttp.ClientError, OSError) as error:
            return f"the connection broke ({type(error).__name__})"


def _reason(error: OSError) -> str:
    """The operating system's words without address or port."""
    return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else type(error).__name__
