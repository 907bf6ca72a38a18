"""What a viewer is shown: words for keys, labels kept, every cell listed, nothing milder because a basis is hidden."""

from typing import Any

from dashboards.access import Role, Viewer, anyone
from dashboards.api.frames import listed
from dashboards.picture.chain import Head
from dashboards.picture.ring import with_before
from dashboards.picture.texts import Text
from dashboards.picture.view import Place, Sight, picture_body
from schemas.change import Cause, Change, apply, empty_picture, seal
from schemas.sectors import SECTORS, Label

PLACE = Place("real", "01", False, {"0180": "Stockholm", "0188": "Norrtälje"})
OPEN = anyone(exercise=False)
POLICE = Viewer(Role.REPORTER, "polisen-sthlm", exercise=False)
OTHER = Viewer(Role.REPORTER, "sbff", exercise=False)
BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=False)

TEXTS = {
    "k-open": Text("Alla får läsa", Label.OPEN),
    "k-internal": Text("Bara aktörer", Label.INTERNAL),
    "k-secret": Text("Bara få", Label.CONFIDENTIAL),
    "k-erased": Text(None, Label.OPEN),
}


def item(label: str, actor: str = "polisen-sthlm", **texts: str) -> dict[str, Any]:
    return {
        "source": f"actor.{actor}",
        "id": "1",
        "label": label,
        "texts": texts,
        "kind": "situation",
        "state": "active",
        "severity": "information",
    }


def cell(*items: str, impact: int = 4) -> dict[str, Any]:
    reasons = [{"item": i, "owner": "polisen-sthlm", "impact": impact, "state": "fresh"} for i in items]
    return {"area": "0180", "sector": "order", "impact": impact, "impact_name": "serious", "reasons": reasons}


def sight(viewer: Viewer, **kinds: dict[str, Any]) -> Sight:
    return Sight({**empty_picture(), **kinds}, viewer, TEXTS.get)


def test_words_stand_in_place_of_keys():
    shown = sight(OPEN, item={"a": item("open", headline="k-open")}).shown("item", "a")

    assert shown is not None
    assert shown["texts"] == {"headline": "Alla får läsa"}


def test_an_erased_text_is_told_and_one_that_has_not_come_is_told_apart():
    shown = sight(OPEN, item={"a": item("open", headline="k-erased", event="k-later")}).shown("item", "a")

    assert shown is not None
    assert shown["texts"] == {}
    assert (shown["erased"], shown["pending"]) == (["headline"], ["event"])


def test_an_internal_item_is_hidden_from_anyone_in_the_real_space_and_shown_in_an_exercise():
    items = {"a": item("internal", headline="k-internal")}

    assert sight(OPEN, item=items).shown("item", "a") is None
    assert sight(POLICE, item=items).shown("item", "a") is not None
    assert sight(anyone(exercise=True), item=items).shown("item", "a") is not None


def test_a_confidential_item_is_shown_to_its_owner_and_the_county_board_only():
    items = {"a": item("confidential", headline="k-secret")}

    seen = {viewer.who: sight(viewer, item=items).shown("item", "a") is not None for viewer in (POLICE, OTHER, BOARD)}

    assert seen == {"polisen-sthlm": True, "sbff": False, "lansstyrelsen-01": True}


def test_a_field_with_a_stricter_label_is_withheld_alone():
    held = item("open", headline="k-open", measures="k-secret") | {"labels": {"measures": "confidential"}}
    shown = sight(OPEN, item={"a": held}).shown("item", "a")

    assert shown is not None
    assert shown["texts"] == {"headline": "Alla får läsa"}
    assert shown["withheld"] == ["measures"]


def test_a_cell_keeps_its_value_when_its_basis_is_hidden():
    picture = {"item": {"a": item("internal")}, "cell": {"0180/order": cell("a")}}
    shown = sight(OPEN, **picture).shown("cell", "0180/order")

    assert shown is not None
    assert (shown["impact"], shown["reasons"], shown["limited"]) == (4, [], True)


def test_an_event_of_hidden_items_only_is_not_told():
    event = {"items": ["a"], "links": [], "lead": "a", "areas": ["0180"]}

    assert sight(OPEN, item={"a": item("internal")}, event={"e": event}).shown("event", "e") is None


def test_a_suggestion_stays_with_its_reasons_marked_as_limited():
    reason = {"rule": "R04", "items": ["a"], "text": "t"}
    suggestion = {"act": "convene", "label": "internal", "reasons": [reason], "reason_text": "k-internal"}
    shown = sight(OPEN, item={"a": item("internal")}, suggestion={"s": suggestion}).shown("suggestion", "s")

    assert shown is not None
    assert shown["limited"] is True
    assert shown["reasons"][0]["items"] == []
    assert "reason_text" not in shown


def test_names_of_people_in_notices_are_for_actors():
    notice = {"state": "acknowledged", "acknowledged_by": "lansstyrelsen-01", "on_behalf_of": "Eva"}

    assert sight(OPEN, notice={"n": notice}).shown("notice", "n") == {"state": "acknowledged"}
    assert sight(OTHER, notice={"n": notice}).shown("notice", "n") == notice


def test_every_cell_is_listed_and_one_nobody_named_is_not_assessed():
    body = picture_body(sight(OPEN, cell={"0180/order": cell()}), Head(0, "h", None), PLACE)

    assert [area["code"] for area in body["areas"]] == ["0180", "0188"]
    assert all(set(area["sectors"]) == set(SECTORS) for area in body["areas"])
    assert body["areas"][1]["sectors"]["road"] == {"impact": 0, "impact_name": "unknown", "unknown": "not_assessed"}
    assert body["as_of"] is None


def test_a_change_of_what_was_never_seen_is_not_told_and_one_that_becomes_hidden_is_told_as_gone():
    picture = {**empty_picture(), "item": {"seen": item("open")}}
    changes = [Change("item", "seen", item("internal")), Change("item", "secret", item("internal"))]
    version = seal("p", 1, at=0, happened_at=None, cause=Cause("report", "x"), changes=changes)
    entry = with_before(picture, version)
    apply(picture, version.changes)

    told = listed([entry], Sight(picture, OPEN, TEXTS.get))

    assert [(c["key"], c["value"], c["what"]) for c in told] == [("seen", None, "withdrawn")]
