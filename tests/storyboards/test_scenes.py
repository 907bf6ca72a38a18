"""The three storyboards of the cooperation model, with their variants: each outcome in its interval, nothing else rings.

In memory, through intake's admission and the fold; the same over HTTP and a real Kafka in test_scenes_live.py.
"""

from functools import lru_cache

import pytest
from support.storyboard import load_scene, scene_names
from support.storyboard_check import check
from support.storyboard_play import Memory, Played


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
    for known in checked.known:
        print(f"{name}: not yet: {known}")
    for quiet in checked.quiet:
        print(f"{name}: quietly: {quiet}")

    assert not checked.faults, "\n".join(checked.faults)
