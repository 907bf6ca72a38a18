"""Free text lies beside the log: the log, the changes and the hashes carry only keys.

In: a text and where it belongs. Out: its key, and the record for `texts` that must be confirmed before the log record.
Erasing a text (a tombstone under its key) leaves every hash true.
"""

import hmac
import struct
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from schemas.codec import canon


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> hmac.HMAC:
    """HMAC with the key worked in: that is nine tenths of the cost of a short text's."""
    return hmac.new(secret, digestmod="sha256")


@lru_cache(maxsize=20_000)
def _places(secret: bytes, word: str) -> tuple[int, ...]:
    """Sixteen numbers of a word, each as good as drawn by lot."""
    keyed = _keyed(secret).copy()
    keyed.update(b"word\x00" + word.encode())
    return struct.unpack("<16H", keyed.digest())


class TextRecord(NamedTuple):
    """A text to publish on `texts`."""

    key: str
    value: bytes


class TextBox:
    """Collects the texts of one report or command and gives their keys."""

    def __init__(self, secret: bytes, source: str, identity: str, revision: str) -> None:
        self._secret = secret
        self._where = (source, identity, revision)
        self.records: list[TextRecord] = []

    def put(self, field: str, text: str, label: str) -> str:
        """Key of a text: HMAC-SHA256 of the space's secret over source, id, revision, field and the text itself."""
        message = "\x00".join((*self._where, field, text)).encode()
        keyed = _keyed(self._secret).copy()
        keyed.update(message)
        key = keyed.hexdigest()[:40]
        source, identity, _ = self._where
        value = {"text": text, "label": label, "field": field, "source": source, "id": identity}
        self.records.append(TextRecord(key, canon(value)))
        return key

    def words(self, text: str) -> str:
        """A key that equal words share wherever they stand; without the space's secret it tells nothing of them."""
        keyed = _keyed(self._secret).copy()
        keyed.update(b"words\x00" + text.encode())
        return keyed.hexdigest()[:16]

    def sketch(self, words: Collection[str]) -> str:
        """Sixteen small numbers, of which two texts share about as large a part as they share of their words (MinHash).

        Without the space's secret it tells nothing of them either.
        """
        places = zip(*(_places(self._secret, word) for word in words), strict=True)
        return bytes(min(place) & 0xFF for place in places).hex()

    def put_all(self, texts: Mapping[str, str], label: str, labels: Mapping[str, str]) -> dict[str, str]:
        """Keys by field; empty texts are left out. A field's own label stands where one is given."""
        return {field: self.put(field, text, labels.get(field, label)) for field, text in texts.items() if text.strip()}
