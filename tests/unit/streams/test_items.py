"""Who supersedes whom, and the life of an item."""

import pytest
from support.world import T0, World

from schemas.record import Origin
from schemas.times import DAY, HOUR, MINUTE, z
from streams.core.items import life


@pytest.fixture
def world() -> World:
    return World()


def test_a_newer_report_replaces_an_older_one(world):
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4})
    outcome = world.report(5, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2}).outcome

    assert outcome.result == "applied"
    assert world.cell("0180/transit")["impact"] == 2
    assert world.cell("0180/transit")["trend"] == "better"


def test_an_older_revision_that_comes_late_is_superseded_and_says_by_which_version(world):
    first = world.report(5, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4}).outcome
    late = world.report(6, "region-sthlm-trafik", "transit-0180", {"transit 0180": 1}, sent=2).outcome

    assert (late.result, late.version) == ("superseded_by", first.version)
    assert world.cell("0180/transit")["impact"] == 4


def test_the_same_report_again_takes_no_version_and_names_the_first(world):
    first = world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4}).outcome
    for _ in range(50):
        again = world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4})
        assert (again.outcome.result, again.outcome.version) == ("duplicate_of", first.version)
        assert again.versions == ()


def test_the_same_revision_with_another_body_is_refused(world):
    world.report(0, "region-sthlm-trafik", "a", {"transit 0180": 4}, revision=1, order=1, by="revision")
    other = world.report(1, "region-sthlm-trafik", "a", {"transit 0180": 1}, revision=1, order=1, by="revision").outcome

    assert (other.result, other.reason) == ("refused", "revision_conflict")
    assert world.cell("0180/transit")["impact"] == 4


def test_an_id_keeps_the_way_it_began(world):
    world.report(0, "region-sthlm-trafik", "a", {"transit 0180": 4})
    other = world.report(1, "region-sthlm-trafik", "a", {"transit 0180": 1}, revision=1, order=1, by="revision").outcome

    assert (other.result, other.reason) == ("refused", "order_changed")


def test_a_record_that_intake_repeats_changes_nothing_at_all(world):
    world.report(0, "region-sthlm-trafik", "a", {"transit 0180": 4})
    before, digest = world.state.version, world.state.hash
    repeated = world.take(world.records[-1])

    assert repeated.repeat
    assert repeated.outcome is None
    assert (world.state.version, world.state.hash) == (before, digest)


def test_an_earlier_offset_of_the_same_partition_is_a_repeat_too(world):
    world.put(0, "tick", {}, origin=Origin("in", 0, 7))
    assert world.put(1, "tick", {}, origin=Origin("in", 0, 6)).repeat
    assert not world.put(1, "tick", {}, origin=Origin("in", 1, 6)).repeat


def test_cancelled_expired_withdrawn_and_left_are_four_different_things(world):
    def state() -> str:
        return world.state.picture["item"]["smhi/1-1"]["state"]

    world.warning(0, "RED", 1, onset=T0 + HOUR, ends=T0 + 2 * HOUR)
    assert state() == "not_begun"
    world.tick(60)
    assert state() == "active"
    world.tick(120)
    assert state() == "expired"
    world.warning(121, "RED", 2, ends=T0 + 9 * HOUR)
    assert state() == "active"
    world.warning(122, "RED", 3, change="cancel")
    assert state() == "cancelled"
    world.warning(123, "RED", 4)
    world.warning(124, "RED", 5, change="withdraw")
    assert state() == "withdrawn"
    world.warning(125, "RED", 6)
    world.warning(126, "RED", 7, areas=[], change="elsewhere")
    assert state() == "left"


def test_a_cancel_of_something_never_heard_of_is_refused(world):
    outcome = world.warning(0, "RED", 1, change="cancel").outcome
    assert (outcome.result, outcome.reason) == ("refused", "unknown_item")


def test_a_stub_of_something_never_heard_of_is_nothing(world):
    before = world.state.version
    assert world.warning(0, "RED", 1, areas=[], change="elsewhere").outcome.result == "applied"
    assert world.state.version == before


def test_what_is_past_when_it_is_read_is_born_expired(world):
    world.warning(0, "RED", 1, ends=T0 - HOUR)
    assert world.state.picture["item"]["smhi/1-1"]["state"] == "expired"
    assert len(world.last.versions) == 1
    assert not world.suggestions("raised", "holding")


def test_a_report_known_long_after_it_was_sent_is_marked_as_learned_late(world):
    world.report(0, "region-sthlm-trafik", "a", {"transit 0180": 4}, sent=-90)
    assert world.state.picture["item"]["actor.region-sthlm-trafik/a"]["learned_late"]


def test_a_closed_item_is_forgotten_after_thirty_days(world):
    world.warning(0, "RED", 1, ends=T0 + HOUR)
    world.tick(60 + 30 * 24 * 60 - 1)
    assert "smhi/1-1" in world.state.items
    world.tick(60 + 30 * 24 * 60)
    assert "smhi/1-1" not in world.state.items
    assert world.state.picture["event"] == {}


