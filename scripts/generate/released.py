"""Writes schemas/released/: the JSON Schema of everything that leaves or enters, one file each, `<name>.<major>.json`.

In: the models of `schemas/` and the hand-written records.py. Out: files; tests compare them byte for byte.
A change that old readers cannot take gets a new major in `MAJOR`; the older file stays, and so do its records.
"""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas import case, command, forum, health, joint_picture, notice, picture, question, report, rules, running
from schemas.change import EntityKind

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "schemas" / "released"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

MAJOR: dict[str, int] = {}
"""Name -> major; 1 where none is named."""

ENTITIES: dict[str, type[BaseModel]] = {
    EntityKind.CELL: picture.Cell,
    EntityKind.ITEM: picture.Item,
    EntityKind.EVENT: picture.Event,
    EntityKind.SIGNAL: picture.Signal,
    EntityKind.SOURCE: running.SourceState,
    EntityKind.SUGGESTION: picture.Suggestion,
    EntityKind.NOTICE: notice.Notice,
    EntityKind.FORUM: forum.Forum,
    EntityKind.MEETING: forum.Meeting,
    EntityKind.ENTRY: forum.Entry,
    EntityKind.MATTER: forum.SharedMatter,
    EntityKind.FAILED: running.Failed,
    EntityKind.RULES: running.RulesInForce,
    EntityKind.REQUEST: picture.Request,
    EntityKind.JOINT: joint_picture.Joint,
    EntityKind.ASSESSMENT: joint_picture.Assessment,
    EntityKind.OBJECTION: joint_picture.Objection,
    EntityKind.QUESTION: question.Question,
    EntityKind.DUTY: notice.Duty,
}
"""Entity kind of a change -> its model."""

MODELS: dict[str, type[BaseModel]] = {
    "actor-report": report.ActorReport,
    "feed-report": report.FeedReport,
    "health": health.Health,
    "command-in": command.CommandIn,
    "command": command.Command,
    "control": command.Control,
    "rule-set": rules.RuleSet,
    "case-head": case.CaseHead,
    "case-line": case.CaseLine,
    **{f"args-{name.replace('_', '-')}": model for name, model in command.ARGS.items() if model is not command.NoArgs},
    **{f"entity-{kind}": model for kind, model in ENTITIES.items()},
}


def _near(name: str) -> Any:
    """A module beside this one; scripts are no package."""
    spec = importlib.util.spec_from_file_location(f"generate_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _classes() -> dict[str, type[BaseModel]]:
    """Every model by its class name, as `$defs` names them."""
    modules = (report, case, health, command, picture, joint_picture, forum, question, rules)
    found = (value for module in modules for value in vars(module).values())
    return {c.__name__: c for c in found if isinstance(c, type) and issubclass(c, BaseModel)}


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Put the sentence below each field into the schema, under the name the field has there."""
    for name, said in _near("fields").field_docs(model).items():
        alias = model.model_fields[name].alias or name
        if alias in schema.get("properties", {}):
            schema["properties"][alias]["description"] = said


def of_model(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema of a model with its fields' sentences."""
    schema = model.model_json_schema(by_alias=True)
    _describe(schema, model)
    for name, part in schema.get("$defs", {}).items():
        known = _classes().get(name)
        if known is not None:
            _describe(part, known)
    return schema


def file_name(name: str) -> str:
    """File of the present major."""
    return f"{name}.{MAJOR.get(name, 1)}.json"


def released() -> dict[str, str]:
    """File name -> text of every schema as it is now."""
    schemas = {name: of_model(model) for name, model in MODELS.items()} | _near("records").RECORDS
    files = {}
    for name, schema in sorted(schemas.items()):
        head = {"$schema": DIALECT, "$id": f"urn:lagesbild:schema:{name}:{MAJOR.get(name, 1)}"}
        files[file_name(name)] = json.dumps(head | schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return files


def main() -> None:
    """Write what is new; never touch an older major."""
    OUT.mkdir(exist_ok=True)
    for name, text in released().items():
        (OUT / name).write_text(text, encoding="utf-8")
    kept = [path.name for path in OUT.glob("*.json") if not re.fullmatch(r"[a-z-]+\.\d+\.json", path.name)]
    print(f"{len(released())} schemas in {OUT.relative_to(ROOT)}" + (f"; not ours: {kept}" if kept else ""))


if __name__ == "__main__":
    main()
