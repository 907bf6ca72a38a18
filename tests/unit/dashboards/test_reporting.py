"""The report page around its form: what waits, earlier reports, the region's picture of an actor, a test, a text."""

from pathlib import Path
from typing import Any

import pytest
from support.desk import scene_of
from support.world import FOLDER, T0, World

from dashboards.access import Role, Viewer
from dashboards.report.believed import believed
from dashboards.report.blank import Blank
from dashboards.report.mine import ROWS, mine, read_by
from dashboards.report.readers import MOST, Readers, Sent
from dashboards.report.review import seen
from dashboards.report.waiting import asked, waiting
from dashboards.report.wording import plain, rows, shifts
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.times import HOUR, MINUTE, z
from streams.report_templates import Templates, checked_templates, load_templates

ACTOR, BOARD = "kommun-0188", "lansstyrelsen-01"
TEMPLATES = load_templates(FOLDER)


def look(world: World, minute: float, actor: str = ACTOR) -> Scene:
    return scene_of(world, minute, Viewer(Role.REPORTER, actor, exercise=True))


def blank(world: World | None = None, minute: float = 0) -> Blank:
    return Blank(look(world or World(), minute), ACTOR, TEMPLATES)


class Said(dict[str, Json]):
    """Outcomes as the server holds them."""

    def said(self, receipt: str) -> Json:
        return {"01": self[receipt]} if receipt in self else {}


# ---- what waits --------------------------------------------------------------------------------------------------


def test_a_request_waits_with_its_sectors_until_each_is_answered():
    world = World()
    args = {"sectors": ["care", "water", "ecom"], "areas": ["0188", "0120"], "by": T0 + HOUR}
    world.command(0, "request_reports", args=args)

    [row] = waiting(look(world, 1), ACTOR)
    assert (row.kind, row.by, row.late) == ("request", "08.00", False)
    assert "Omsorg och Vatten, avlopp" in row.text or "Vatten, avlopp" in row.text
    assert set(asked(look(world, 1), ACTOR)) == {"care", "water"}
    world.report(2, ACTOR, "lage", {"care 0188": 2})
    assert set(asked(look(world, 3), ACTOR)) == {"water"}
    assert [r.late for r in waiting(look(world, 90), ACTOR)] == [True]
    world.report(91, ACTOR, "lage", {"care 0188": 2, "water 0188": 1})
    assert waiting(look(world, 92), ACTOR) == []


def test_a_question_asks_of_its_sector_and_a_request_goes_before_it():
    world = World()
    world.report(0, "ellevio", "lage", {"energy 0188": 5})
    questions = world.state.picture["question"]
    mine = [q for q in questions.values() if ACTOR in q["whom"]]

    assert mine, "the county's table asks the municipality when its power is out"
    rows = [row for row in waiting(look(world, 1), ACTOR) if row.kind == "question"]
    assert len(rows) == len(mine)
    assert set(asked(look(world, 1), ACTOR)) == {q["sector"] for q in mine}


def test_tasks_and_agreements_wait_until_the_actor_has_done_and_decided():
    world = World()
    world.command(
        0,
        "convene",
        args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon", "members": [ACTOR]},
    )
    task = world.command(2, "task", on="f", args={"owner": ACTOR, "due": T0 + 2 * HOUR}, texts={"what": "t"})
    agreed = world.command(3, "agree", on="f", args={"asks": [ACTOR]}, texts={"what": "a"})
    assert task.outcome is not None
    assert agreed.outcome is not None

    kinds = {row.kind: row for row in waiting(look(world, 4), ACTOR)}
    assert {"task", "decision", "forum"} <= set(kinds)
    assert (kinds["task"].by, kinds["task"].path) == ("09.00", "/forum/f")
    own = {"role": "reporter", "who": ACTOR}
    world.command(5, "task_done", on=kinds["task"].on, **own)
    world.command(6, "own_decision", on=kinds["decision"].on, args={"decision": "yes"}, **own)
    assert {row.kind for row in waiting(look(world, 7), ACTOR)} == {"forum"}


def test_a_quiet_tuesday_asks_for_nothing():
    assert (waiting(look(World(), 0), ACTOR), asked(look(World(), 0), ACTOR)) == ([], {})


# ---- earlier reports ------------------------------------------------------------------------------------------------


