"""What a sheet says, made of a real fold: worst, gaps, waiting reasons, members, decisions, and who may see what."""

import pytest
from support.forums import called, do
from support.sheets import STORM, Keys, scene_sheet, sheet_at, storm
from support.storyboard_sheet import PARTY
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from schemas.codec import canon
from schemas.sectors import Label
from schemas.times import HOUR, MINUTE, z
from streams.settings import PROJECT

PARTY_IN_EARNEST = Viewer(Role.REPORTER, "", exercise=False)


def texts(rows: list[dict]) -> str:
    return "\n".join(row["text"] for row in rows)


@pytest.fixture
def world() -> World:
    world = World()
    world.health(0)
    world.report(1, "region-sthlm-trafik", "lage", {"transit 0180 0120": 4})
    world.report(2, "kommun-0188", "lage", {"care 0188": 3, "school 0188": 1}, next_report=T0 + 60 * MINUTE)
    world.report(3, "trafikverket-vag", "lage", {"road 0180": {"now": 1, "expected": 4}})
    world.tick(10)
    return world


# ---- now -----------------------------------------------------------------------------------------------------------


def test_it_begins_with_what_is_worst_where_and_since_when(world: World):
    told = {answer["id"]: answer["head"] for answer in sheet_at(world, 10)["headline"]}

    assert told == {
        "worst": "Allvarlig i 1 sektor",
        "where": "Stockholm och Värmdö",
        "since": "07.01",
        "unknown": "2 luckor",
    }


def test_what_is_expected_is_told_when_it_is_worse_than_anything_now():
    world = World()
    world.report(1, "trafikverket-vag", "lage", {"road 0180 0120": {"now": 1, "expected": 4}})

    assert sheet_at(world, 2)["expected"] == "Väntas: allvarlig påverkan i vägtrafik 2 kommuner"
    world.report(3, "region-sthlm-trafik", "lage", {"transit 0180": 4})
    assert sheet_at(world, 4)["expected"] == ""


def test_the_matrix_has_only_what_is_not_as_usual_and_alike_rows_are_one(world: World):
    world.report(5, "region-sthlm-trafik", "lage", {"transit 0180 0120 0182 0186": 4})
    grid = sheet_at(world, 10)["grid"]

    assert [sector["code"] for sector in grid["sectors"]] == ["road", "transit", "care"]
    assert [(row["name"], [c["sign"] for c in row["cells"]]) for row in grid["rows"]] == [
        ("Stockholm", ["1→4", "4", "·"]),
        ("Lidingö, Nacka, Värmdö", ["·", "4", "·"]),
        ("Norrtälje", ["·", "·", "3"]),
    ]


def test_no_unknown_is_ever_counted_as_calm(world: World):
    world.tick(61)
    found = sheet_at(world, 61)
    (row,) = [row for row in found["grid"]["rows"] if row["name"] == "Norrtälje"]

    assert [c["sign"] for c in row["cells"]] == ["·", "·", "(3)", "(1)"]
    assert found["grid"]["known_none"] == 1
    assert found["grid"]["unknown"] == {
        "not_assessed": 338 - 5,
        "not_reported": 0,
        "outdated": 2,
        "source_unreachable": 0,
    }
    assert "1 rapporterade utan påverkan, 2 okända som borde vara kända, 333 ej bedömda" in found["grid"]["rest"]
    assert "Föråldrat: omsorg i Norrtälje, senast känt betydande, sedan 08.00" in texts(found["gaps"]["rows"])


def test_an_empty_picture_is_not_called_calm():
    told = sheet_at(World(), 0)

    assert told["headline"][0]["head"] == "Inget är känt"
    assert (told["grid"]["rows"], told["grid"]["known_none"]) == ([], 0)


def test_who_did_not_answer_a_request_is_named_after_its_time(world: World):
    args = {"sectors": ["energy"], "areas": ["0180"], "by": T0 + 30 * MINUTE, "whom": ["ellevio"]}
    world.command(11, "request_reports", args=args)
    world.tick(31)

    assert "request" not in {gap["kind"] for gap in sheet_at(world, 20)["gaps"]["rows"]}
    gaps = sheet_at(world, 31)["gaps"]["rows"]
    assert gaps[0]["text"] == "Begärd rapport om el och värme till 07.30: 1 aktör har inte svarat: Ellevio"
    assert "Ej rapporterat: el och värme i Stockholm" in texts(gaps)


def test_a_silent_source_and_a_contradiction_are_gaps(world: World):
    world.health(11, heard=False, complete=False, error="timeout")
    world.report(12, "trafikverket-vag", "lage", {"road 0180": 4})
    world.report(13, "kommun-0180-trafik", "lage", {"road 0180": 1})
    world.tick(45)
    kinds = {gap["kind"]: gap["text"] for gap in sheet_at(world, 45)["gaps"]["rows"]}

    assert kinds["source"].startswith("SMHI varningar: tyst sedan")
    assert "Trafikverket, väg (Trafik Stockholm) allvarlig 07.12" in kinds["contradiction"]
    assert "4≠" in canon(sheet_at(world, 45)["grid"]).decode()


