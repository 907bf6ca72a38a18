"""Asks SL for its list of deviations: one conditional GET, answered by the list or by "not changed".

In: the address in the settings, with `future=true`. Out: a `Batch`. SL allows one asking a minute.
Next: connectors/sl/parse.py
"""

from connectors.contract import Connector
from connectors.fetch import Fetcher
from connectors.onelist import OneList
from connectors.settings import ConnectorSettings
from connectors.sl.parse import SOURCE, parse


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `sl`, ready to be asked."""
    return OneList(SOURCE, fetcher, parse)
