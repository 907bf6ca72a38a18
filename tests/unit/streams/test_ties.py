"""What a person has put together or taken apart stays so whatever comes later, until it is undone."""

import pytest
from support.matters import GULLMARSPLAN, event_of, feed, item, outage
from support.world import World, refold


@pytest.fixture
def world() -> World:
    return World()


def say(world: World, minute: float, command: str, on: str, *items: str, **more):
    """A command with its reason; gives its id, or why it was refused."""
    args = {"args": {"items": list(items)}} if items else {}
    outcome = world.command(minute, command, on=on, texts={"reason": "r"}, **args, **more).outcome
    return outcome.reason or world.records[-1].body["id"]


def pair(world: World) -> tuple[str, str]:
    """Two reports of one accident, joined by points."""
    first = feed(world, 0, "trafikverket", "a", point=GULLMARSPLAN)
    return first, feed(world, 1, "polisen", "b", point=GULLMARSPLAN, native={"type": "Trafikolycka"})


def test_a_person_links_what_points_would_not(world):
    one, two = outage(world, 0, "a", "0182"), outage(world, 1, "b", "0182")
    say(world, 5, "link", one, two)
    link = next(link for link in event_of(world, two)["links"] if link["item"] == two)
    assert link == {"item": two, "reason": "person", "by": "lansstyrelsen-01", "texts": {"reason": "r"}}
    assert event_of(world, one) == event_of(world, two)


def test_a_link_outlives_later_reports_of_both(world):
    one, two = outage(world, 0, "a", "0182"), outage(world, 1, "b", "0182")
    say(world, 5, "link", one, two)
    outage(world, 10, "a", "0120", severity="severe")
    outage(world, 11, "b", "0182", severity="minor")
    assert event_of(world, one)["items"] == sorted([one, two])


def test_a_cut_outlives_later_reports(world):
    first, second = pair(world)
    say(world, 5, "cut", event_of(world, first)["id"], second)
    assert event_of(world, second) is None
    feed(world, 10, "polisen", "b", point=GULLMARSPLAN, native={"type": "Trafikolycka"}, severity="severe")
    feed(world, 11, "trafikverket", "a", point=GULLMARSPLAN, severity="severe")
    assert event_of(world, second) is None
    assert event_of(world, first) is None


def test_a_member_cut_from_its_sources_own_group_stays_out(world):
    one, two = feed(world, 0, "trafikverket", "a", group="g"), feed(world, 0, "trafikverket", "b", group="g")
    say(world, 5, "cut", "trafikverket/g", two)
    feed(world, 10, "trafikverket", "b", group="g", severity="severe")
    assert event_of(world, two) is None
    assert event_of(world, one)["items"] == [one]


def test_a_split_makes_a_second_event_that_later_reports_keep_to(world):
    keys = [feed(world, 0, "trafikverket", name, group="g") for name in "abc"]
    command = say(world, 5, "split", "trafikverket/g", keys[2])
    feed(world, 10, "trafikverket", "c", group="g", severity="severe")
    assert event_of(world, keys[2])["id"] == f"split/{command}"
    assert event_of(world, keys[0])["items"] == keys[:2]


def test_joined_events_take_in_what_their_source_adds_later(world):
    one = feed(world, 0, "trafikverket", "a", group="g")
    two = feed(world, 0, "smhi", "w", group="v", kind="warning")
    say(world, 5, "link", "trafikverket/g", "smhi/v")
    late = feed(world, 10, "smhi", "x", group="v", kind="warning")
    assert event_of(world, one)["items"] == sorted([one, two, late])
    assert "smhi/v" not in world.state.picture["event"]


def test_undoing_a_join_puts_both_back_with_their_old_links(world):
    one = feed(world, 0, "trafikverket", "a", group="g")
    two = feed(world, 0, "smhi", "w", group="v", kind="warning")
    before = {k: dict(e) for k, e in world.state.picture["event"].items()}
    command = say(world, 5, "link", "trafikverket/g", "smhi/v")
    assert event_of(world, one) == event_of(world, two)
    say(world, 6, "undo", command)
    assert world.state.picture["event"] == before
    assert feed(world, 7, "smhi", "x", group="v", kind="warning") in event_of(world, two)["items"]


