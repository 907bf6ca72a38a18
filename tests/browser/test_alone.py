"""Without any network but loopback everything works: the start, every page, the sheet, the terminal."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.project import ROOT
from support.running import environment
from support.waiting import START_S

pytestmark = [pytest.mark.browser, pytest.mark.broker]

APART = ["unshare", "--map-root-user", "--net"]
"""A network namespace of one's own, without being root (unshare(1))."""

PAGES = {"/", "/wall", "/map", "/activation", "/report", "/forums", "/sheet", "/help", "/tillganglighet"}
"""Some of those that are looked at."""


def may() -> bool:
    """True where the system lets a process have one."""
    if shutil.which(APART[0]) is None:
        return False
    return subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may(), reason="no network namespaces for users on this machine")
def test_nothing_is_needed_from_outside(kafka: str, tmp_path: Path):
    """`kafka`: that what has to be fetched once is there. This is the second start."""
    inner = [*APART, sys.executable, ROOT / "tests" / "support" / "alone.py", tmp_path / "data"]
    ended = subprocess.run(
        inner,
        cwd=ROOT,
        env=environment(PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}"),
        capture_output=True,
        text=True,
        timeout=4 * START_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)

    assert told["outside"] == "Network is unreachable"
    assert [row for row in told["pages"] if row[1] != 200] == []
    assert {row[0] for row in told["pages"]} >= PAGES
    assert told["sheet"] == "%PDF-"
    assert "Kommuner, värst först" in told["status"]
