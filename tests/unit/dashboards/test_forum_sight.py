"""Forums as one viewer may see them: words for keys however deep, secrets kept, nothing inside shown outside."""

from typing import Any

import pytest

from dashboards.access import Role, Viewer, anyone
from dashboards.api.forums import forum_rows
from dashboards.picture.texts import Text, text_keys
from dashboards.picture.view import Sight
from schemas.change import empty_picture
from schemas.sectors import Label

OPEN = anyone(exercise=False)
POLICE = Viewer(Role.REPORTER, "polisen-sthlm", exercise=False)
OTHER = Viewer(Role.REPORTER, "sbff", exercise=False)
BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=False)

TEXTS = {
    "k-open": Text("Alla får läsa", Label.OPEN),
    "k-internal": Text("Bara aktörer", Label.INTERNAL),
    "k-erased": Text(None, Label.INTERNAL),
}
AT = "2027-01-19T06:00:00.000Z"


def entry(label: str = "internal", **more: Any) -> dict[str, Any]:
    told = {"id": "e", "forum": "f", "what": "agreement", "state": "open", "at": AT, "by": "lansstyrelsen-01"}
    return {**told, "label": label, "texts": {"what": "k-internal"}, "asks": ["polisen-sthlm"], "answers": {}, **more}


def forum(**more: Any) -> dict[str, Any]:
    told = {"id": "f", "level": "samordnande", "mode": "activated", "state": "active", "since": AT, "meetings": 0}
    told |= {"chair": "ssbf", "convened_by": "lansstyrelsen-01", "meets_at": AT, "planned": []}
    return {**told, "members": {"ssbf": {"how": "direct", "reason": "always", "since": AT}}, **more}


def sight(viewer: Viewer, **kinds: dict[str, Any]) -> Sight:
    return Sight({**empty_picture(), **kinds}, viewer, TEXTS.get)


def test_words_stand_in_place_of_keys_however_deep():
    answers = {"ssbf": {"decision": "no", "at": AT, "texts": {"reason": "k-internal"}}}
    shown = sight(OTHER, entry={"e": entry(answers=answers)}).shown("entry", "e")
    assert shown is not None
    assert shown["texts"] == {"what": "Bara aktörer"}
    assert shown["answers"]["ssbf"]["texts"] == {"reason": "Bara aktörer"}


def test_what_is_erased_withheld_or_not_yet_there_is_told_apart():
    texts = {"what": "k-internal", "a": "k-erased", "b": "k-later"}
    shown = sight(OPEN, entry={"e": entry("open", texts=texts)}).shown("entry", "e")
    assert shown is not None
    assert shown["texts"] == {}
    assert "erased" not in shown
    assert (shown["withheld"], shown["pending"]) == (["what", "a"], ["b"])
    inside = sight(OTHER, entry={"e": entry("open", texts=texts)}).shown("entry", "e")
    assert inside is not None
    assert inside["erased"] == ["a"]


@pytest.mark.parametrize(
    ("label", "sees"),
    [
        ("open", {OPEN, OTHER, POLICE, BOARD}),
        ("internal", {OTHER, POLICE, BOARD}),
        ("confidential", {POLICE, BOARD}),
    ],
)
def test_a_line_is_seen_by_whom_its_label_lets_and_by_whom_it_asks(label, sees):
    found = {v for v in (OPEN, OTHER, POLICE, BOARD) if sight(v, entry={"e": entry(label)}).shown("entry", "e")}
    assert found == sees


def test_without_a_login_a_forum_is_at_work_and_no_more_is_told():
    shown = sight(OPEN, forum={"f": forum(texts={"reason": "k-open"})}).shown("forum", "f")
    assert shown is not None
    assert shown["limited"]
    assert not {"members", "texts", "chair", "convened_by"} & shown.keys()
    assert shown["state"] == "active"


def test_meetings_and_matters_are_for_those_who_take_part():
    matter = {"id": "i", "label": "internal", "state": "open"}
    for kind, entity in (("meeting", {"id": "f/1"}), ("matter", matter)):
        assert sight(OPEN, **{kind: {"x": entity}}).shown(kind, "x") is None
        assert sight(OTHER, **{kind: {"x": entity}}).shown(kind, "x") == entity


def test_the_list_of_forums_holds_agenda_and_minutes_with_decisions_counted():
    rows = forum_rows(sight(OTHER, forum={"f": forum(), "g": forum(id="g", state="closed")}, entry={"e": entry()}))
    assert [row["key"] for row in rows] == ["f", "g"]
    assert rows[0]["minutes"]["between"][0]["tally"] == {"yes": 0, "no": 0, "silent": 1, "done": 0}
    assert rows[0]["minutes"]["open"] == ["e"]
    assert rows[0]["agenda"]["points"][0]["rows"][0]["actor"] == "ssbf"
    assert "agenda" not in rows[1]


def test_an_agenda_never_names_an_item_that_is_hidden():
    item = {
        "source": "actor.polisen-sthlm",
        "label": "confidential",
        "kind": "issue",
        "state": "active",
        "known_at": AT,
    }
    item |= {"areas": {}}
    for viewer, expected in ((OTHER, []), (BOARD, [{"item": "i"}])):
        row = forum_rows(sight(viewer, forum={"f": forum()}, item={"i": item}))[0]
        points = {p["point"]: p["rows"] for p in row["agenda"]["points"]}
        assert points["matters"] == expected


def test_without_a_login_there_is_no_agenda():
    assert "agenda" not in forum_rows(sight(OPEN, forum={"f": forum()}))[0]


def test_every_key_of_a_forums_texts_is_waited_for():
    answers = {"ssbf": {"texts": {"reason": "b"}}, "sbff": {}}
    assert text_keys({"texts": {"what": "a"}, "answers": answers, "words": {"x": {"texts": {"what": "c"}}}}) == [
        "a",
        "b",
        "c",
    ]
    assert text_keys({"members": ["no table"]}) == []