def test_the_texts_of_a_cancelled_item_stay_readable(world):
    world.warning(0, "RED", 1, texts={"headline": "h1"})
    world.warning(1, "RED", 2, change="cancel", texts={"headline": "h2"})
    assert world.state.picture["item"]["smhi/1-1"]["texts"] == {"headline": "h1", "closing_headline": "h2"}


def test_unchanged_renews_everything_the_actor_stands_for(world):
    world.report(0, "kommun-0180", "road-0180", {"road 0180": 2}, next_report=T0 + 30 * MINUTE)
    world.report(1, "kommun-0180", "care-0180", {"care 0180": 3}, next_report=T0 + 30 * MINUTE)
    world.tick(31)
    assert world.cell("0180/road")["unknown"] == "outdated"
    outcome = world.report(32, "kommun-0180", "u1", change="unchanged", next_report=T0 + 90 * MINUTE).outcome

    assert outcome.result == "applied"
    assert world.cell("0180/road")["impact"] == 2
    assert world.cell("0180/care")["impact"] == 3
    world.tick(89)
    assert world.cell("0180/road")["impact"] == 2
    world.tick(90)
    assert world.cell("0180/road")["last"] == 2


def test_unchanged_holds_until_the_earlier_of_its_own_times(world):
    world.report(0, "kommun-0180", "road-0180", {"road 0180": 2})
    world.report(1, "kommun-0180", "u1", change="unchanged", valid_until=T0 + HOUR, next_report=T0 + 3 * HOUR)
    world.tick(59)
    assert world.cell("0180/road")["impact"] == 2
    world.tick(60)
    assert world.cell("0180/road")["unknown"] == "outdated"


def test_unchanged_of_an_actor_that_stands_for_nothing_is_refused(world):
    outcome = world.report(0, "kommun-0180", "u1", change="unchanged").outcome
    assert (outcome.result, outcome.reason) == ("refused", "nothing_stands")


def test_the_same_receipt_again_gets_its_first_answer_whatever_has_happened_since(world):
    """A producer in doubt sends its batch again: the same acceptance lies in the input twice, at other places."""
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4})
    first, record = world.last.outcome, world.records[-1]
    again = world.take(record._replace(origin=Origin("test", 1, 1)))
    assert again.outcome == first
    world.report(5, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    later = world.take(record._replace(origin=Origin("test", 1, 2)))

    assert later.outcome == first
    assert later.versions == ()
    assert world.cell("0180/transit")["impact"] == 2
    world.tick(70)
    assert record.receipt not in world.state.told


def test_what_its_sender_denies_is_denied_and_leaves_its_cells(world):
    world.report(0, "region-sthlm-trafik", "rykte", {"transit 0180": 4})
    world.report(5, "region-sthlm-trafik", "rykte", change="deny")
    item = world.state.picture["item"]["actor.region-sthlm-trafik/rykte"]
    assert (item["state"], "closed_at" in item) == ("denied", True)
    assert world.cell("0180/transit") == {}


def test_a_rumour_is_denied_though_nobody_here_had_reported_it(world):
    assert world.report(5, "region-sthlm-trafik", "rykte", change="deny").outcome.result == "applied"
    assert world.state.picture["item"]["actor.region-sthlm-trafik/rykte"]["state"] == "denied"
    world.report(9, "region-sthlm-trafik", "rykte", {"transit 0180": 3})
    assert world.cell("0180/transit")["impact"] == 3


@pytest.mark.parametrize(
    ("change", "onset", "ends", "stale", "state"),
    [
        ("report", None, None, None, "active"),
        ("report", 10, 11, 11, "active"),
        ("report", 11, None, None, "not_begun"),
        ("report", None, 10, None, "expired"),
        ("report", None, None, 10, "outdated"),
        ("report", 11, 10, 10, "expired"),
        ("report", 11, None, 10, "not_begun"),
        ("deny", None, 10, 10, "denied"),
        ("cancel", 11, 10, 10, "cancelled"),
        ("withdraw", 11, 10, 10, "withdrawn"),
        ("elsewhere", 11, 10, 10, "left"),
    ],
)
def test_what_its_source_said_goes_before_its_end_its_beginning_and_its_age(change, onset, ends, stale, state):
    assert life(change, onset=onset, ends=ends, stale=stale, at=10) == state


def test_a_report_that_a_forum_waits_for_is_outdated_after_half_as_long_again(world):
    world.put(0, "reference", {**world.state.reference_raw, "figures": {}})
    world.command(1, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.command(2, "set_reporting", on="f", args={"interval_min": 60})
    world.report(3, "region-sthlm-trafik", "x", {"transit 0180": 4})
    assert world.state.due["stale|actor.region-sthlm-trafik/x"] == T0 + 93 * MINUTE


def test_forums_that_come_and_go_keep_nothing_closed_from_being_forgotten(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 4})
    world.report(1, "region-sthlm-trafik", "x", change="cancel")
    world.command(99, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    assert world.state.due["forget|actor.region-sthlm-trafik/x"] == T0 + MINUTE + 30 * DAY
    world.report(200, "region-sthlm-trafik", "x", change="cancel")
    assert world.state.due["forget|actor.region-sthlm-trafik/x"] == T0 + 200 * MINUTE + 30 * DAY


def public(world: World, name: str = "region-sthlm-trafik/x") -> dict:
    return world.state.picture["item"][f"actor.{name}"]


def test_unchanged_sent_twice_or_late_renews_nothing_and_names_what_stands(world):
    first = world.report(5, "kommun-0180", "road-0180", {"road 0180": 2}).outcome
    again = world.report(6, "kommun-0180", "u", change="unchanged", sent=5).outcome
    late = world.report(7, "kommun-0180", "u", change="unchanged", sent=4).outcome
    assert (again.result, again.version) == ("duplicate_of", first.version)
    assert (late.result, late.version) == ("superseded_by", first.version)
    assert public(world, "kommun-0180/road-0180")["sent"] == z(T0 + 5 * MINUTE)


def test_unchanged_speaks_of_cells_only(world):
    world.report(0, "kommun-0180", "i", kind="issue")
    assert world.report(1, "kommun-0180", "u", change="unchanged").outcome.reason == "nothing_stands"
    world.report(2, "kommun-0180", "road-0180", {"road 0180": 2})
    world.report(3, "kommun-0180", "u", change="unchanged")
    assert public(world, "kommun-0180/i")["sent"] == z(T0)


def test_what_unchanged_renewed_is_newer_than_what_was_sent_before_it(world):
    world.report(0, "kommun-0180", "road-0180", {"road 0180": 2})
    world.report(10, "kommun-0180", "u", change="unchanged")
    assert world.report(11, "kommun-0180", "road-0180", {"road 0180": 4}, sent=5).outcome.result == "superseded_by"


def test_unchanged_takes_no_number_from_who_numbers_its_revisions(world):
    world.report(0, "kommun-0180", "a", {"road 0180": 2}, revision=1, order=1, by="revision")
    world.report(10, "kommun-0180", "u", change="unchanged")
    later = world.report(11, "kommun-0180", "a", {"road 0180": 4}, revision=2, order=2, by="revision")
    assert later.outcome.result == "applied"


def test_an_outdated_report_that_is_renewed_is_active_and_overdue_no_more(world):
    world.report(0, "kommun-0180", "road-0180", {"road 0180": 3}, next_report=T0 + HOUR)
    world.tick(60)
    assert public(world, "kommun-0180/road-0180")["state"] == "outdated"
    assert list(world.state.members["overdue"]) == ["actor.kommun-0180/road-0180"]
    world.report(70, "kommun-0180", "u", change="unchanged")
    shown = public(world, "kommun-0180/road-0180")
    assert (shown["state"], shown["sent"], shown["known_at"]) == ("active", *[z(T0 + 70 * MINUTE)] * 2)
    assert "overdue" not in world.state.members


def test_what_is_over_says_since_when_and_what_is_not_does_not(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 4})
    assert "closed_at" not in public(world)
    world.report(5, "region-sthlm-trafik", "x", change="cancel")
    assert public(world)["closed_at"] == z(T0 + 5 * MINUTE)


@pytest.mark.parametrize(("sent", "late"), [(0, False), (-60, False), (-61, True)])
def test_only_what_was_sent_more_than_an_hour_ago_was_learned_late(world, sent, late):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 4}, sent=sent)
    assert ("learned_late" in public(world)) is late


