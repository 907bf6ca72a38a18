"""Asks SL for its list of deviations: one conditional GET, answered by the list or by "not changed".

In: the address in the settings, with `future=true`. Out: a `Batch`. SL allows one asking a minute.
Next: connectors/sl/parse.py
"""

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Connector
from connectors.settings import ConnectorSettings
from connectors.sl.parse import SOURCE, parse


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `sl`, ready to be asked."""
    return OneList(SOURCE, fetcher, parse)
