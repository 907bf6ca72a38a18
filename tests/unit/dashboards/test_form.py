"""The report form: prefilled from the last report, and back into an actor's report that intake takes."""

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.datastructures import FormData
from support.desk import scene_of
from support.world import FOLDER, REFERENCE, T0, World, actor_body

from dashboards.access import Role, Viewer
from dashboards.picture.texts import Text
from dashboards.report.blank import OWN_ID, Blank, body_of
from dashboards.report.body import body_of_form
from dashboards.report.fields import fields_of
from dashboards.report.form import Filled, filled, shown
from dashboards.report.told import told
from schemas.codec import Json, canon
from schemas.sectors import Label
from schemas.times import HOUR, MINUTE, parse, z
from streams.checking import check_actor_report
from streams.report_templates import load_templates

ACTOR, BOARD = "kommun-0188", "lansstyrelsen-01"
TEMPLATES = load_templates(FOLDER)


def blank(world: World | None = None, minute: float = 0, actor: str = ACTOR, relayed: str = "", **texts: str) -> Blank:
    scene = scene_of(world or World(), minute, Viewer(Role.REPORTER, actor, exercise=True))
    words: Mapping[str, str] = texts
    sight = scene.sight._replace(text=lambda key: Text(words.get(key, key), Label.OPEN))
    return Blank(scene._replace(sight=sight), actor, TEMPLATES, relayed)


def posted(**fields: Any) -> FormData:
    pairs = [(name, value) for name, held in fields.items() for value in (held if isinstance(held, list) else [held])]
    kept = {"next_report", "relayed_by", "for_actor"}
    return FormData([(name if name in kept else name.replace("__", "-"), value) for name, value in pairs])


def whole(**more: Any) -> FormData:
    fields = {"send": "report", "id": "lage", "headline": "Snö", "sector": ["road", "care"], "now__0": "serious"}
    return posted(**{**fields, "areas__0": "0188", "now__1": "", "areas__1": "0188", **more})


def read(form: FormData, on: Blank | None = None, *, exercise: bool = True) -> Json:
    body, faults = body_of_form(form, on or blank(), exercise=exercise)
    assert faults == []
    check_actor_report(canon(body), REFERENCE, T0 + HOUR, exercise=True)
    return body


def first(form: Filled, sector: str) -> Any:
    return next(line for line in form.lines if line.sector == sector)


def test_an_actor_without_a_report_gets_its_own_sectors_and_an_id_of_the_form():
    form = filled(blank())

    assert (form.id, form.last_sent, form.single) == (OWN_ID, "", "0188")
    assert {line.sector for line in form.lines} == set(REFERENCE["actors"][ACTOR]["sectors"])
    assert {line.now for line in form.lines} == {""}


def test_the_last_report_fills_the_form_line_by_line():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": {"now": 3, "expected": 4, "from": T0 + 5 * HOUR}})
    form = filled(blank(world, 60))

    assert (form.id, form.revision) == ("lage", "")
    line = form.lines[0]
    assert (line.sector, line.now, line.expected, line.expected_from) == ("care", "significant", "serious", "12.00")
    assert line.said == "betydande"


def test_reports_about_single_cells_and_what_is_passed_on_are_not_what_the_form_goes_on_with():
    world = World()
    world.report(0, ACTOR, "road-0188", {"road 0188": 4})
    world.report(1, ACTOR, "formedlad-kommun-0120", {"road 0120": 4}, origin="relayed")

    assert filled(blank(world, 2)).id == OWN_ID
    assert filled(blank(world, 2), "road-0188").id == "road-0188"


def test_another_matter_gets_an_id_of_its_own():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": 3})
    form = filled(blank(world, 2), new=True)

    assert form.id.startswith(f"{OWN_ID}-0119-0702")
    assert {line.now for line in form.lines} == {""}


def test_what_the_form_means_is_taken_by_intakes_own_check():
    body = read(
        whole(
            expected__0="critical",
            from__0="12.00",
            consequences="Hemtjänst",
            prognosis="Bättre i natt",
            prognosis__until="18.00",
            prognosis__certainty="likely",
            certainty="observed",
            next_report="13.00",
            need__direction="1",
            need__what="2 bandvagnar",
            label="internal",
            label__consequences="confidential",
            label__measures="confidential",
        )
    )
    report = check_actor_report(canon(body), REFERENCE, T0, exercise=True)

    assert (report.id, report.label, report.exercise, report.certainty) == ("lage", "internal", True, "observed")
    [line] = report.impacts
    assert (line.sector, line.areas, line.now, line.expected) == ("road", ["0188"], "serious", "critical")
    assert body["next_report"] == "2027-01-19T12:00:00.000Z"
    assert body["prognosis"] == {"text": "Bättre i natt", "until": "2027-01-19T17:00:00.000Z", "certainty": "likely"}
    assert body["needs"] == {"direction": True, "what": "2 bandvagnar"}
    assert parse(body["impacts"][0]["expected_from"]) == T0 + 5 * HOUR
    # a text that is not there has no label
    assert body["labels"] == {"consequences": "confidential"}


