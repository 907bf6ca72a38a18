"""Asks a CAP feed: its index or its one document, then each document that is new, one after the other.

In: address, allowed hosts and certificates from the settings. Out: a `Batch`; documents are in `more`. A document that
cannot be had hides no other: its entry is told as far as it goes, and the batch is not complete.
Next: connectors/cap/gather.py
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.x509 import Certificate, load_pem_x509_certificates

from connectors.asking.fetch import Fetcher
from connectors.cap.chain import Chains
from connectors.cap.documents import Documents, Got
from connectors.cap.gather import Found, Rules, read, settle
from connectors.cap.parse import as_of
from connectors.cap.report import SOURCE
from connectors.contract import Asking, Batch, Connector, Parsed
from connectors.errors import DeniedError
from connectors.reading.values import DRIFT_LIMIT
from connectors.settings import ConnectorSettings


class Settings(ConnectorSettings):
    """CAP's own, beside what every source has."""

    certificates: tuple[Path, ...] = ()
    """PEM files with the certificates of those whose signatures are trusted: their own, not an authority's."""
    signed: bool = False
    """The source signs everything: an alert that is not signed, or not rightly, goes to `rejected`."""
    relayed: bool = False
    """The feed hands on what others have published, as MeteoAlarm does."""


class Read(NamedTuple):
    """One index, or document, that was read."""

    sha256: str
    found: Found


def connect(fetcher: Fetcher, settings: Settings) -> Connector:
    """A source of CAP alerts, ready to be asked."""
    return Cap(fetcher, settings)


class Cap:
    """One feed of CAP alerts."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher, settings: Settings) -> None:
        self._fetcher, self._settings = fetcher, settings
        self._rules: Rules | None = None
        self._documents = Documents(fetcher)
        self._last: Read | None = None

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError (also of a certificate that cannot be read) or GarbledError."""
        rules = self._rules = self._rules or Rules(trusted(self._settings.certificates), self._settings.signed)
        answer = await self._fetcher.get(asking.at)
        raw = answer.raw
        if self._last is None or self._last.sha256 != raw.sha256:
            self._last = Read(raw.sha256, read(raw.body, rules))
        index = self._last.found
        got = await self._documents.of(index.links, rules, asking.at) if index.is_index else Got()
        chains = Chains(asking.position.get("chains"), asking.told)
        parsed = self._parsed(index, got, chains)
        position: dict[str, Any] = {"chains": chains.position()}
        return Batch(parsed, raw, position=position, skew_s=answer.skew_s, more=got.raws)

    def _parsed(self, index: Found, got: Got, chains: Chains) -> Parsed:
        for own, message in got.pairs:
            chains.same(own, message)
        items = settle((*(one for one in index.kept if one.message.own not in got.read), *got.kept), chains)
        if self._settings.relayed:
            items = tuple(item.model_copy(update={"origin": "relayed"}) for item in items)
        founds = (index, *got.founds)
        drift = sum((Counter(found.drift.as_counts()) for found in founds), Counter[str]())
        drift.update({"!document:missing": got.missing} if got.missing else {})
        return Parsed(
            items=items,
            rejected=tuple(piece for found in founds for piece in found.rejected),
            drift=dict(drift.most_common(DRIFT_LIMIT)),
            complete=index.error is None and got.whole and all(found.whole for found in founds),
            seen=frozenset().union(*(found.seen for found in founds), (item.id for item in items)),
            error=index.error or got.error,
            as_of=as_of(index),
        )


def trusted(files: Sequence[Path]) -> tuple[Certificate, ...]:
    """Certificates of PEM files. DeniedError when one cannot be read: without them no signature is worth much."""
    found: list[Certificate] = []
    for file in files:
        try:
            found += load_pem_x509_certificates(file.read_bytes())
        except (OSError, ValueError) as error:
            raise DeniedError(f"certificate {file} cannot be read ({error}): correct the source's setting") from error
    return tuple(found)
