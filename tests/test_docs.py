"""What the documents say is so: links lead somewhere, pages made from code are fresh, words are the words in use."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from support.project import PACKAGES, ROOT, code, kept, text
from support.scripts import load

from dashboards.access import Keys
from dashboards.app import create_app
from dashboards.server import Server
from schemas.outcome import Refusal
from schemas.report import ActorReport
from schemas.rules import Rule, RuleSet
from streams.cli import COMMANDS
from streams.reference import load_reference
from streams.settings import Settings

trail = load("trail")
settings_page = load("settings_page")

PAGES = [path for path in kept() if path.suffix == ".md" and "node_modules" not in path.parts]
WRITTEN = [path for path in PAGES if path.parts[:2] != ("tests", "corpora")]


def anchors(path):
    """Anchors of a page's headings, as they are made of the words."""
    heads = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def rows(path):
    """Cells of every table row of a page, heads and rules left out."""
    for line in text(path).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and not set(cells[0]) <= set("-: "):
            yield cells


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        there = (ROOT / page.parent / file).resolve() if file else (ROOT / page)

        assert there.exists(), f"{page}: {target}"
        assert not anchor or anchor in anchors(there.relative_to(ROOT)), f"{page}: {target}"


@pytest.mark.parametrize("page", WRITTEN, ids=str)
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(
        r"`((?:\./)?(?:schemas|streams|connectors|dashboards|tests|scripts|docs|deploy)/[\w./-]+)`", text(page)
    )

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_trail_is_as_the_files_say():
    assert text(Path("docs/trail.md")) == trail.page(), "run scripts/trail"


@pytest.mark.parametrize("path", [name for name in trail.files() if trail.following(name)])
def test_every_next_file_exists(path):
    assert [there for there in trail.following(path) if not (ROOT / there).is_file()] == []


def test_the_trail_in_the_readme_is_the_trail():
    told = re.findall(r"[a-z]+/[a-z_/]+\.py", text(Path("README.md")).split("## The trail", 1)[1].split("##", 1)[0])

    walked = trail.walk(trail.TRAILS[0])
    assert [name for name in told if name in walked] == walked


def test_the_settings_page_is_as_the_models_say():
    assert text(Path("docs/settings.md")) == settings_page.page(), "run scripts/settings"


def test_every_setting_says_what_it_means():
    assert [row[0] for row in rows(Path("docs/settings.md")) if not row[-1]] == []


def test_every_variable_the_code_reads_is_told():
    told = set(re.findall(r"LAGESBILD_[A-Z_]+[A-Z]", text(Path("docs/settings.md")) + text(Path("docs/cli.md"))))
    read = {v for path in code(*PACKAGES) for v in re.findall(r"[\"']LAGESBILD_[A-Z_]+[A-Z][\"']", text(path))}

    assert {variable.strip("\"'") for variable in read} - told == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_in_the_page_of_the_command_line(command):
    assert re.search(rf"^## .*\b{command}\b", text(Path("docs/cli.md")), re.MULTILINE)


def test_no_command_is_told_that_does_not_exist():
    named = {name for page in WRITTEN for name in re.findall(r"`lagesbild ([a-z]+)", text(page))}

    assert named - set(COMMANDS) <= {"export", "import", "actor", "user", "backtest", "rules"}
    readme = set(re.findall(r"lagesbild ([a-z]+)", text(Path("README.md"))))
    assert readme <= set(COMMANDS)


def test_the_commands_of_the_readme_are_there():
    for script in re.findall(r"\./scripts/\w+", text(Path("README.md"))):
        assert (ROOT / script).is_file(), script