def test_changes_are_counted_from_an_hour_back_and_say_so(world: World):
    world.report(70, "region-sthlm-trafik", "lage", {"transit 0180 0120": 5})
    found = sheet_at(world, 90)["changed"]

    assert found["since"] == "sedan 07.30"
    assert [(row["what"], row["text"]) for row in found["rows"]][:1] == [
        ("sämre", "Kollektivtrafik i Stockholm och Värmdö: kritisk (var allvarlig)")
    ]
    assert found["rows"][0]["by"] == "Region Stockholm, trafikförvaltningen (SL)"


def test_cells_that_have_come_to_the_same_are_one_row_whoever_said_it(world: World):
    for minute, area in enumerate(("0114", "0115", "0117", "0120"), 20):
        world.report(minute, f"kommun-{area}", "skola", {f"school {area}": 4})
    world.report(30, "kommun-0188", "lage", {"care 0188": 2, "school 0188": 4})
    rows = sheet_at(world, 65)["changed"]["rows"]

    assert [(r["when"], r["what"], r["text"], r["by"]) for r in rows if "skola" in r["text"]] == [
        ("07.30", "sämre", "Förskola, skola i Norrtälje: allvarlig (var ingen)", "Norrtälje kommun"),
        ("07.20–07.23", "ny", "Förskola, skola i 4 kommuner: allvarlig", ""),
    ]


def test_a_reason_that_waits_stands_with_the_time_it_will_speak():
    world = World()
    world.report(1, "region-sthlm-trafik", "a", {"transit 0180 0120 0182": 3})
    world.report(1, "trafikverket-vag", "a", {"road 0180 0120 0182": 3})
    world.report(1, "polisen-sthlm", "a", {"order 0180": 3})
    waiting = {row["rules"][0]: row for row in sheet_at(world, 5)["suggestions"]["waiting"]["rows"]}

    assert waiting["R05"]["speaks_at"] == z(T0 + 31 * MINUTE)
    assert waiting["R05"]["when"] == "väntar till 07.31"


def test_nothing_that_was_asked_for_is_lacking_only_where_there_is_no_gap(world: World):
    quiet = World()
    quiet.report(1, "kommun-0180", "lage", {"school 0180": 1})
    called(world, 20, members=["kommun-0180"])
    of = [sheet_at(quiet, 5)["headline"][3], sheet_at(world, 45, "f/1")["headline"][3]]

    assert [(row["id"], row["head"]) for row in of] == [("unknown", "Inget begärt saknas"), ("unknown", "3 luckor")]


# ---- a forum -------------------------------------------------------------------------------------------------------


def test_every_member_stands_with_its_last_report_or_that_there_is_none(world: World):
    called(world, 20, members=["kommun-0188", "kommun-0180", "region-sthlm-trafik"])
    world.tick(49)
    people = {row["actor"]: row for row in sheet_at(world, 49, "f/1")["people"]}

    assert set(people) == set(world.state.picture["forum"]["f"]["members"])
    assert people["region-sthlm-trafik"]["when"] == "07.01"
    assert (people["kommun-0180"]["state"], people["kommun-0180"]["said"]) == ("not_reported", "ej rapporterat")
    assert people["kommun-0188"]["name"] == "Norrtälje"


def test_a_report_that_is_outdated_or_ended_is_not_told_as_standing(world: World):
    called(world, 40, members=["kommun-0188", "region-sthlm-trafik"], level="planering")
    world.tick(61)
    people = {row["actor"]: row for row in sheet_at(world, 61, "f/1")["people"]}

    assert people["kommun-0188"]["state"] == "outdated"
    assert people["kommun-0188"]["said"].startswith("föråldrad: ")
    assert "Utan gällande rapport: 2 av 3 deltagare" in texts(sheet_at(world, 61, "f/1")["gaps"]["rows"])


def test_changes_are_counted_from_the_call_and_then_from_the_last_meeting(world: World):
    called(world, 20)
    world.report(25, "region-sthlm-trafik", "lage", {"transit 0180 0120": 5})
    first = sheet_at(world, 49, "f/1")["changed"]
    world.tick(51)
    do(world, 52, "set_next_meeting", at=T0 + 2 * HOUR)
    second = sheet_at(world, 110, "f/2")["changed"]

    assert (first["since"], len(first["rows"])) == ("sedan forumet kallades 07.20", 1)
    assert (second["since"], second["rows"]) == ("sedan möte 1, 07.50", [])