def test_a_number_says_what_of_whose_where_and_when():
    body = read(
        whole(
            sector=["care", "school"],
            now__1="moderate",
            count__0__home_care_not_reached="4",
            of__0__home_care_not_reached="10",
        )
    )
    [count] = body["counts"]

    assert count == {
        "kind": "home_care_not_reached",
        "number": 4,
        "of": 10,
        "unit": "brukare",
        "owner": ACTOR,
        "areas": ["0188"],
        "at": z(T0),
    }
    ranged = read(whole(sector=["care"], count__0__home_care_not_reached="1 200–1 500"))["counts"][0]
    assert (ranged["low"], ranged["high"]) == (1200, 1500)


@pytest.mark.parametrize(("now", "told"), [("", 0), ("none", 0), ("moderate", 1), ("critical", 1)])
def test_a_number_that_the_form_does_not_show_is_not_sent(now: str, told: int):
    form = whole(sector=["care", "road"], now__0=now, count__0__home_care_not_reached="4", now__1="none")

    assert len(read(form).get("counts", [])) == told


@pytest.mark.parametrize("said", ["många", "-4", "4,5", "9–3", "4-5-6", "12345678901"])
def test_what_is_no_number_is_told_by_its_name(said: str):
    form = whole(sector=["care"], count__0__home_care_not_reached=said)
    _, faults = body_of_form(form, blank(), exercise=True)

    assert [fault["pointer"] for fault in faults] == ["/counts/home_care_not_reached"]
    assert "Brukare som hemtjänsten inte når" in faults[0]["detail"]


def test_more_than_all_of_them_and_more_than_a_hundred_percent_are_slips():
    form = whole(sector=["school", "lead"], now__1="serious", count__0__schools_closed="9", of__0__schools_closed="4")
    form = FormData([*form.multi_items(), ("count-1-staff_absent_percent", "101")])
    _, faults = body_of_form(form, blank(), exercise=True)

    assert [fault["pointer"] for fault in faults] == ["/counts/schools_closed", "/counts/staff_absent_percent"]


def test_resources_are_rows_of_what_is_needed_lent_and_had():
    rows = {"res__how": ["need", "can_lend", "have"], "res__kind": ["bandvagn", "elverk", ""]}
    body = read(whole(**rows, res__number=["2", "", "3"], res__until=["18.00", "", ""]))

    assert body["resources"] == {
        "need": [{"kind": "bandvagn", "number": 2, "until": "2027-01-19T17:00:00.000Z"}],
        "can_lend": [{"kind": "elverk"}],
    }


def test_a_report_that_the_page_sends_again_is_the_same_report():
    """`13.00` means the next one after it was written, not after the line came back."""
    form = whole(sent=z(T0), next_report="13.00", sector=["care"], count__0__home_care_not_reached="4")
    now, later = read(form), read(form, blank(minute=9 * 60))

    assert canon(now) == canon(later)
    assert (now["sent"], now["next_report"]) == (z(T0), "2027-01-19T12:00:00.000Z")


def test_a_matter_that_revisions_order_goes_on_with_the_next_one():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": 3}, by="revision", order=7, revision=7)

    assert filled(blank(world, 1)).revision == "8"
    assert read(whole(revision="8"))["revision"] == 8


REPORT: Json = {
    "id": "lage",
    "headline": "Snö",
    "impacts": [
        {
            "sector": "care",
            "areas": ["0188"],
            "now": "serious",
            "expected": "critical",
            "expected_from": z(T0 + 5 * HOUR),
        },
        {"sector": "road", "areas": ["0188"], "now": "none"},
    ],
    "counts": [
        {"kind": "home_care_not_reached", "low": 4, "high": 6, "of": 10, "unit": "brukare", "owner": ACTOR}
        | {"areas": ["0188"], "at": z(T0)},
        {"kind": "elsewhere", "number": 3, "areas": ["0120"]},
    ],
    "event": "Plogbilar sitter fast",
    "consequences": "Hemtjänst",
    "certainty": "likely",
    "prognosis": {"text": "Bättre", "until": z(T0 + 6 * HOUR), "certainty": "possible"},
    "needs": {"coordination": True, "what": "bandvagn"},
    "resources": {"can_lend": [{"kind": "elverk", "number": 1, "until": z(T0 + 7 * HOUR)}]},
    "label": "internal",
    "labels": {"consequences": "confidential"},
    "communication": {"said": "inget"},
    "references": ["x"],
}