def test_every_option_that_a_page_shows_is_one_the_command_has():
    pages = "".join(text(Path(page)) for page in ("docs/cli.md", "README.md", "docs/runbook.md"))
    shown = {}
    for command, rest in re.findall(r"^ +lagesbild ([a-z]+)([^\n#]*)", pages, re.MULTILINE):
        shown.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    below = {"topics": ["check"], "config": ["show"], "rules": ["check"], "user": ["add"]}
    lagesbild = Path(sys.executable).with_name("lagesbild")
    assert shown
    for command, options in shown.items():
        asked = [lagesbild, command, *below.get(command, []), "--help"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

        assert [option for option in options if option not in said] == [], command


def test_the_report_in_the_readme_is_a_report():
    shown = re.search(r"-d '(\{.*?\})'", text(Path("README.md")), re.DOTALL)

    assert shown
    assert ActorReport.model_validate_json(shown[1]).impacts


def test_the_keys_that_the_runbook_makes_are_keys(tmp_path):
    script = text(Path("docs/runbook.md")).split("keys.json <<'EOF'\n", 1)[1].split("\nEOF", 1)[0]
    (tmp_path / "deploy/secrets").mkdir(parents=True)
    (tmp_path / "deploy/secrets/operator_key").write_text("secret\n", encoding="utf-8")
    (tmp_path / "region").symlink_to(ROOT / "region")
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    (tmp_path / "keys.json").write_text(made, encoding="utf-8")
    keys = Keys(tmp_path / "keys.json", load_reference(ROOT / "region/stockholm")["actors"], exercise=False)

    assert keys.viewer("secret").role == "operator"
    assert keys.viewer(json.loads(made)["keys"]["lansstyrelsen-01"]).role == "coordinator"
    assert keys.viewer("other") is None


def test_every_word_of_the_glossary_is_in_use():
    spoken = " ".join(
        text(path).lower() for path in kept() if path.parts[:2] == ("dashboards", "templates") or path.suffix == ".toml"
    )
    written = " ".join(text(path).lower() for path in code(*PACKAGES))
    found = list(rows(Path("docs/glossary.md")))[1:]

    assert len(found) > 30
    for english, swedish, meaning in found:
        assert meaning, english
        assert swedish, english
        for word in english.split(", "):
            assert word.lower() in written, f"{word} is in no file of code"
        for word in swedish.split(", "):
            assert word == "–" or word.startswith("(") or word.lower() in spoken, f"{word} stands on no page"


def test_every_key_of_a_rule_is_explained():
    told = text(Path("docs/rules.md"))

    assert [key for key in {*Rule.model_fields, "version"} if not re.search(rf"\b{key}\b", told)] == []
    tests = {row[0].strip("`") for row in rows(Path("docs/rules.md"))}
    assert {"warning", "cells", "forum", "request", "worsened"} <= tests


def test_the_rule_in_the_page_is_a_rule():
    shown = text(Path("docs/rules.md")).split("```toml\n", 1)[1].split("```", 1)[0]

    assert RuleSet.model_validate({"version": "docs", **tomllib.loads(shown)}).rule[0].id == "R04"


def test_every_field_of_the_rules_words_is_explained():
    told = set(re.findall(r"`\{(\w+)\}`", text(Path("docs/rules.md"))))
    used = {field for path in kept() if path.name == "rules.toml" for field in re.findall(r"\{(\w+)\}", text(path))}

    assert used <= told


def test_every_call_of_the_api_is_told():
    app = create_app(lambda: Server(Settings()))
    told = set(re.findall(r"`(?:GET|POST) (/[^`?]+)", text(Path("docs/api.md"))))
    calls = {path for path in app.openapi()["paths"] if path.startswith("/api/") or path.count("/") == 1}

    assert {path for path in calls if path.startswith("/api/")} <= told
    assert told <= set(app.openapi()["paths"])


def test_every_reason_and_problem_is_told_with_its_cure():
    told = {row[0].strip("`"): row[-1] for row in rows(Path("docs/api.md"))}
    found = r"Problem\(\s*(?:\d+|\w+),\s*\"([a-z-]+)\""
    problems = {name for path in code("dashboards") for name in re.findall(found, text(path))}

    assert problems
    assert (problems | set(Refusal)) - set(told) == set()


def test_every_page_that_the_code_names_exists():
    named = {
        name
        for path in kept()
        if path.suffix in {".py", ".toml"}
        for name in re.findall(r"docs/[\w/-]+\.md", text(path))
    }

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_nothing_refers_to_a_page_that_a_reader_does_not_have():
    found = re.compile(r"\bdesign (?:section )?\d")

    assert [str(path) for path in code(*PACKAGES, "tests") if found.search(text(path))] == []


def test_every_promise_names_tests_that_exist():
    told = [row for row in rows(Path("docs/promises.md")) if row[0].startswith("**")]
    found = [row for row in told if not re.match(r"\*\*E\d+\*\*", row[0])]

    assert len(found) == 6
    assert all(re.search(r"`tests/", row[-1]) for row in found)
    assert [row[0].split("*")[2] for row in told if row not in found] == [f"E{n}" for n in range(1, 21)]


def test_every_test_that_a_promise_names_is_there():
    there = {path.name for path in kept() if path.parts[0] == "tests"}
    named = set(re.findall(r"`(?:tests/)?[\w/]*?(test_\w+\.py)`", text(Path("docs/promises.md"))))

    assert len(named) > 20
    assert named <= there


def test_decisions_have_one_form():
    pages = [path for path in PAGES if path.parts[:2] == ("docs", "adr")]

    assert len(pages) >= 3
    for page in pages:
        heads = re.findall(r"^## (.+)$", text(page), re.MULTILINE)
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name)
        assert heads == ["Context", "Decision", "What it costs", "How we would know it was wrong"], page
        assert len(text(page).splitlines()) <= 60, f"{page}: a page, not more"
