"""Roads, lines and names in words: a marked guess, only where nothing else says where, and counted by no rule."""

import csv
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from support.world import TOWNS, World

from schemas.report import FeedReport
from schemas.times import z
from streams.areas import AreaIndex
from streams.core.places import affected
from streams.errors import RegionDataError
from streams.guesses import GUESS, Guesses, Roads
from streams.normalise import feed_body
from streams.settings import Settings
from streams.texts import TextBox

FOLDER = Settings().region_folder
INDEX = AreaIndex.load(FOLDER)
CORPUS = Path(__file__).parents[2] / "corpora/places.csv"
PLACES = list(csv.DictReader(CORPUS.read_text(encoding="utf-8").splitlines()))


def areas(words: str, source: str = "polisen", **native: str) -> set[str]:
    placed = INDEX.guesses.guess(source, [words], native)
    assert set(placed.areas.values()) <= {GUESS}
    assert placed.outside == ()
    return set(placed.areas)


def folded(name: str) -> str:
    """As places.csv writes it: no blanks, no dots over letters, "Sjh" and "Tpl" cut."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.replace(" ", "").casefold()


WORDS = {folded(name): name for name in (*INDEX.names.values(), *INDEX.guesses.places)}
WRITTEN = {"danderydssjh": "danderydssjukhus", "hjulstatpl": "hjulsta"}


@pytest.mark.parametrize("place", PLACES, ids=[p["name"] for p in PLACES])
def test_each_known_place_named_in_a_text_is_guessed_where_its_point_lies(place: dict[str, str]) -> None:
    name = place["name"].casefold()
    word = WORDS[WRITTEN.get(name, name)]

    assert areas(f"Stopp i trafiken vid {word}.") == {place["municipality"]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Olycka på väg 222 i riktning mot Gustavsberg", {"0120"}),
        ("Olycka på väg 222", {"0120", "0180", "0182"}),
        ("Halt på länsväg 276, riksväg 77 och rv 73", {"0117", "0188", "0126", "0136", "0180", "0192"}),
        ("Lastbil på tvären, E 20 vid Nykvarn", {"0140"}),
        ("Kö på e18", {"0115", "0117", "0123", "0139", "0160", "0162", "0180", "0184", "0188"}),
        ("Ingen trafik på Lidingöbanan", {"0180", "0186"}),
        ("Stopp på ESSINGELEDEN", {"0180"}),
        ("Strömavbrott i Solna, Sundbybergs kommun och Upplands-Bro", {"0184", "0183", "0139"}),
        ("Brand i Upplands Väsby", {"0114"}),
        ("Gäller Stockholms län", set(INDEX.inside)),
        ("Gäller Stockholms län, främst Norrtälje", {"0188"}),
        ("E4 i Stockholms län", {"0114", "0126", "0127", "0128", "0163", "0180", "0181", "0184", "0191"}),
    ],
)
def test_what_words_say_of_a_place(words: str, expected: set[str]) -> None:
    assert areas(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Stopp i tågtrafiken",
        "E4 vid Sundsvall",
        "Älgolycka på E18 i Västmanlands län",
        "Region Stockholm informerar",
        "Länsstyrelsen i Stockholms län informerar",
        "väg 999",
        "E45 vid Säffle",
        "222 personer",
        "Solnabron",
        "linje 14 står stilla",
        "modell E4000",
    ],
)
def test_words_that_name_no_place_of_the_county_give_no_guess(words: str) -> None:
    assert areas(words) == set()


def test_numbers_of_lines_are_read_of_the_countys_own_traffic_only() -> None:
    assert areas("Linje 14 står stilla", "sl") == {"0162", "0180", "0184"}
    assert areas("Linjerna 17, 18 och 21", "sl-gtfs") == {"0180", "0186"}
    assert areas("Inställt", "sl", lines="13") == {"0126", "0127", "0180"}
    assert areas("Linje 14 står stilla", "vasttrafik") == set()


def test_a_sources_own_words_name_places_too_but_not_every_field_does() -> None:
    assert areas("Inställt", "sl", stops="Slussen") == {"0180"}
    assert areas("Inställt", "sl", sender="Slussen") == set()


def test_a_county_without_roads_guesses_by_names_alone() -> None:
    bare = Guesses("01", INDEX.names)

    assert set(bare.guess("x", ["E4 vid Solna"], {}).areas) == {"0184"}
    assert bare.guess("x", ["E4"], {}).areas == {}


def test_a_municipality_elsewhere_in_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "roads.toml").write_text('[roads]\n"E4" = ["0180", "0380"]\n', encoding="utf-8")

    with pytest.raises(RegionDataError, match=r"roads\.toml: 0380 is no municipality of county 01"):
        Guesses.load(tmp_path, "01", INDEX.names)


def test_a_misspelt_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "roads.toml").write_text('[rods]\n"E4" = ["0180"]\n', encoding="utf-8")

    with pytest.raises(RegionDataError, match="rods"):
        Guesses.load(tmp_path, "01", INDEX.names)
    assert Roads().roads == {}


def body(**more: Any) -> dict[str, Any]:
    told = {"source": "polisen", "id": "1", "sent": z(0), "kind": "message", "headline": "Olycka på väg 222", **more}
    return feed_body(FeedReport.model_validate(told), TextBox(b"s", "polisen", "1", "1"), INDEX)


def test_an_item_that_nothing_places_is_guessed_and_marked() -> None:
    made = body()

    assert made["change"] == "report"
    assert made["areas"]["0182"] == {"how": "guess", "percent": 0, "metres": 0}
    assert affected(made["areas"]) == []


@pytest.mark.parametrize(
    "place",
    [
        {"codes": ["0188"]},
        {"wkt": ["POINT (18.705 59.758)"]},
        {"wkt": ["POINT (18.05"], "codes": ["0188"]},
    ],
)
def test_a_code_or_a_geometry_is_never_overruled_by_words(place: dict[str, Any]) -> None:
    assert [(code, share["how"]) for code, share in body(place=place)["areas"].items()] == [("0188", "inside")]


@pytest.mark.parametrize("place", [{"codes": ["0380"]}, {"wkt": ["POINT (2.35 48.86)"]}])
def test_what_lies_elsewhere_is_not_guessed_home(place: dict[str, Any]) -> None:
    made = body(place=place)

    assert (made["areas"], made["change"]) == ({}, "elsewhere")


def test_a_geometry_that_cannot_be_used_places_nothing() -> None:
    assert {share["how"] for share in body(place={"wkt": ["POINT (18.05"]})["areas"].values()} == {"guess"}


def test_words_that_say_nothing_leave_it_elsewhere_as_before() -> None:
    assert body(headline="Olycka")["change"] == "elsewhere"


def test_a_withdrawal_is_not_guessed() -> None:
    assert body(change="withdraw")["areas"] == {}


def shares(told: dict[str, tuple[str, int, int]]) -> dict[str, dict[str, Any]]:
    return {code: {"how": how, "percent": p, "metres": m} for code, (how, p, m) in told.items()}


@pytest.mark.parametrize("beside", [("guess", 0, 0), ("near", 0, 0)])
def test_no_rule_counts_a_municipality_that_is_guessed_or_only_touched(beside: tuple[str, int, int]) -> None:
    world = World()
    world.put(0, "report", warned(dict.fromkeys(TOWNS, beside)))
    world.tick(120)

    assert world.state.picture["suggestion"] == {}
    assert world.state.picture["item"]["smhi/1-1"]["areas"]["0188"]["how"] == beside[0]


def test_what_lies_beside_the_borders_counts_where_it_is_nearest() -> None:
    told = shares(
        {"0180": ("near", 100, 40), "0188": ("far", 100, 900), "0182": ("near", 0, 0), "0184": ("guess", 0, 0)}
    )

    assert affected(told) == ["0180", "0188"]


def test_a_rule_rests_on_the_affected_ones_alone() -> None:
    hit = [town for town in TOWNS if town not in {"0182", "0184"}]
    world = World()
    told = {**dict.fromkeys(hit, ("inside", 100, 0)), "0182": ("near", 0, 0), "0184": ("guess", 0, 0)}
    world.put(0, "report", warned(told))
    world.tick(120)

    reasons = [reason for s in world.state.picture["suggestion"].values() for reason in s["reasons"]]
    assert reasons
    assert all(reason["params"]["areas"] == hit for reason in reasons)
    assert all(event["areas"] == hit for event in world.state.picture["event"].values())


def warned(told: dict[str, tuple[str, int, int]]) -> dict[str, Any]:
    """A red warning over these."""
    world = World()
    world.warning(0, "RED", 1, ["0188"])
    return {**world.records[-1].body, "areas": shares(told)}
