"""What people put beside the picture, and what an event is made of, shown to each viewer by what that one may see."""

from typing import Any

from dashboards.access import Role, Viewer, anyone
from dashboards.picture.texts import Text, text_keys
from dashboards.picture.view import Sight
from schemas.change import empty_picture
from schemas.sectors import Label

OPEN = anyone(exercise=False)
OTHER = Viewer(Role.REPORTER, "sbff", exercise=False)
TEXTS = {"k": Text("Läget är lugnt", Label.INTERNAL), "r": Text("Samma träd", Label.INTERNAL)}


def sight(viewer: Viewer, **kinds: dict[str, Any]) -> Sight:
    return Sight({**empty_picture(), **kinds}, viewer, TEXTS.get)


def item(label: str) -> dict[str, Any]:
    return {"source": "actor.polisen-sthlm", "id": "1", "label": label, "texts": {}}


def event() -> dict[str, Any]:
    links = [
        {"item": "a", "reason": "first"},
        {"item": "b", "reason": "score", "to": "a"},
        {"item": "c", "reason": "person", "by": "lansstyrelsen-01", "texts": {"reason": "r"}},
    ]
    told = {"contradictions": [{"about": "x"}], "counts": [{"kind": "x"}], "sources": 2}
    return {"id": "a", "items": ["a", "b", "c"], "links": links, "lead": "a", **told}


def test_a_joint_picture_has_its_words_for_actors_and_is_not_there_for_others():
    joint = {"id": "joint-1", "texts": {"summary": "k"}, "corrections": {"2": {"texts": {"reason": "r"}}}}
    shown = sight(OTHER, joint={"joint-1": joint}).shown("joint", "joint-1")
    assert shown is not None
    assert shown["texts"] == {"summary": "Läget är lugnt"}
    assert shown["corrections"]["2"]["texts"] == {"reason": "Samma träd"}
    assert sight(OPEN, joint={"joint-1": joint}).shown("joint", "joint-1") is None
    assert sorted(text_keys(joint)) == ["k", "r"]


def test_assessments_and_objections_are_for_actors():
    for kind in ("assessment", "objection"):
        assert sight(OPEN, **{kind: {"x": {"texts": {}}}}).shown(kind, "x") is None
        assert sight(OTHER, **{kind: {"x": {"texts": {}}}}).shown(kind, "x") == {"texts": {}}


def test_an_event_shows_a_persons_reason_for_a_link():
    shown = sight(OTHER, event={"e": event()}).shown("event", "e")
    assert shown is not None
    assert shown["links"][2]["texts"] == {"reason": "Samma träd"}
    assert (shown["counts"], shown["sources"]) == ([{"kind": "x"}], 2)
    assert text_keys(event()) == ["r"]


def test_of_an_event_nothing_is_told_that_rests_on_a_hidden_report():
    hidden = {"a": item("confidential"), "b": item("open"), "c": item("open")}
    shown = sight(OPEN, event={"e": event()}, item=hidden).shown("event", "e")
    assert shown is not None
    assert (shown["items"], shown["lead"], shown["limited"]) == (["b", "c"], "b", True)
    assert [link["item"] for link in shown["links"]] == ["b", "c"]
    assert "to" not in shown["links"][0]
    assert not {"counts", "contradictions", "sources"} & shown.keys()


def test_a_claim_that_is_hidden_is_left_out_and_that_the_cell_is_contradicted_stays_said():
    claims = [{"item": "a", "impact": 4}, {"item": "b", "impact": 1}]
    cell = {"area": "0180", "sector": "road", "impact": 4, "reasons": [], "contradiction": True, "claims": claims}
    shown = sight(OPEN, cell={"c": cell}, item={"a": item("confidential")}).shown("cell", "c")
    assert shown is not None
    assert shown["claims"] == claims[1:]
    assert shown["contradiction"]


def test_an_item_hints_at_nothing_hidden():
    near = [{"to": "a", "score": 60, "reasons": []}, {"to": "b", "score": 60, "reasons": []}]
    items = {"a": item("confidential"), "x": {**item("open"), "near": near, "duplicate_of": "a"}}
    shown = sight(OPEN, item=items).shown("item", "x")
    assert shown is not None
    assert [hint["to"] for hint in shown["near"]] == ["b"]
    assert "duplicate_of" not in shown
