"""What tests of commands share: no setting of whoever runs them, and a data folder of their own."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LAGESBILD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAGESBILD_DATA", str(tmp_path))