def test_a_report_that_ends_by_its_own_word_leaves_its_cells(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 4}, ends=T0 + HOUR)
    world.tick(60)
    assert (public(world)["state"], world.cell("0180/transit")) == ("expired", {})


def test_what_is_over_still_says_when_it_was_to_begin_and_to_end(world):
    world.warning(0, "RED", 1, onset=T0 + HOUR, ends=T0 + 2 * HOUR)
    world.warning(1, "RED", 2, change="cancel")
    shown = world.state.picture["item"]["smhi/1-1"]
    assert (shown["onset"], shown["ends"], shown["native"]["level"]) == (z(T0 + HOUR), z(T0 + 2 * HOUR), "RED")


def test_what_is_forgotten_is_none_of_the_actors_items(world):
    world.report(0, "kommun-0180", "a", {"road 0180": 2})
    world.report(1, "kommun-0180", "a", change="cancel")
    assert list(world.state.mine["kommun-0180"]) == ["actor.kommun-0180/a"]
    world.tick(31 * 24 * 60)
    assert world.state.mine["kommun-0180"] == {}
    assert world.report(31 * 24 * 60, "kommun-0180", "u", change="unchanged").outcome.reason == "nothing_stands"


def test_the_words_of_what_is_forgotten_are_likened_to_nothing_any_more(world):
    for name, minute in (("a", 0), ("b", 20 * 24 * 60)):
        world.warning(minute, "RED", 1, id=name, group=name, like={"text": "k" * 16})
        world.warning(minute + 1, "RED", 2, id=name, group=name, like={"text": "k" * 16}, change="cancel")
    assert world.state.alike == {"k" * 16: ["smhi/a", "smhi/b"]}
    world.tick(31 * 24 * 60)
    assert world.state.alike == {"k" * 16: ["smhi/b"]}
    world.tick(60 * 24 * 60)
    assert world.state.alike == {}