def test_a_report_through_the_form_and_back_has_lost_nothing():
    on = blank()
    again = read(fields_of(REPORT, on), on)

    assert {**again, "counts": sorted(again["counts"], key=lambda c: c["kind"])} == {
        **REPORT,
        "sent": z(T0),
        "exercise": True,
        "counts": sorted(REPORT["counts"], key=lambda c: c["kind"]),
    }


def test_a_standing_report_is_told_as_it_was_sent():
    """From the item and its texts: what intake keeps in `more` comes back under its own name."""
    world = World()
    more = {name: REPORT[name] for name in ("prognosis", "needs", "resources", "counts", "communication", "references")}
    keys = {"headline": "h", "event": "e", "consequences": "c", "certainty": "s", "prognosis": "p", "more": "m"}
    body = actor_body(
        ACTOR, "lage", T0, {"care 0188": {"now": 4, "expected": 5, "from": T0 + 5 * HOUR}, "road 0188": 1}
    )
    world.report(0, ACTOR, "lage", None, impacts=body["impacts"], texts=keys, labels={"consequences": "confidential"})
    words = {
        "h": "Snö",
        "e": REPORT["event"],
        "c": "Hemtjänst",
        "s": "likely",
        "p": "Bättre",
        "m": canon(more).decode(),
    }
    on = blank(world, 1, **words)

    assert body_of(on) == {**REPORT}


def test_no_change_renews_and_needs_nothing_else():
    body = read(posted(send="unchanged", id="lage", headline=""), exercise=False)

    assert (body["type"], "impacts" in body, "exercise" in body) == ("unchanged", False, False)


def test_taking_back_names_the_report_and_says_why():
    body = read(posted(send="cancel", id="road-0188", reason=" Fel  kommun ", label="open"))

    assert (body["id"], body["type"], body["headline"]) == ("road-0188", "cancel", "Återtagen: Fel kommun")
    assert body["label"] == "open"
    for reason in ("", "x" * 401):
        _, faults = body_of_form(posted(send="cancel", id="lage", reason=reason), blank(), exercise=True)
        assert [fault["pointer"] for fault in faults] == ["/headline"]


def test_what_is_passed_on_is_marked_and_says_who_said_it():
    on = blank(actor=BOARD, relayed="kommun-0120")
    form = filled(on)
    body = read(whole(relayed_by="Ann Ek, per telefon", id=form.id), on)

    assert (form.id, form.single) == ("formedlad-kommun-0120", "0120")
    assert (body["origin"], body["relayed_from"]) == ("relayed", "Värmdö kommun, Ann Ek, per telefon")
    _, faults = body_of_form(whole(), on, exercise=True)
    assert [fault["pointer"] for fault in faults] == ["/relayed_from"]


def test_every_fault_is_named_at_once_in_swedish():
    form = posted(send="report", sector=["road"], now__0="serious", next_report="snart")
    _, faults = body_of_form(form, blank(), exercise=True)

    assert [fault["pointer"] for fault in faults] == ["/headline", "/impacts/0/areas", "/next_report"]
    assert all(fault["detail"][-1] == "." for fault in faults)


def test_all_municipalities_are_the_countys_code():
    assert read(whole(areas__0=list(REFERENCE["municipalities"])))["impacts"][0]["areas"] == ["01"]


def test_nothing_that_was_written_is_lost_on_the_way_back():
    form = whole(headline="Snö", measures="Plogar", res__how="need", res__kind="elverk", res__number="x", res__until="")
    again = shown(form, blank())

    assert (again.texts["headline"], again.texts["measures"]) == ("Snö", "Plogar")
    assert [(line.sector, line.now) for line in again.lines] == [("road", "serious"), ("care", "")]
    assert again.resources[0][:3] == ("need", "elverk", "x")


def test_a_strange_form_is_no_crash():
    strange = posted(
        send="report", sector=["moln", "road"], now__0="x", now__1="y", kept="[", sent="i går", revision="x"
    )
    for form in (FormData(), strange):
        body, _ = body_of_form(form, blank(), exercise=True)
        shown(form, blank())
        assert body["id"] == OWN_ID


def test_an_empty_extra_row_is_no_row():
    again = shown(posted(sector=["road", "road"], now__0="serious", now__1="", areas__0="0188"), blank())

    assert len(again.lines) == 1


def test_times_that_have_passed_are_not_written_again():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": {"now": 3, "expected": 4, "from": T0 + 30 * MINUTE}})

    assert first(filled(blank(world, 60)), "care").expected_from == ""


def test_an_item_without_words_is_still_a_report():
    item = {"id": "x", "label": "open", "origin": "own", "texts": {"more": "{"}}

    assert told(item) == {"id": "x", "headline": "", "impacts": [], "label": "open"}
