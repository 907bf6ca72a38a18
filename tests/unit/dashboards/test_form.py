"""The report form: prefilled from the last report, and back into an actor's report that intake takes."""

from typing import Any

from starlette.datastructures import FormData
from support.desk import scene_of
from support.world import REFERENCE, T0, World

from dashboards.report.form import OWN_ID, body_of_form, filled, refilled
from schemas.codec import canon
from schemas.times import HOUR, parse
from streams.normalise import check_actor_report

ACTOR = "kommun-0188"


def posted(**fields: Any) -> FormData:
    pairs = [(name, value) for name, held in fields.items() for value in (held if isinstance(held, list) else [held])]
    return FormData([(name.replace("_", "-") if name != "next_report" else name, value) for name, value in pairs])


def whole(**more: Any) -> FormData:
    fields = {"send": "report", "id": "lage", "headline": "Snö", "sector": ["road", "care"], "now_0": "serious"}
    return posted(**{**fields, "areas_0": "0188", "now_1": "", "areas_1": "0188", **more})


def test_an_actor_without_a_report_gets_its_own_sectors_and_an_id_of_the_form():
    form = filled(scene_of(World(), 0), ACTOR)

    assert (form.id, form.last_sent, form.single) == (OWN_ID, "", "0188")
    assert {line.sector for line in form.lines} == set(REFERENCE["actors"][ACTOR]["sectors"])
    assert {line.now for line in form.lines} == {""}


def test_the_last_report_fills_the_form_line_by_line():
    world = World()
    world.report(0, ACTOR, "lage", {"care 0188": {"now": 3, "expected": 4, "from": T0 + 5 * HOUR}})
    form = filled(scene_of(world, 60), ACTOR)

    assert form.id == "lage"
    first = form.lines[0]
    assert (first.sector, first.now, first.expected, first.expected_from) == ("care", "significant", "serious", "12.00")
    assert first.said == "betydande"


def test_reports_about_single_cells_stand_beside_and_are_not_what_the_form_goes_on_with():
    world = World()
    world.report(0, ACTOR, "road-0188", {"road 0188": 4})
    form = filled(scene_of(world, 1), ACTOR)

    assert form.id == OWN_ID
    assert [other[0] for other in form.others] == ["road-0188"]


def test_what_the_form_means_is_taken_by_intakes_own_check():
    scene = scene_of(World(), 0)
    form = whole(
        expected_0="critical",
        from_0="12.00",
        consequences="Hemtjänst",
        prognosis="Bättre i natt",
        next_report="13.00",
        need_direction="1",
        need_what="2 bandvagnar",
        label="confidential",
    )
    body, faults = body_of_form(form, scene, exercise=True)
    report = check_actor_report(canon(body), REFERENCE, T0, exercise=True)

    assert faults == []
    assert (report.id, report.label, report.exercise) == ("lage", "confidential", True)
    [line] = report.impacts
    assert (line.sector, line.areas, line.now, line.expected) == ("road", ["0188"], "serious", "critical")
    assert body["next_report"] == "2027-01-19T12:00:00.000Z"
    assert parse(body["impacts"][0]["expected_from"]) == T0 + 5 * HOUR


def test_no_change_renews_and_needs_nothing_else():
    body, faults = body_of_form(posted(send="unchanged", id="lage", headline=""), scene_of(World(), 0), exercise=False)

    assert faults == []
    assert (body["type"], "impacts" in body, "exercise" in body) == ("unchanged", False, False)
    check_actor_report(canon(body), REFERENCE, T0, exercise=False)


def test_taking_back_names_the_report_it_takes_back():
    body, _ = body_of_form(posted(send="cancel:road-0188"), scene_of(World(), 0), exercise=True)

    assert (body["id"], body["type"]) == ("road-0188", "cancel")


def test_every_fault_is_named_at_once_in_swedish():
    form = posted(send="report", sector=["road"], now_0="serious", next_report="snart")
    _, faults = body_of_form(form, scene_of(World(), 0), exercise=True)

    assert [fault["pointer"] for fault in faults] == ["/headline", "/impacts/0/areas", "/next_report"]
    assert all(fault["detail"][-1] == "." for fault in faults)


def test_all_municipalities_are_the_countys_code():
    towns = list(REFERENCE["municipalities"])
    body, _ = body_of_form(whole(areas_0=towns), scene_of(World(), 0), exercise=True)

    assert body["impacts"][0]["areas"] == ["01"]


def test_nothing_that_was_written_is_lost_on_the_way_back():
    form = refilled(whole(headline="Snö", measures="Plogar"), scene_of(World(), 0), ACTOR)

    assert (form.texts["headline"], form.texts["measures"]) == ("Snö", "Plogar")
    assert [(line.sector, line.now) for line in form.lines] == [("road", "serious"), ("care", "")]


def test_a_strange_form_is_no_crash():
    for form in (FormData(), posted(send="report", sector=["moln", "road"], now_0="x", now_1="y")):
        body, _ = body_of_form(form, scene_of(World(), 0), exercise=True)
        refilled(form, scene_of(World(), 0), ACTOR)
        assert body["id"] == OWN_ID
