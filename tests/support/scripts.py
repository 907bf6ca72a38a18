"""What `scripts/` makes, as functions: loaded from their files, since scripts are no package."""

import importlib.util
from types import ModuleType

from support.project import ROOT


def load(name: str) -> ModuleType:
    """Module `scripts/generate/<name>.py`."""
    spec = importlib.util.spec_from_file_location(f"generate_{name}", ROOT / "scripts" / "generate" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
