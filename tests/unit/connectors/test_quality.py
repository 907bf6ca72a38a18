"""Every connector answers every rule of the checklist, with a reason; every payload in the corpora has its origin."""

import tomllib
from pathlib import Path

import pytest

from connectors.quality import About

ROOT = Path(__file__).parents[3]
FOLDERS = sorted(path.parent for path in (ROOT / "connectors").glob("*/parse.py"))
RULES = {
    "bronze": "appropriate-polling common-modules dependency-transparency test-before-setup unique-config-entry "
    "docs-high-level-description runtime-data",
    "silver": "action-exceptions config-entry-unloading entity-unavailable integration-owner log-when-unavailable "
    "parallel-updates reauthentication test-coverage",
    "gold": "diagnostics docs-data-update docs-known-limitations docs-troubleshooting repair-issues stale-devices",
    "platinum": "async-dependency inject-websession strict-typing",
    "ours": "completeness cursor-after-publish raw-kept drift-measured fixtures-licensed lying-source",
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_rule_is_answered_with_a_reason(folder):
    quality = tomllib.loads((folder / "quality.toml").read_text(encoding="utf-8"))

    assert About.model_validate(quality.pop("source"))
    assert {tier: set(rules) for tier, rules in quality.items()} == {t: set(r.split()) for t, r in RULES.items()}
    answers = [answer for rules in quality.values() for answer in rules.values()]
    assert {answer["status"] for answer in answers} <= {"done", "exempt"}
    assert all(len(answer["why"]) > 5 for answer in answers if answer["status"] == "exempt")


@pytest.mark.parametrize("source", ["smhi", "trafikverket"])
def test_every_payload_of_the_corpora_has_its_origin_and_stands_in_the_table_of_sources(source):
    origins = (ROOT / "tests" / "corpora" / "README.md").read_text(encoding="utf-8")
    table = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    for file in (ROOT / "tests" / "corpora" / source).iterdir():
        assert f"`{source}/{file.name}`" in origins
        assert file.name in table or file.name.split("-live")[0].split("-deleted")[0] in table
