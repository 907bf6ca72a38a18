"""scripts/run on a fresh machine and later, with a Python that only writes down what it is asked."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
TOOLS = [
    "bash",
    "cat",
    "chmod",
    "cksum",
    "cmp",
    "cp",
    "dirname",
    "flock",
    "grep",
    "mkdir",
    "mktemp",
    "rm",
    "sleep",
    "tail",
    "tr",
]

PYTHON = """#!/bin/bash
# A Python that writes down what it is asked; .venv/bin/python is a copy of it.
case "$*" in
  -c*) exit "${OLD:-0}" ;;
  --version) echo "Python 3.11.0" ;;
  "-m venv"*)
    echo venv >>"$ASKED"
    if [ -n "$VENV_SAYS" ]; then echo "$VENV_SAYS" >&2; exit 1; fi
    mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  "-m pip --version") [ "$0" != python3.11 ] ;;
  "-m pip install"*" -r "*)
    echo packages >>"$ASKED"
    sleep "${PIP_TAKES:-0}"
    if [ -n "$PIP_SAYS" ]; then echo "$PIP_SAYS" >&2; exit 1; fi ;;
  "-m pip install"*" -e "*)
    echo project >>"$ASKED"
    printf '#!/bin/bash\\necho "lagesbild $*"\\n' >"${0%/*}/lagesbild"; chmod +x "${0%/*}/lagesbild" ;;
esac
"""


class Machine(NamedTuple):
    """A copy of the scripts in a project of no content, and a path with our Python on it."""

    home: Path
    environment: dict[str, str]

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        command = [self.home / "project/scripts/run", *arguments]
        environment = self.environment | variables
        return subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit status, what it printed, what it said of progress and errors."""
        with self.start(*arguments, **variables) as process:
            printed, said = process.communicate(timeout=3 * PATIENCE_S)
        return process.returncode, printed, said

    @property
    def asked(self) -> list[str]:
        """What Python was asked for, in order."""
        asked = self.home / "asked"
        return asked.read_text().split() if asked.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    scripts, path = tmp_path / "project/scripts", tmp_path / "bin"
    scripts.mkdir(parents=True)
    path.mkdir()
    for name in ("run", "venv"):
        shutil.copy(ROOT / "scripts" / name, scripts / name)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / "project" / name).write_text(f"# {name}\n")
    for tool in TOOLS:
        (path / tool).symlink_to(shutil.which(tool) or pytest.fail(f"{tool} is missing"))
    (path / "python3.11").write_text(PYTHON)
    (path / "python3.11").chmod(0o755)
    return Machine(tmp_path, {"PATH": str(path), "ASKED": str(tmp_path / "asked"), "TMPDIR": str(tmp_path)})


def test_a_fresh_machine_installs_and_starts_and_a_second_start_asks_for_nothing(machine):
    first = machine.run("--port", "8080")
    after_first = machine.asked
    second = machine.run("--live")

    assert first[:2] == (0, "lagesbild up --port 8080\n")
    assert "Installing" in first[2]
    assert second == (0, "lagesbild up --live\n", "")
    assert machine.asked == after_first == ["venv", "packages", "project"]


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_what_is_installed_follows_the_lock_and_the_project(machine, changed):
    machine.run()
    (machine.home / "project" / changed).write_text("# another\n")

    machine.run()

    assert machine.asked == ["venv", "packages", "project", "packages", "project"]


def test_a_moved_folder_is_installed_anew(machine):
    machine.run()
    project = machine.home / "project"
    project.rename(machine.home / "elsewhere")
    project.symlink_to(machine.home / "elsewhere")

    assert machine.run()[0] == 0
    assert machine.asked.count("project") == 2


def test_an_install_that_failed_is_done_again(machine):
    machine.run(PIP_SAYS="something new")

    assert machine.run("now")[:2] == (0, "lagesbild up now\n")
    assert machine.asked.count("packages") == 2


@pytest.mark.parametrize(
    ("says", "line"),
    [
        ({"OLD": "1"}, "No Python 3.11 or later was found"),
        ({"VENV_SAYS": "ensurepip is not available. On Debian/Ubuntu"}, "install its venv part"),
        ({"VENV_SAYS": "/usr/bin/python3: No module named venv"}, "install its venv part"),
        (
            {"PIP_SAYS": "NewConnectionError: Temporary failure in name resolution"},
            "connect this machine to the network",
        ),
        ({"PIP_SAYS": "ERROR: [Errno 28] No space left on device"}, "No room on the disk"),
        ({"PIP_SAYS": "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM"}, "not the one the lock file names"),
    ],
)
def test_what_stops_a_first_start_is_one_clear_line(machine, says, line):
    status, printed, said = machine.run(**says)

    assert (status, printed) == (1, "")
    last = said.splitlines()[-1]
    assert line in last
    assert last.endswith(".")


def test_what_pip_says_that_we_do_not_know_is_shown(machine):
    status, _, said = machine.run(PIP_SAYS="the moon is full")

    assert status == 1
    assert "the moon is full" in said


@pytest.mark.parametrize("tool", ["flock", "mkdir"])
def test_two_starts_at_once_install_once(machine, tool):
    if tool == "mkdir":
        (machine.home / "bin/flock").unlink()
    with machine.start("A", PIP_TAKES="1") as first, machine.start("B", PIP_TAKES="1") as second:
        ended = [process.communicate(timeout=3 * PATIENCE_S)[0] for process in (first, second)]

    assert ended == ["lagesbild up A\n", "lagesbild up B\n"]
    assert machine.asked == ["venv", "packages", "project"]


def test_a_lock_left_by_a_killed_start_does_not_hold_up_the_next(machine):
    (machine.home / "bin/flock").unlink()
    with machine.start(PIP_TAKES="30") as killed:
        while "Installing" not in killed.stderr.readline():
            pass
        os.killpg(killed.pid, 9)

    assert machine.run("next")[:2] == (0, "lagesbild up next\n")
