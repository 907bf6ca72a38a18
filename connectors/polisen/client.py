"""Asks the police for their list of events: one GET, which their rules allow once in ten seconds and 60 times an hour.

In: the address in the settings. Out: a `Batch`. Without a contact in `User-Agent` the service refuses (403).
Next: connectors/polisen/parse.py
"""

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Connector
from connectors.polisen.parse import SOURCE, parse
from connectors.settings import ConnectorSettings


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `polisen`, ready to be asked."""
    return OneList(SOURCE, fetcher, parse)