def test_undoing_a_cut_or_a_link_brings_back_what_points_had_joined(world):
    first, second = pair(world)
    before = event_of(world, first)
    say(world, 6, "undo", say(world, 5, "cut", before["id"], second))
    assert event_of(world, second) == before
    other = outage(world, 7, "x", "0182")
    say(world, 9, "undo", say(world, 8, "link", other, second))
    assert event_of(world, second) == before
    assert event_of(world, other) is None


def test_what_somebody_has_changed_since_is_not_undone(world):
    one, two, three = (outage(world, 0, name, "0182") for name in "abc")
    first = say(world, 5, "link", one, two)
    say(world, 6, "link", three, two)
    assert say(world, 7, "undo", first) == "wrong_state"
    assert say(world, 7, "undo", "nothing") == "not_there"


def test_an_undo_happens_once(world):
    one, two = outage(world, 0, "a"), outage(world, 1, "b")
    command = say(world, 5, "link", one, two)
    say(world, 6, "undo", command)
    assert event_of(world, two) is None
    assert say(world, 7, "undo", command) == "not_there"


def test_a_finished_event_takes_in_nothing_that_goes_on(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    assert say(world, 5, "link", "trafikverket/g", outage(world, 2, "x")) == "wrong_state"


def test_cutting_splitting_and_linking_need_what_they_name_and_a_reason(world):
    first, second = pair(world)
    event = event_of(world, first)["id"]
    assert say(world, 5, "cut", event, "sl/nothing") == "not_there"
    assert say(world, 5, "link", event, "sl/nothing") == "not_there"
    assert say(world, 5, "link", "sl/nothing", first) == "not_there"
    assert say(world, 5, "split", "nothing", first) == "not_there"
    assert say(world, 5, "split", event, first, second) == "wrong_state"
    assert world.command(6, "cut", on=event, args={"items": [second]}).outcome.reason == "reason_missing"
    assert say(world, 6, "cut", event, second, role="reporter") == "not_allowed"


def test_what_a_person_took_out_points_never_put_anywhere(world):
    first, second = pair(world)
    say(world, 5, "cut", event_of(world, first)["id"], second)
    feed(world, 6, "trafikverket-datex", "c", point=GULLMARSPLAN)
    assert event_of(world, second) is None
    assert "near" not in item(world, second)


def test_a_pin_stays_on_the_event_until_it_is_taken_off(world):
    one = feed(world, 0, "trafikverket", "a", group="g")
    say(world, 1, "pin", "trafikverket/g")
    feed(world, 2, "trafikverket", "a", group="g", severity="severe")
    assert event_of(world, one)["pinned"]
    assert say(world, 3, "pin", "trafikverket/g") == "wrong_state"
    world.command(4, "pin", on="trafikverket/g", args={"off": True})
    assert "pinned" not in event_of(world, one)
    say(world, 5, "undo", world.records[-1].body["id"])
    assert event_of(world, one)["pinned"]
    assert say(world, 6, "pin", "nothing") == "not_there"


def test_two_events_never_stand_for_each_other(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 0, "smhi", "w", group="v", kind="warning")
    say(world, 5, "link", "trafikverket/g", "smhi/v")
    assert say(world, 6, "link", "smhi/v", "trafikverket/g") == "not_there"
    again, versions = refold(world.records)
    assert again == world.state
    assert [v.hash for v in versions] == [v.hash for v in world.versions]


def test_an_item_cut_from_the_successor_is_forgotten_in_the_finished_event_too(world):
    one = feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    feed(world, 2, "trafikverket", "a", group="g")
    say(world, 3, "cut", "trafikverket/g~2", one)
    feed(world, 4, "trafikverket", "a", group="g", change="cancel")
    world.tick(31 * 24 * 60)
    assert world.state.picture["event"] == {}
    assert world.state.picture["failed"] == {}
    assert world.state.gathered == {}


def test_ties_of_a_forgotten_item_are_forgotten(world):
    one, two = outage(world, 0, "a", "0182"), outage(world, 1, "b", "0182")
    say(world, 5, "link", one, two)
    for name in "ab":
        outage(world, 10, name, "0182", change="cancel")
    world.tick(31 * 24 * 60 + 20)
    assert world.state.ties == {}
    assert world.state.linked == {}
    assert world.state.acts == {}
    assert world.state.picture["event"] == {}
