"""Every error of `connectors`, a branch of `streams/errors.py`: what became of one asking, or of a script.

    LagesbildError
    ├── SourceError        a source did not give what was asked for; the text goes into its health record
    │   ├── NotReadyError  no answer, or one that asks us to wait: ask again later
    │   ├── DeniedError    the key, the address or a redirect is wrong: a person must change a setting
    │   └── GarbledError   an answer came that is not what the source documents
    ├── UnknownSourceError the county follows no source of that name; the text names those that it does
    ├── SpoolFullError     no room in the spool: the source is not asked until Kafka has taken something out of it
    └── ScriptError        a script cannot be played; the text names every fault

In: nothing. Out: exceptions whose text is one line that says what is wrong and what to do.
"""

from streams.errors import LagesbildError


class SourceError(LagesbildError):
    """A source did not give what was asked for. Nothing may be withdrawn because of it."""

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail[:300])
        self.retry_after_s = retry_after_s
        """Seconds the source asked us to stay away, if it said so."""


class NotReadyError(SourceError):
    """The source is not reachable, or is busy: the next asking may work."""


class DeniedError(SourceError):
    """The source refuses us: a setting must be changed, asking again cures nothing."""


class GarbledError(SourceError):
    """The source answered with something that is not its format."""


class UnknownSourceError(LagesbildError):
    """The county follows no source of that name."""


class SpoolFullError(LagesbildError):
    """No room for an entry: neither what is in the spool nor the entry is dropped, so nothing more may be asked."""


class ScriptError(LagesbildError):
    """A script cannot be played: files, times or payloads are wrong."""
