"""Asks Trafikverket for situations: everything at first and now and then, changes in between.

In: address, key and counties from the settings. Out: a `Batch`; `reach` says whether it is everything.
Next: connectors/trafikverket/parse.py
"""

from connectors.contract import Asking, Batch, Connector
from connectors.errors import DeniedError
from connectors.fetch import Fetcher
from connectors.settings import ConnectorSettings
from connectors.trafikverket.parse import SOURCE, parse
from connectors.trafikverket.request import CONTENT_TYPE, FIRST_CHANGE, request
from schemas.times import HOUR

ALL_EVERY = 6 * HOUR
"""Space time after which everything is asked for again: finds deletions that were missed while we were away long."""


class Settings(ConnectorSettings):
    """Trafikverket's own, beside what every source has."""

    counties: tuple[int, ...] = (0, 1, 2)
    """County numbers asked for: Stockholm, its old number, and what concerns the whole country."""


def connect(fetcher: Fetcher, settings: Settings) -> Connector:
    """The source `trafikverket`, ready to be asked."""
    return Trafikverket(fetcher, settings)


class Trafikverket:
    """The source `trafikverket`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher, settings: Settings) -> None:
        self._fetcher, self._settings = fetcher, settings
        self._asked_all = self._read_changes = False

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError (no key, or one that is not accepted) or GarbledError."""
        key = self._settings.secret
        if not key:
            raise DeniedError(
                "no key: get one free at Trafikverket's data portal and set LAGESBILD_TRAFIKVERKET_KEY_FILE"
            )
        changeid = self._changeid(asking)
        everything = changeid == FIRST_CHANGE
        body = request(key, self._settings.counties, changeid)
        try:
            answer = await self._fetcher.post(asking.at, body, CONTENT_TYPE)
        except DeniedError:
            self._begin_anew()
            raise
        parsed = parse(answer.raw.body, changes=not everything)
        position = dict(asking.position)
        if parsed.error:
            self._begin_anew()
        else:
            self._asked_all, self._read_changes = self._asked_all or everything, not everything
            position |= {"changeid": parsed.position.get("changeid", FIRST_CHANGE)}
            position |= {"all_at": asking.at} if everything else {}
        wanted = tuple(i for i in parsed.items if i.native.get("suspended") != "true" or i.id in asking.told)
        parsed = parsed._replace(items=wanted)
        return Batch(parsed, answer.raw, "all" if everything else "changes", position, answer.skew_s)

    def _begin_anew(self) -> None:
        """Ask for everything next: a change number that the service no longer knows must not keep us out for ever."""
        self._asked_all, self._read_changes = False, True

    def _changeid(self, asking: Asking) -> str:
        """Where to go on. Everything after each start, in doubt, and every few hours; but what changed first.

        Only changes tell that the source itself deleted something; of everything, it is just not there any more.
        """
        due = int(asking.position.get("all_at", 0)) + ALL_EVERY <= asking.at
        if self._read_changes and (due or asking.doubt or not self._asked_all):
            return FIRST_CHANGE
        return str(asking.position.get("changeid", FIRST_CHANGE))
