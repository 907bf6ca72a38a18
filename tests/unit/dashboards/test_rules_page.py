"""The rules in plain words, in both languages; measures stand beside limits, states are the fold's."""

import tomllib
from collections.abc import Iterator

import pytest
from support.desk import REGION, scene_of
from support.world import FOLDER, RULES, World

from dashboards.rules.book import RuleFile
from dashboards.rules.conditions import _SAID, Said, said
from dashboards.rules.listing import RulesPage, rules_page
from dashboards.rules.measuring import measured
from dashboards.rules.plots import Bench, load_bench, strips
from schemas.codec import digest
from schemas.rule_tests import CellsTest, CountsTest, ForumTest, HoursTest, SilentTest, WarningTest
from schemas.rules import leaves, read_rules
from streams.words import LANGUAGES, load_words

SET = read_rules(RULES)
BENCH = load_bench(FOLDER)


def page_of(world: World, minute: float) -> RulesPage:
    return rules_page(scene_of(world, minute), SET, BENCH)


def stormy() -> World:
    world = World()
    for area in ("0180", "0126", "0127"):
        world.report(1, f"kommun-{area}", "lage", {f"school {area}": 4})
    world.tick(30)
    return world


def texts(part: Said) -> Iterator[str]:
    yield part.text
    for below in part.parts:
        yield from texts(below)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_of_the_county_is_told_in_words_with_its_limits(language: str):
    region = REGION._replace(words=load_words(language))
    nodes = [node for rule in SET.rule for node in (rule.when, rule.at_once, rule.stays) if node is not None]
    told = [text for node in nodes for text in texts(said(node, region))]

    assert {type(leaf) for node in nodes for leaf in leaves(node)} <= set(_SAID)
    assert len(told) > len(SET.rule)
    assert [text for text in told if "{" in text or not text.strip()] == []


def test_a_condition_reads_as_a_sentence():
    rule = {r.id: r for r in SET.rule}

    assert said(rule["R01"].when, REGION).text == (
        "Varning röd från SMHI varningar, som täcker minst 1 kommun, nu eller inom 2 dygn"
    )
    assert said(rule["R04"].when, REGION).text == (
        "Någon sektor på allvarlig eller värre i minst 3 kommuner eller minst 20 % av invånarna"
    )
    assert [part.how for part in said(rule["R20"].when, REGION).parts] == ["", "none", "none", "none", "none"]


def test_a_measure_stands_beside_its_limit():
    scene = scene_of(stormy(), 31)
    serious = CellsTest(test="cells", impact=4, areas=3)

    now = measured(serious, scene)

    assert now is not None
    assert now.reached
    assert now.text.startswith("förskola och skola: 3 kommuner, ")
    assert not measured(CellsTest(test="cells", impact=5, areas=1), scene).reached


def test_what_the_picture_holds_is_measured_and_nothing_else_is_guessed():
    scene = scene_of(World(), 1)
    warning = WarningTest(test="warning", levels=["RED"], areas=1)
    counts = CountsTest(test="counts", kinds=["customers_without_power"], at_least=5_000)
    share = CountsTest(test="counts", kinds=["customers_without_power"], percent=10)
    forum = ForumTest(test="forum", level="samordnande")
    day = HoursTest.model_validate({"test": "hours", "from": "05:00", "until": "20:00", "days": "weekdays"})

    assert (measured(warning, scene), measured(counts, scene).text) == (("ingen kommun", False), "0")
    assert measured(share, scene) is None
    assert measured(forum, scene) == ("inte aktivt", False)
    assert measured(SilentTest(test="silent", sources=["smhi"]), scene) == ("ingen tyst", False)
    assert measured(day, scene) == ("07.01", True)


def test_rules_that_speak_come_first_with_what_they_say():
    page = page_of(stormy(), 31)
    first = page.rows[0]

    assert (first.id, first.state) == ("R04", "speaks")
    assert first.reasons == ["Förskola och skola är allvarlig i Botkyrka, Huddinge och Stockholm"]
    assert first.said.startswith("talar sedan ")
    assert first.text == "[sektor] är [påverkan] i [kommuner]"
    assert page.speaking == sum(row.state == "speaks" for row in page.rows)
    assert len(page.rows) == len(SET.rule)


def test_a_rule_that_holds_tells_until_when():
    world = World()
    for area in ("0180", "0126", "0127"):
        world.report(1, f"kommun-{area}", "lage", {f"school {area}": 4})

    row = next(row for row in page_of(world, 2).rows if row.id == "R04")

    assert (row.state, row.said) == ("holds", "väntar till 07.16")


def test_without_the_file_in_force_no_condition_is_shown(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes((FOLDER / "rules.toml").read_bytes())
    held = RuleFile(path)
    raw = tomllib.loads(path.read_text(encoding="utf-8"))

    assert held.of(digest(raw)) == SET
    assert held.of("another") is None
    path.write_text("version = 1", encoding="utf-8")
    assert held.of(digest(raw)) is None
    assert [row.tests for row in rules_page(scene_of(World(), 1), None, BENCH).rows if row.tests] == []


def test_the_back_test_is_drawn_for_those_that_spoke_or_were_awaited_by_name():
    rule = {r.id: r for r in SET.rule}
    alfrida = strips(BENCH, rule["R18"], REGION)[0]

    assert alfrida.title.startswith("Stormen Alfrida")
    assert 'class="spoke"' in alfrida.svg
    assert alfrida.spoke == "Talade tors 3 jan 2019 12.00."
    assert any(text.endswith("uppfyllt.") for text in alfrida.expected)
    assert strips(BENCH, rule["R01"], REGION) == []
    assert strips(Bench((), ()), rule["R18"], REGION) == []


def test_the_page_says_so_when_it_was_tried_with_other_rules():
    page = page_of(World(), 1)
    other = rules_page(scene_of(World(), 1), SET, BENCH._replace(digests=("x",)))

    assert (page.tried, page.same, other.same) == (9, True, False)
