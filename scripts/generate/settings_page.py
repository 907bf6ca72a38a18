"""Writes docs/settings.md: every setting with its variable, default and meaning, read from the models.

In: streams/settings.py, connectors/settings.py and the county's sources. Out: a page; tests/test_docs.py compares it.
"""

import importlib.util
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from connectors.actors.client import InboxSettings
from connectors.followed import settings_model
from connectors.quality import about, folders
from connectors.settings import ConnectorSettings
from streams.feeds import load_feeds
from streams.settings import PROJECT, Settings

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "settings.md"
REGION = ROOT / "region" / "stockholm"

HEAD = """\
# Settings

Made by `scripts/settings` from the models' own fields; changes here are lost. Each process reads its settings once, at
its start. A flag of the command line goes before a variable, a variable before a default. `lagesbild config show`
prints what is in force, secrets hidden.
"""

EXERCISE = """
## Of an exercise: set by `lagesbild up`
| variable | meaning |
| --- | --- |
| `LAGESBILD_EXERCISE` | Folder name of the exercise that is played. |
| `LAGESBILD_EXERCISE_END` | Space time of its end, ms since 1970 UTC: from then on the page says that it is over. |
| `LAGESBILD_RECORDED_PORT` | Port of the service that plays the sources. |
| `LAGESBILD_SERVER` | Address that actors' reports of the script are sent to. |
"""


def _docs(model: type[BaseSettings]) -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generate_fields", Path(__file__).with_name("fields.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said: dict[str, str] = module.field_docs(model)
    return said


def variable(model: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """Environment variable of a field."""
    alias = field.validation_alias
    prefix = "LAGESBILD_<NAME>_" if issubclass(model, ConnectorSettings) else model.model_config.get("env_prefix", "")
    return alias if isinstance(alias, str) else f"{prefix}{name}".upper()


def default(field: FieldInfo) -> str:
    """Default as a reader would write it; places are told from the project and from the home folder."""
    value: Any = field.default
    if field.is_required():
        return "–"
    if isinstance(value, SecretStr) or value in (None, "", ()):
        return "none"
    if isinstance(value, Path):
        path = (
            value.relative_to(PROJECT) if value.is_relative_to(PROJECT) else Path("~") / value.relative_to(Path.home())
        )
        return f"`{path}`"
    return f"`{','.join(map(str, value))}`" if isinstance(value, tuple) else f"`{value}`".replace("True", "true")


def rows(model: type[BaseSettings], only: set[str] | None = None) -> str:
    """Table of a model's fields."""
    said = _docs(model)
    lines = ["| variable | default | meaning |\n| --- | --- | --- |\n"]
    for name, field in model.model_fields.items():
        if only is None or name in only:
            meaning = " ".join(said.get(name, "").split())
            lines.append(f"| `{variable(model, name, field)}` | {default(field)} | {meaning} |\n")
    return "".join(lines)


SOURCES = """
## Of each source
`<NAME>` is the source's name in `region/<county>/sources.toml` in capitals, with `_` for `-`: `LAGESBILD_SMHI_ADDRESS`.
What stands there goes before the connector's own default; a variable goes before both.

"""


def own_fields(model: type[BaseSettings]) -> set[str]:
    """Fields that this connector has beside those of every source."""
    return set(model.model_fields) - set(ConnectorSettings.model_fields)


def sources() -> str:
    """Table of the county's sources with the defaults that differ."""
    lines = ["| `<NAME>` | connector | asked every | address | key |\n| --- | --- | --- | --- | --- |\n"]
    for feed in load_feeds(REGION).values():
        facts, made = about(feed.connector), {**about(feed.connector).model_dump(), **feed.settings}
        name = feed.name.replace("-", "_").upper()
        address = f"`{made['address']}`" if made["address"] else "by setting only"
        lines.append(
            f"| `{name}` | `{feed.connector}`{'' if feed.enabled else ', off by default'} | {made['interval_s']:g} s "
            f"| {address} | {facts.key or 'none'} |\n"
        )
    return "".join(lines)


def own_rows() -> str:
    """Tables of the connectors that have fields of their own."""
    parts = []
    for folder in folders():
        model = settings_model(folder)
        if own_fields(model):
            parts.append(f"\n### More, of sources read by `{folder}`\n{rows(model, own_fields(model))}")
    return "".join(parts)


INBOX = "\n## Of the actors' watched folders\n"


def page() -> str:
    """The whole page."""
    common = rows(ConnectorSettings)
    return "".join(
        [
            HEAD,
            "\n## Of every process\n",
            rows(Settings),
            SOURCES,
            common,
            "\n",
            sources(),
            own_rows(),
            INBOX,
            rows(InboxSettings),
            EXERCISE,
        ]
    )


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))
