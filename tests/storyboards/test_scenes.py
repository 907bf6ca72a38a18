"""The three storyboards of the cooperation model and their variants: each outcome in its interval, nothing else rings.

In memory, through intake's admission and the fold; the same over HTTP and a real Kafka in test_scenes_live.py.
"""

from functools import lru_cache
from typing import Any

import pytest
from support.storyboard import load_scene, not_met_yet, scene_names
from support.storyboard_check import check
from support.storyboard_play import Memory, Played, county, topic_of

from dashboards.access import as_actor
from dashboards.picture.view import Sight
from schemas.topics import CONTROL


@lru_cache
def played(name: str) -> Played:
    return Memory("ovning-scene").play(load_scene(name))


@pytest.mark.parametrize("name", scene_names())
def test_everybody_is_answered_as_the_scene_has_it(name: str):
    odd = [(a.act.at, a.act.who, a.act.body, a.result, a.reason) for a in played(name).answers if a.result != "applied"]

    assert odd == []


@pytest.mark.parametrize("name", scene_names())
def test_each_outcome_comes_in_its_interval_and_nothing_else_rings(name: str):
    scene = load_scene(name)
    checked = check(scene, played(name))
    for quiet in checked.quiet:
        print(f"{name}: quietly: {quiet}")

    assert not checked.faults, "\n".join(checked.faults)


@pytest.mark.parametrize("name", [n for n in scene_names() if ":" not in n])
def test_in_the_real_space_the_same_reports_make_the_same_picture(name: str):
    scene = load_scene(name)
    acts = (a._replace(body={**a.body, "exercise": False}) if a.what == "report" else a for a in scene.acts)
    real = scene._replace(acts=tuple(acts))
    shown = [[strip(c.value) for c in v.changes] for v in Memory("real").play(real).versions]

    assert shown == [[strip(c.value) for c in v.changes] for v in played(name).versions]


def strip(value: Any) -> Any:
    """Without the hashes that a sealed moment cites: two spaces have two chains."""
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if k != "hash"}
    return [strip(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("name", "what"), not_met_yet())
def test_what_is_not_met_yet_is_told(name: str, what: str):
    """In the summary of the run, with why; once it is met the scene's own test fails until the mark is taken away."""
    known = [told for told in check(load_scene(name), played(name)).known if told.startswith(what)]

    assert len(known) == 1
    pytest.xfail(known[0])


def test_a_fault_in_a_scene_is_found():
    """The checker itself: an outcome too late, a call nobody awaits, a thing that is not so, a mark that is stale."""
    scene = load_scene("snowstorm")
    red = next(e for e in scene.expects if e.get("rule") == "R01")
    late = {**red, "within": [red["within"][1] + 1, red["within"][1] + 2], "call": False}
    stale = {**red, "missing": "long ago"}
    wrong = {"what": "wrong", "see": "cell/0180/road", "at": scene.moments[-1], "is": {"impact": 5}}
    others = [e for e in scene.expects if e is not red]
    found = check(scene._replace(expects=(*others, late, wrong)), played("snowstorm")).faults
    kept = check(scene._replace(expects=(*scene.expects, stale)), played("snowstorm")).faults

    assert len(found) == 3, found
    assert any("rang, awaited by nobody" in fault for fault in found)
    assert any("is not missing" in fault for fault in kept)


def test_the_secret_field_of_the_planned_event_is_read_by_few():
    """In the real space: its owner and the county board read it; another party is told that it is withheld."""
    acts = (a for a in load_scene("demonstration").acts if a.body.get("id") == "E2")
    first = next(acts)._replace(number=0)
    space = Memory("real")
    space.clock_to(first.at)
    space.put(CONTROL, space.start[0])
    space.put(topic_of(first), {**first.body, "exercise": False})
    withheld = {
        who: Sight(space.state.picture, as_actor(who, county()[0]["actors"], exercise=False), lambda _: None)
        .shown("item", "actor.polisen-sthlm/E2")
        .get("withheld")
        for who in ("polisen-sthlm", "lansstyrelsen-01", "kommun-0184")
    }

    assert withheld == {"polisen-sthlm": None, "lansstyrelsen-01": None, "kommun-0184": ["consequences"]}
