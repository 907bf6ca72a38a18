"""Where imports may point: what can be changed without reading the rest."""

import subprocess
import sys
from pathlib import Path

from support.project import PACKAGES, ROOT, code, imports, kept

from streams.feeds import load_feeds
from streams.settings import Settings

CONNECTORS = sorted(path.parts[1] for path in kept() if path.parts[0] == "connectors" and path.name == "client.py")


def importers(package: str) -> list[str]:
    """Our files that import this package or a part of it."""
    return [str(path) for path in code(*PACKAGES) if any(name.split(".")[0] == package for name in imports(path))]


def test_import_contracts_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_only_the_bus_knows_aiokafka():
    assert {path.rpartition("/")[0] for path in importers("aiokafka")} == {"streams/bus"}


def test_only_the_app_knows_faust():
    assert importers("faust") == ["streams/app.py"]
    assert set(importers("mode")) <= {"streams/app.py"}


def test_the_core_and_the_schemas_read_no_clock_no_chance_and_move_nothing():
    pure = [path for path in code("schemas", "streams") if path.parts[0] == "schemas" or path.parts[1] == "core"]
    moving = {"asyncio", "logging", "random", "secrets", "threading", "os", "socket", "subprocess", "pathlib", "time"}
    outside = {"aiokafka", "faust", "aiohttp", "prometheus_client", "structlog", "fastapi", "jinja2", "shapely"}

    found = {f"{p}: {name}" for p in pure for name in imports(p) if name.split(".")[0] in moving | outside}

    assert found == set()


def test_the_core_knows_the_standard_library_and_the_schemas_only():
    core = [path for path in code("streams") if path.parts[1] == "core"]
    ours = {"schemas", "streams"}
    found = {
        f"{path}: {name}"
        for path in core
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | ours
        or (name.split(".")[0] == "streams" and name != "streams" and not name.startswith("streams.core"))
    }

    assert found == set()


def test_no_connector_knows_another():
    found = {
        f"{path}: {name}"
        for path in code("connectors")
        for name in imports(path)
        for other in CONNECTORS
        if path.parts[1] in CONNECTORS and path.parts[1] != other and name.startswith(f"connectors.{other}.")
    }

    assert found == set()


def test_every_source_of_the_county_has_a_connector_and_every_connector_can_be_followed():
    feeds = load_feeds(Settings().region_folder)

    assert {feed.connector for feed in feeds.values()} == set(CONNECTORS) - {"actors"}


def test_every_connector_has_the_same_files():
    wanted = {"__init__.py", "client.py", "parse.py", "quality.toml", "README.md"}
    for source in CONNECTORS:
        there = {path.name for path in kept() if path.parts[:2] == ("connectors", source)}

        assert wanted <= there, f"connectors/{source} lacks {', '.join(sorted(wanted - there))}"


def test_actors_are_read_like_any_source_though_nobody_asks_them():
    there = {path.name for path in kept() if path.parts[:2] == ("connectors", "actors")}

    assert {"__init__.py", "parse.py", "README.md"} <= there
