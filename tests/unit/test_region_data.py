"""The county's own data holds together, and a fault in it is named, all of them at once."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.sectors import SECTORS
from streams.errors import RegionDataError
from streams.reference import load_centres, load_names, load_reference, load_sectors

REGION = Path(__file__).parents[2] / "region"
STOCKHOLM = REGION / "stockholm"
COUNTY_INHABITANTS_2024 = 2_473_307


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    return load_reference(STOCKHOLM)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(STOCKHOLM, tmp_path / "county", ignore=shutil.ignore_patterns("*json"))
    shutil.copy(REGION / "sweden.toml", tmp_path)
    return tmp_path / "county"


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def floats(value: object) -> list[object]:
    if isinstance(value, dict):
        return [f for part in value.values() for f in floats(part)]
    if isinstance(value, list):
        return [f for part in value for f in floats(part)]
    return [value] if isinstance(value, float) else []


def test_reference_has_exactly_the_promised_parts(reference: dict[str, Any]) -> None:
    assert set(reference) == {
        *("region", "municipalities", "sectors", "actors", "roles", "figures"),
        *("feeds", "links", "names", "dependencies"),
    }
    assert reference["region"] == {"code": "01", "name": "Stockholms län", "zone": "Europe/Stockholm"}
    assert set(reference["municipalities"]["0180"]) == {"name", "inhabitants", "neighbours", "fire"}
    assert set(reference["actors"]["ssbf"]) == {"name", "kind", "party", "sectors", "areas", "groups"}


def test_reference_enters_the_log_lean_and_without_floats(reference: dict[str, Any]) -> None:
    raw = orjson.dumps(reference, option=orjson.OPT_SORT_KEYS)

    assert len(raw) < 60_000
    assert floats(reference) == []
    assert raw == orjson.dumps(load_reference(STOCKHOLM), option=orjson.OPT_SORT_KEYS)


def test_all_26_municipalities_and_13_sectors_are_there(reference: dict[str, Any]) -> None:
    assert len(reference["municipalities"]) == 26
    assert tuple(reference["sectors"]) == SECTORS
    assert [s.code for s in load_sectors(STOCKHOLM)] == list(SECTORS)


def test_inhabitants_sum_to_the_county_within_a_thousandth(reference: dict[str, Any]) -> None:
    total = sum(m["inhabitants"] for m in reference["municipalities"].values())

    assert abs(total - COUNTY_INHABITANTS_2024) < COUNTY_INHABITANTS_2024 / 1000


def test_islands_are_neighbours_by_bridge_only(reference: dict[str, Any]) -> None:
    towns = reference["municipalities"]

    assert towns["0125"]["neighbours"] == ["0180"]
    assert towns["0186"]["neighbours"] == ["0180"]
    assert {"0125", "0186"} <= set(towns["0180"]["neighbours"])


def test_neighbours_name_each_other(reference: dict[str, Any]) -> None:
    towns = reference["municipalities"]

    assert [(a, b) for a in towns for b in towns[a]["neighbours"] if a not in towns[b]["neighbours"]] == []


def test_the_agreement_has_37_parties(reference: dict[str, Any]) -> None:
    assert len({a["party"] for a in reference["actors"].values() if "ALLA" in a["groups"]}) == 37


def test_every_fire_service_covers_exactly_the_municipalities_that_name_it(reference: dict[str, Any]) -> None:
    for name, actor in reference["actors"].items():
        if "RADDN" in actor["groups"]:
            named = sorted(c for c, m in reference["municipalities"].items() if m["fire"] == name)
            assert sorted(actor["areas"]) == named, name


def test_every_sector_but_trade_has_an_owner_in_every_municipality(reference: dict[str, Any]) -> None:
    for sector in reference["sectors"]:
        owned = {
            code
            for actor in reference["actors"].values()
            if sector in actor["sectors"]
            for code in (reference["municipalities"] if actor["areas"] == ["01"] else actor["areas"])
        }
        expected = {"0180", "0188", "0191", "0192"} if sector == "railair" else set(reference["municipalities"])
        assert expected <= owned, sector


def test_units_of_one_party_are_not_two_sources(reference: dict[str, Any]) -> None:
    actors = reference["actors"]

    assert actors["region-sthlm-vard"]["party"] == actors["region-sthlm-trafik"]["party"] == "region-sthlm"
    assert actors["trafikverket-vag"]["party"] == actors["trafikverket-jvg"]["party"] == "trafikverket"
    assert actors["kommun-0180-trafik"]["party"] == actors["kommun-0180"]["party"] == "kommun-0180"
    assert actors["kommun-0188-rtj"]["party"] == "kommun-0188"


def test_a_municipality_is_entitled_to_its_own_area_only(reference: dict[str, Any]) -> None:
    for code in reference["municipalities"]:
        actor = reference["actors"][f"kommun-{code}"]
        assert actor["areas"] == [code]
        assert actor["sectors"] == ["road", "water", "care", "school", "lead", "supply"]


def test_readers_may_do_nothing_and_only_operators_change_the_system(reference: dict[str, Any]) -> None:
    roles = reference["roles"]

    assert roles["reader"] == []
    assert [role for role, groups in roles.items() if "system" in groups] == ["operator"]
    assert "suggestion" not in roles["reporter"]


def test_centres_and_names_are_at_hand_for_the_screen(reference: dict[str, Any]) -> None:
    assert set(load_centres(STOCKHOLM)) == set(reference["municipalities"])
    assert load_names(STOCKHOLM)["0305"] == "Håbo"


def test_every_fault_is_named_at_once(copy: Path) -> None:
    change(copy, "municipalities.toml", 'neighbours = ["0182"]', 'neighbours = ["0182", "0305"]')
    change(copy, "municipalities.toml", 'fire = "attunda"', 'fire = "brandis"')
    change(copy, "actors.toml", 'areas = ["0114"]', 'areas = ["9999"]')
    change(copy, "reference.toml", '"system"', '"everything"')

    with pytest.raises(RegionDataError) as error:
        load_reference(copy)

    for part in ("0305 is not in the county", "brandis", "9999", "0114 has no actor", "'everything'", "5 fault"):
        assert part in str(error.value)


def test_faults_of_all_files_come_together(copy: Path) -> None:
    (copy / "geo.toml").unlink()
    change(copy, "reference.toml", "report_outdated_s = 86_400", "report_outdated_s = 0.5")
    change(copy, "actors.toml", 'kind = "municipality"', 'kind = "kommun"\ncolour = "blue"')
    change(copy, "municipalities.toml", "[", "[[")

    with pytest.raises(RegionDataError) as error:
        load_reference(copy)

    for part in ("geo.toml is missing", "report_outdated_s", "kind", "colour", "municipalities.toml is not TOML"):
        assert part in str(error.value)


def test_a_county_without_a_table_of_consequences_asks_nothing(copy: Path) -> None:
    (copy / "dependencies.toml").unlink()

    assert load_reference(copy)["dependencies"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("reference.toml", 'code = "lead"', 'code = "school"', "lead is missing"),
        ("reference.toml", 'code = "lead"', 'code = "leda"', "sectors.12.code"),
        ("municipalities.toml", 'bridges = ["0125", "0186"]', 'bridges = ["0125"]', "does not name 0186 back"),
        ("municipalities.toml", 'outside = ["0305"]', 'outside = ["0399"]', "0399 is no code of Sweden"),
        ("geo.toml", 'lat = "59.31", lon = "18.02"', 'lat = "18.02", lon = "59.31"', "swapped"),
        ("geo.toml", '"0180" = {', '"0179" = {', "0180 is missing"),
        ("actors.toml", 'kind = "county_board"', 'kind = "state"', "exactly one"),
        ("dependencies.toml", 'of = "water"\non = "energy"', 'of = "water"\non = "water"', "does not depend on itself"),
        ("dependencies.toml", 'of = "water"\non = "energy"', 'of = "care"\non = "energy"', "stands twice"),
        ("dependencies.toml", '["TELE"]', '["TELEFON"]', "TELEFON is neither a group nor an actor"),
        ("dependencies.toml", '["sos-alarm"]', '["svk"]', "nobody who is asked may report on rescue"),
        ("dependencies.toml", "within_min = 30", "within_min = 0", "within_min"),
        ("actors.toml", '["svk"]', '["Svenska kraftnät"]', "Svenska kraftnät"),
    ],
)
def test_a_single_fault_is_told_in_one_line(copy: Path, file: str, old: str, new: str, said: str) -> None:
    change(copy, file, old, new)

    with pytest.raises(RegionDataError, match=said) as error:
        load_reference(copy)

    assert "\n" not in str(error.value)
    assert file in str(error.value)
