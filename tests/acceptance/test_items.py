"""What becomes of a source's items, whatever the source: told once, changed, ended in one of four ways."""

import pytest
from support.driving import CONNECTORS, Driven, drivable

from schemas.times import MINUTE, from_datetime


def test_every_connector_is_driven():
    assert drivable() == CONNECTORS


async def begun(driven: Driven, *numbers: int):
    """The connector has heard a list with these items."""
    items = driven.new(*numbers)
    driven.say(items)
    await (await driven.start()).once()
    return items


async def test_a_list_is_read_whole_and_without_surprise(driven: Driven):
    await begun(driven, 1, 2, 3)

    (health,) = driven.health()
    assert (health["heard"], health["items"], health.get("error")) == (True, 3, None)
    assert health["complete"] == (not driven.fixture.partial)
    assert health["drift"] == driven.fixture.drift
    assert driven.rejected() == []
    assert [r.change for r in driven.told()] == ["report"] * 3
    assert len({r.id for r in driven.told()}) == 3
    assert {r.source for r in driven.told()} == {driven.name}


async def test_times_are_the_sources_own(driven: Driven):
    (item,) = await begun(driven, 1)

    (report,) = driven.told()
    assert from_datetime(report.sent) == item.sent
    if driven.fixture.ends:
        assert report.ends is not None
        assert from_datetime(report.ends) == item.ends


async def test_an_unchanged_list_is_told_once(driven: Driven):
    await begun(driven, 1, 2)
    await driven.many(4)

    assert len(driven.told()) == 2
    assert all(h["heard"] and h["complete"] == (not driven.fixture.partial) for h in driven.health())


async def test_a_change_is_one_revision_of_the_same_identity_with_a_higher_order(driven: Driven):
    one, two = await begun(driven, 1, 2)
    before = driven.standing()
    driven.clock.at += MINUTE
    driven.say([one.changed(driven.clock.at), two])
    await driven.many(3)

    (update,) = driven.told()[2:]
    assert update.change == "report"
    assert (update.revision or 0) > (before[update.id].revision or 0)
    assert update.texts != before[update.id].texts or update.headline != before[update.id].headline


async def test_a_new_item_is_told_alone(driven: Driven):
    items = await begun(driven, 1, 2)
    known = driven.open_ids()
    driven.clock.at += MINUTE
    driven.say([*items, *driven.new(3)])
    await driven.many(3)

    (new,) = driven.told()[2:]
    assert new.id not in known
    assert driven.open_ids() == known | {new.id}


async def test_order_of_a_list_means_nothing(driven: Driven):
    items = await begun(driven, 1, 2, 3)
    driven.say(items[::-1])
    await driven.many(3)

    assert len(driven.told()) == 3


async def test_an_item_ends_by_its_own_word_and_is_not_withdrawn(driven: Driven):
    if not driven.fixture.ends:
        pytest.skip("its items tell no end")
    one, two = driven.new(1, 2)
    driven.say([one._replace(ends=driven.clock.at + 5 * MINUTE), two])
    await (await driven.start()).once()
    driven.clock.at += 30 * MINUTE
    driven.say([two])
    await driven.many(driven.agreeing + 3)

    assert [r.change for r in driven.told()] == ["report", "report"]


async def test_an_explicit_sign_closes_the_same_identity_at_once(driven: Driven):
    if not driven.fixture.has_sign:
        pytest.skip("its source has no sign")
    one, two = await begun(driven, 1, 2)
    known = driven.open_ids()
    driven.clock.at += MINUTE
    driven.say([one.changed(driven.clock.at)._replace(over=True), two])
    await driven.many(3)

    (closing,) = driven.told()[2:]
    assert closing.change == "cancel"
    assert closing.id in known
    assert driven.open_ids() == known - {closing.id}


async def test_absence_counts_only_where_it_may_and_only_after_lists_that_agree(driven: Driven):
    items = await begun(driven, 1, 2, 3)
    driven.say(items[:2])
    withdrawn = []
    for _ in range(driven.agreeing + 3):
        await driven.once()
        withdrawn.append(len(driven.told("withdraw")))

    if driven.about.withdraws == "sign":
        assert len(driven.open_ids()) == 3
    else:
        assert withdrawn[: driven.about.agreeing - 1] == [0] * (driven.about.agreeing - 1)
        assert withdrawn[driven.agreeing - 1 :] == [1] * 4
        assert len(driven.open_ids()) == 2


async def test_a_list_suddenly_empty_must_last(driven: Driven):
    await begun(driven, 1, 2, 3)
    driven.say([], "empty")
    for minute in range(1, 10):
        await driven.once(60)
        assert len(driven.open_ids()) == 3, minute

    await driven.many(driven.agreeing + 3, max(300, driven.fixture.step_s))
    assert len(driven.open_ids()) == (3 if driven.about.withdraws == "sign" else 0)


async def test_an_item_that_comes_back_stands_again(driven: Driven):
    items = await begun(driven, 1, 2, 3)
    driven.say(items[:2])
    await driven.many(driven.agreeing + 2)
    driven.say(items)
    await driven.many(2)

    assert len(driven.open_ids()) == 3


async def test_an_exercise_is_never_taken_for_reality(driven: Driven):
    if driven.fixture.exercise is None:
        assert driven.fixture.without_exercise
        pytest.skip(driven.fixture.without_exercise)
    driven.say([*driven.new(1), *driven.new(2, exercise=True)])
    await (await driven.start()).once()

    assert sorted(r.status for r in driven.told()) == sorted(["actual", driven.fixture.exercise.status])


async def test_a_bad_item_hides_no_other_and_lies_on_rejected_with_its_bytes(driven: Driven):
    good = driven.new(1, 2)
    (bad,) = driven.new(9)
    driven.say([good[0], bad._replace(bad=True), good[1]])
    await (await driven.start()).many(3)

    assert len(driven.open_ids()) == 2
    (rejected,) = driven.rejected()
    assert (rejected.source, rejected.stage) == (driven.name, "connector")
    assert rejected.reason in {"schema", "malformed"}
    assert rejected.detail
    assert rejected.value


async def test_a_bad_item_among_good_ones_takes_nothing_back(driven: Driven):
    one, two, three = await begun(driven, 1, 2, 3)
    driven.say([one, two, three._replace(bad=True)])
    await driven.many(driven.agreeing + 4)

    assert len(driven.open_ids()) == 3


async def test_identities_that_come_twice_with_different_bodies_take_nothing_back(driven: Driven):
    one, two, _ = await begun(driven, 1, 2, 3)
    driven.clock.at += MINUTE
    driven.say([one, one.changed(driven.clock.at), two])
    await driven.many(driven.agreeing + 4)

    assert len(driven.open_ids()) == 3
    assert not [r for r in driven.told() if r.change != "report"]