def test_each_report_tells_what_became_of_it_and_who_has_had_it_on_a_screen():
    world, readers, said = World(), Readers(), Said()
    world.report(0, ACTOR, "lage", {"care 0188": 3})
    readers.accepted(ACTOR, Sent("r1", "lage", "report", z(T0), T0))
    said["r1"] = {"result": "applied", "version": 40}
    readers.accepted(ACTOR, Sent("r2", "annat", "cancel", z(T0 + MINUTE), T0 + MINUTE))
    said["r2"] = {"result": "refused", "reason": "unknown_item"}
    readers.showed(ACTOR, 99, T0)
    for actor, version, minute in ((BOARD, 39, 1), (BOARD, 41, 5), ("ellevio", 44, 2)):
        readers.showed(actor, version, T0 + minute * MINUTE)
    readers.opened(f"actor.{ACTOR}/lage", BOARD, z(T0), T0 + 6 * MINUTE)
    readers.opened(f"actor.{ACTOR}/lage", BOARD, z(T0), T0 + 9 * MINUTE)

    refused, stands = mine(look(world, 10), ACTOR, readers, said).rows
    assert (refused.state, refused.sendings[0].bad) == ("refused", True)
    assert "inget sådant ärende" in refused.sendings[0].outcome
    assert (stands.state, stands.read) == ("active", "Läst av Länsstyrelsen Stockholm 07.06.")
    assert stands.sendings[0].outcome == "I lägesbilden, version 40."
    assert stands.sendings[0].read.startswith("På skärm hos Länsstyrelsen Stockholm 07.05 och Ellevio")
    assert read_by(look(world, 10), readers, said, "r1") == (stands.read, stands.sendings[0].read)
    assert read_by(look(world, 10), readers, said, "nobody") is None


def test_a_newer_revision_has_not_been_read_by_those_who_read_the_one_before():
    world, readers = World(), Readers()
    world.report(0, ACTOR, "lage", {"care 0188": 3})
    readers.opened(f"actor.{ACTOR}/lage", BOARD, z(T0), T0)
    world.report(5, ACTOR, "lage", {"care 0188": 4})

    assert mine(look(world, 6), ACTOR, readers, Said()).rows[0].read == ""


def test_what_was_taken_back_says_why_and_can_be_sent_anew():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": 3})
    world.report(1, ACTOR, "lage", change="cancel", texts={"headline": "why"})

    [row] = mine(look(world, 2), ACTOR, Readers(), Said()).rows
    assert (row.state, row.why, row.open, row.edit) == ("cancelled", "why", False, "id=lage")


def test_many_reports_are_paged_and_a_number_outside_is_the_nearest_page():
    world = World()
    for n in range(ROWS + 1):
        world.report(n, ACTOR, f"lage-{n}", {"care 0188": 2})
    pages = [mine(look(world, 20), ACTOR, Readers(), Said(), number) for number in (-3, 1, 2, 99)]

    assert [(page.number, len(page.rows), page.pages) for page in pages] == [
        (1, ROWS, 2),
        (1, ROWS, 2),
        (2, 1, 2),
        (2, 1, 2),
    ]
    assert pages[0].rows[0].id == f"lage-{ROWS}"


def test_what_is_passed_on_is_corrected_as_what_is_passed_on():
    world = World()
    world.report(0, BOARD, "formedlad-kommun-0120", {"road 0120": 4}, origin="relayed")

    assert mine(look(world, 1, BOARD), BOARD, Readers(), Said()).rows[0].edit == "for=kommun-0120"


def test_readers_outlive_a_restart_and_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path):
    path = tmp_path / "server" / "readers.sqlite"
    readers = Readers(path)
    readers.accepted(ACTOR, Sent("r", "lage", "report", z(T0), T0))
    readers.close()
    again = Readers(path)
    assert [sent.receipt for sent in again.by(ACTOR)] == ["r"]
    again.close()
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    assert Readers(path).by(ACTOR) == []


def test_readers_forget_the_oldest():
    readers = Readers()
    for n in range(MOST + 100):
        readers.accepted(ACTOR, Sent(f"r{n}", "lage", "report", z(T0), T0 + n))

    assert readers.of("r0") is None
    assert readers.of(f"r{MOST + 99}") is not None


# ---- what the region believes ---------------------------------------------------------------------------------------


def test_others_word_comes_first_and_an_objection_on_top():
    world = World()
    world.report(0, ACTOR, "lage", {"road 0188": 1, "care 0188": 5})
    world.report(0, "trafikverket-vag", "lage", {"road 0188": 4})

    first, second = believed(look(world, 1), ACTOR)
    assert (first.sector, first.own, first.owners) == (
        "road",
        False,
        "Trafikverket, väg (Trafik Stockholm) och ni själva",
    )
    assert (second.sector, second.own) == ("care", True)
    own = {"role": "reporter", "who": ACTOR, "texts": {"reason": "why"}}
    world.command(2, "object", on="0188/care", **own)
    objected = believed(look(world, 3), ACTOR)[0]
    assert (objected.sector, [o.cell for o in objected.objections]) == ("care", ["0188/care"])
    assert "why" in objected.objections[0].text


def test_a_county_wide_actor_has_its_cells_in_rows_that_look_alike():
    world = World()
    world.report(0, "region-sthlm-trafik", "lage", {"transit 01": 3})
    world.report(1, "region-sthlm-trafik", "tva", {"transit 0188 0120": 4})
    found = believed(look(world, 2, "region-sthlm-trafik"), "region-sthlm-trafik")

    assert sum(len(row.cells) for row in found) == 26
    assert len(found) == 2


