"""What a DATEX II document says of its own exchange: is it everything, or only what changed?

In: the `exchange` (v2) or `exchangeInformation` (v3) element. Out: `Exchange`. Only what is surely a whole picture may
withdraw by what is not in it: a word that we do not know is no whole picture.
"""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from connectors.reading.values import Drift, line
from connectors.reading.xml_pieces import local

_TRUE = {"true", "1"}
_ONLINE = {"", "online", "undefined"}
_PUSHED = {"operatingMode1", "operatingMode2"}
"""v2: the publisher pushes on occurrence, or periodically, what is new."""
_PARTS = {"singleElementUpdate", "allInformationUpdate", "other"}
_DELTAS = {"deltaPull", "deltaPush", "simpleCIS", "simplePush", "statefulCIS", "statefulPush", "other", "undefined"}


class Exchange(NamedTuple):
    """How a document was handed out. Without any word of it, a document that was asked for is everything."""

    whole: bool = True
    """The document shows all that the publisher has."""
    situations_whole: bool = False
    """Each situation in it is told whole: what it held before and holds no more is taken back."""


def exchange(element: Element, drift: Drift) -> Exchange:
    """What an exchange element says."""
    said = {local(part): line(part.text, 60) for part in element.iter() if (part.text or "").strip()}
    method, mode = said.get("updateMethod", ""), said.get("operatingMode", "")
    broken = any(said.get(name) in _TRUE for name in ("deliveryBreak", "keepAlive"))
    offline = said.get("exchangeStatus", "") not in _ONLINE
    return Exchange(
        whole=not broken and not offline and _whole(method, mode, said.get("codedExchangeProtocol", ""), drift),
        situations_whole=method == "allElementUpdate",
    )


def _whole(method: str, mode: str, protocol: str, drift: Drift) -> bool:
    if method:
        if method not in {"snapshot", "allElementUpdate", *_PARTS}:
            drift.note("=", f"updateMethod:{method}")
        # "all elements" are those of the situations that changed when the publisher pushes; all there are when asked
        return method == "snapshot" or (method == "allElementUpdate" and mode not in _PUSHED)
    if protocol and not protocol.startswith("snapshot") and protocol not in _DELTAS:
        drift.note("=", f"codedExchangeProtocol:{protocol}")
    return not protocol or protocol.startswith("snapshot")
