"""Writes docs/settings.md: every setting with its variable, default and meaning, read from the models.

In: streams/settings.py and connectors/settings.py. Out: a page; tests/test_docs.py compares it.
"""

import importlib.util
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from connectors.settings import ConnectorSettings
from streams.settings import PROJECT, Settings

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "settings.md"

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
    return alias if isinstance(alias, str) else f"{model.model_config.get('env_prefix', '')}{name}".upper()


def default(field: FieldInfo) -> str:
    """Default as a reader would write it; places are told from the project and from the home folder."""
    value: Any = field.default
    if field.is_required():
        return "–"
    if isinstance(value, SecretStr) or value in (None, ""):
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


def sources() -> list[type[ConnectorSettings]]:
    """Settings of each source, by name."""
    return sorted(ConnectorSettings.__subclasses__(), key=lambda model: model.__name__)


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n## Of every process\n", rows(Settings)]
    for model in sources():
        what = (model.__doc__ or "").strip()
        parts.append(
            f"\n## Of the connector `{model.__name__.removesuffix('Settings').lower()}`\n{what}\n\n{rows(model)}"
        )
    return "".join([*parts, EXERCISE])


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))