def test_nothing_is_believed_of_what_nobody_has_said():
    assert believed(look(World(), 0), ACTOR) == []


# ---- a test, what differs, a text -----------------------------------------------------------------------------------

OLD: Json = {
    "headline": "Snö",
    "impacts": [
        {"sector": "care", "areas": ["0188"], "now": "moderate"},
        {"sector": "road", "areas": ["0188"], "now": "none"},
    ],
    "label": "internal",
    "measures": "Plogar",
}
NEW: Json = {
    "headline": "Snö",
    "impacts": [
        {
            "sector": "care",
            "areas": ["0188"],
            "now": "serious",
            "expected": "critical",
            "expected_from": z(T0 + 5 * HOUR),
        }
    ],
    "counts": [{"kind": "home_care_not_reached", "number": 1200, "of": 4000, "areas": ["0188"]}],
    "resources": {"need": [{"kind": "bandvagn", "number": 2, "until": z(T0 + 6 * HOUR)}]},
    "needs": {"direction": True},
    "label": "internal",
    "labels": {"measures": "confidential"},
    "measures": "Plogar",
    "prognosis": {"text": "Bättre", "certainty": "likely"},
}


def test_what_a_correction_changes_is_told_row_by_row():
    found = {s.head: (s.before, s.after) for s in shifts(OLD, NEW, blank())}

    assert found == {
        "Omsorg och socialtjänst, Norrtälje": ("måttlig", "allvarlig, väntat kritisk från 12.00"),
        "Brukare som hemtjänsten inte når, Norrtälje": ("", "1\u00a0200 av 4\u00a0000 brukare"),
        "Behov": ("", "inriktning"),
        "Behövs": ("", "2 bandvagn till 13.00"),
        "Prognos": ("", "Bättre, troligt"),
        "Åtgärder läses av": ("", "Länsstyrelsen och ni själva"),
        "Vägtrafik, Norrtälje": ("ingen", ""),
    }
    assert [s.head for s in shifts(OLD, NEW, blank()) if s.cell and not s.after] == ["Vägtrafik, Norrtälje"]
    assert shifts(OLD, OLD, blank()) == []


def test_two_lines_of_one_head_are_one_row():
    line = OLD["impacts"][0]

    assert (
        dict(rows({**OLD, "impacts": [line, line]}, blank()))["Omsorg och socialtjänst, Norrtälje"]
        == "måttlig; måttlig"
    )


def test_a_text_to_paste_says_who_when_and_exercise_first_and_last():
    text = plain(NEW, blank(), "07.00", exercise=True).splitlines()

    assert text[0] == text[-1] == "ÖVNING ÖVNING ÖVNING"
    assert text[1] == "Rapport från Norrtälje kommun, sänd 07.00"
    assert "Åtgärder: Plogar" in text
    assert "ÖVNING" not in plain(NEW, blank(), "07.00", exercise=False)


def test_cells_of_a_test_that_look_alike_are_one_row():
    world = World()
    world.report(0, "trafikverket-vag", "lage", {"road 0188": 4})
    cells = [{"area": a, "sector": "road", "now": "serious", "sets": True} for a in ("0188", "0120")]
    [row] = seen(cells, blank(world, 1))

    assert (row.places, row.word, row.now) == ("Norrtälje och Värmdö", "Allvarlig påverkan", "allvarlig och ej bedömt")


# ---- templates ------------------------------------------------------------------------------------------------------


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "templates.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_county_without_the_file_asks_for_no_numbers(tmp_path: Path):
    assert load_templates(tmp_path) == Templates()


ROW = '[[number]]\nsector = "care"\nkind = "beds"\nlabel = "Platser"\nunit = "platser"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ROW + ROW, "care beds: stands twice"),
        ('resources = ["Elverk", "elverk"]', "'elverk' stands twice"),
        (ROW.replace("care", "moln"), "number.0.sector"),
        (ROW + "most = 0", "number.0.most"),
        (ROW + "colour = 1", "number.0.colour"),
        ("[[number", "is not TOML"),
    ],
)
def test_a_fault_in_the_file_is_told(tmp_path: Path, text: str, fault: str):
    faults: list[str] = []
    checked_templates(folder(tmp_path, text), faults)

    assert any(fault in told for told in faults), faults


def test_the_countys_templates_ask_every_sector_for_what_rules_count():
    kinds = {field.kind for field in TEMPLATES.number}
    told: list[Any] = [field.sector for field in TEMPLATES.number]

    assert {"customers_without_power", "people_without_water"} <= kinds
    assert set(told) == {"road", "transit", "railair", "energy", "ecom", "water", "health", "care", "school"} | {
        "order",
        "rescue",
        "supply",
        "lead",
    }
