"""What one installs is what one imports: our names are ours alone, and every package is pinned by digest."""

import importlib
import re
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import pytest
from support.project import ROOT, kept, text
from support.scripts import load

licences = load("licences")

OURS = "lagesbild-stockholm"
NAMES = ("schemas", "streams", "connectors", "dashboards", "region")
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("name", NAMES)
def test_no_other_installed_package_brings_our_name(name):
    # strangers own `connectors` and `schemas` on the public index
    assert set(packages_distributions().get(name, [])) <= {OURS}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "region"])
def test_our_name_is_this_project(name):
    found = importlib.import_module(name)

    assert Path(found.__file__ or "").parent == ROOT / name


def test_it_cannot_be_uploaded_by_mistake():
    assert "Private :: Do Not Upload" in metadata(OURS).get_all("Classifier", [])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address(lock):
    assert not re.search(r"://|^-|\s@\s", text(Path(lock)), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_digest(lock):
    parts = [part for part in re.split(r"\n(?=\S)", text(Path(lock)).strip()) if not part.startswith("#")]

    assert parts
    assert [
        part.splitlines()[0] for part in parts if not re.match(r"\S+==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", part)
    ] == []


def test_the_browsers_lock_file_names_no_address_either():
    lock = text(Path("package-lock.json")) if Path("package-lock.json") in kept() else ""

    assert '"resolved"' not in lock


def test_every_direct_dependency_is_locked():
    assert licences.direct() <= set(licences.locked(ROOT / "requirements.lock"))


def test_the_tests_run_on_what_runs():
    of = {lock: dict(re.findall(r"^(\S+)==(\S+)", text(Path(lock)), re.MULTILINE)) for lock in LOCKS}
    run, dev = of["requirements.lock"], of["requirements-dev.lock"]

    assert {name: dev.get(name) for name in run} == run


def test_licences_are_listed_for_every_package_that_runs():
    listed = re.findall(r"^\| (\S+) \| (.+?) \| (?:yes)? *\|$", text(Path("docs/dependencies.md")), re.MULTILINE)

    assert [name for name, _ in listed] == licences.locked(ROOT / "requirements.lock")
    assert [name for name, said in listed if said.startswith("not ")] == []


def test_the_licence_is_whole():
    licence = text(Path("LICENSE"))

    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [n for n in range(1, 16) if not re.search(rf"^{n}\.[A-Z]", licence, re.MULTILINE)] == []
    assert "Appendix" in licence
    assert licence.rstrip().endswith("require the production of a new EUPL version.")
