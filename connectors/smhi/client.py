"""Asks SMHI for its list of warnings: one conditional GET, answered by the list or by "not changed".

In: the address in the settings. Out: a `Batch`. An unchanged list repeats the verdict of the list before.
Next: connectors/smhi/parse.py
"""

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Connector
from connectors.settings import ConnectorSettings
from connectors.smhi.parse import SOURCE, parse


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `smhi`, ready to be asked."""
    return OneList(SOURCE, fetcher, parse)
