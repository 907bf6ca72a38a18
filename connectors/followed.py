"""Which of the county's sources are asked, and why one is not: a switch, a key, an address.

In: rows of `sources.toml`, names that an operator gave. Out: settings of each, reasons in words, rows that are meant.
Next: connectors/sources.py
"""

from collections.abc import Collection, Mapping
from importlib import import_module

from connectors.errors import DeniedError, UnknownSourceError
from connectors.quality import about
from connectors.settings import ConnectorSettings
from streams.feeds import Feed


def lacking(feed: Feed) -> str:
    """Why a source is not asked, with what to do; empty if nothing is lacking."""
    settings, facts = settings_of(feed), about(feed.connector)
    variable = f"LAGESBILD_{feed.name.replace('-', '_').upper()}"
    if not settings.enabled:
        return f"switched off; {variable}_ENABLED=true asks it"
    try:
        if facts.key and not settings.keyless and not settings.secret:
            return f"no key: {facts.key}; then set {variable}_KEY_FILE to a file that holds it"
    except DeniedError as error:
        return str(error)
    return "" if settings.address else f"no address: set {variable}_ADDRESS"


def chosen(feeds: Mapping[str, Feed], names: Collection[str]) -> dict[str, Feed]:
    """Those of the county's sources that are named, all of them if none is. UnknownSourceError."""
    unknown = sorted({*names} - {*feeds})
    if unknown:
        raise UnknownSourceError(f"no source {', '.join(unknown)}; the county follows {', '.join(feeds)}")
    return {name: feed for name, feed in feeds.items() if name in names or not names}


def settings_of(feed: Feed) -> ConnectorSettings:
    """Settings of one row, in the model of its connector."""
    return settings_model(feed.connector).of(feed, about(feed.connector))


def settings_model(folder: str) -> type[ConnectorSettings]:
    """Model of a connector's settings: `client.Settings` where it has fields of its own."""
    client = import_module(f"connectors.{folder}.client")
    model = getattr(client, "Settings", ConnectorSettings)
    return model if issubclass(model, ConnectorSettings) else ConnectorSettings