def test_a_meeting_that_has_begun_is_the_same_sheet_ever_after(world: World):
    called(world, 20)
    world.tick(51)
    first = canon(sheet_at(world, 51, "f/1"))
    world.report(55, "region-sthlm-trafik", "lage", {"transit 01": 5})
    do(world, 56, "set_next_meeting", at=T0 + 2 * HOUR)
    world.tick(121)

    assert canon(sheet_at(world, 500, "f/1")) == first
    assert sheet_at(world, 500, "f/1")["at"] == z(T0 + 50 * MINUTE)


def test_the_agenda_is_of_the_meeting_ahead_also_while_one_is_open(world: World):
    called(world, 20)
    world.tick(51)
    do(world, 52, "set_next_meeting", at=T0 + 2 * HOUR)
    do(world, 53, "set_next_meeting", at=T0 + 4 * HOUR)
    found = sheet_at(world, 60, "f/2")

    assert (found["number"], found["meets"], found["next"]) == (2, "09.00", ["11.00 (telefon)"])
    assert len(found["agenda"]) == 10


def test_decisions_show_who_has_not_answered_and_nobody_as_having_decided(world: World):
    called(world, 20, members=["kommun-0188", "kommun-0180"])
    do(world, 21, "agree", texts="what", asks=["kommun-0188", "kommun-0180"])
    key = world.records[-1].body["id"]
    do(world, 22, "own_decision", on=key, who="kommun-0188", decision="yes")
    do(world, 23, "task", texts="what", owner=["kommun-0180"], due=T0 + 40 * MINUTE)
    found = sheet_at(world, 45, "f/1")

    assert found["decisions"]["rows"][0]["tally"] == "1 ja, 0 nej, 1 ej svarat"
    assert found["decisions"]["rows"][0]["waits_for"] == "Stockholms stad"


@pytest.mark.parametrize("key", ["f/9", "g/1"])
def test_a_meeting_that_nobody_has_planned_has_no_sheet(world: World, key: str):
    called(world, 20)

    with pytest.raises(KeyError):
        sheet_at(world, 30, key)


# ---- who may see what ----------------------------------------------------------------------------------------------


def test_what_is_confidential_stands_on_no_sheet_made_for_the_parties(world: World):
    world.report(11, "polisen-sthlm", "hemlig", {"order 0180": 3}, label="confidential")
    called(world, 20, members=["polisen-sthlm"])
    found = sheet_at(world, 49, "f/1", PARTY_IN_EARNEST, Keys(Label.CONFIDENTIAL))
    (police,) = [row for row in found["people"] if row["actor"] == "polisen-sthlm"]

    assert police == {**police, "state": "limited", "said": "Underlag begränsat"}
    assert "when" not in police


def test_a_text_with_a_stricter_label_is_withheld():
    world = World()
    world.report(1, "polisen-sthlm", "e", kind="planned_event", texts={"headline": "secret words"}, areas={})
    open_to_parties = sheet_at(world, 5, viewer=PARTY_IN_EARNEST)
    secret = sheet_at(world, 5, viewer=PARTY_IN_EARNEST, words=Keys(Label.CONFIDENTIAL))

    assert "secret words" in canon(open_to_parties).decode()
    assert "secret words" not in canon(secret).decode()
    assert "[får inte visas för er]" in canon(secret).decode()


def test_without_a_login_a_forums_members_are_left_out_and_that_is_said(world: World):
    called(world, 20)
    found = sheet_at(world, 49, "f/1", anyone(exercise=False))

    assert "people" not in found
    assert "agenda" not in found
    assert found["limited"] == "Deltagare, dagordning och beslut visas för aktörer i länet."


def test_an_exercise_is_marked_and_everybody_sees_it(world: World):
    assert sheet_at(world, 10)["exercise"] is True
    assert sheet_at(world, 10, viewer=PARTY_IN_EARNEST)["exercise"] is False
    assert PARTY.actor is None


# ---- the storm -----------------------------------------------------------------------------------------------------


def test_all_53_members_of_the_storms_forum_are_on_it():
    people = storm()["people"]

    assert (len(people), len({row["actor"] for row in people})) == (53, 53)
    assert [row["how"] for row in people] == sorted(row["how"] for row in people)


def test_the_same_version_and_moment_give_the_same_bytes():
    assert canon(scene_sheet("snowstorm", STORM + HOUR, "sam/1")) == canon(
        scene_sheet("snowstorm", STORM + 30 * HOUR, "sam/1")
    )


def test_every_field_of_the_content_is_told_in_its_page():
    told = (PROJECT / "docs" / "sheet.md").read_text(encoding="utf-8")
    in_words = {"region_name", "hash_short", "version_words", "clock", "date", "changed_at", "changed_ago", "mode"}
    in_words |= {"level", "title", "meets", "reporting", "warning"}

    assert [name for name in storm() if name not in in_words and f"`{name}`" not in told] == []
