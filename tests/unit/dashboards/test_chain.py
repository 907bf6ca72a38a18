"""The picture grows link by link: a gap, a fork or a wrong link is never taken, a repeat changes nothing."""

import pytest

from dashboards.picture.chain import Chain, ChainBroken, beginning, read_version
from schemas.change import Cause, Change, Version, seal
from schemas.codec import load


def versions(count: int, key: str = "0180/road") -> list[Version]:
    made: list[Version] = []
    for n in range(1, count + 1):
        prev = made[-1].hash if made else beginning("real", "01").head.hash
        change = Change("cell", key, {"impact": n % 5 + 1})
        made.append(seal(prev, n, at=n * 1000, happened_at=None, cause=Cause("report", str(n)), changes=[change]))
    return made


def grown(count: int) -> tuple[Chain, list[Version]]:
    chain, made = beginning("real", "01"), versions(count)
    for version in made:
        assert chain.advance(version)
    return chain, made


def test_a_version_read_back_from_its_bytes_has_the_same_hash():
    version = versions(1)[0]

    assert read_version(version.raw, load(version.raw)) == version


def test_each_version_brings_the_picture_forward():
    chain, made = grown(3)

    assert (chain.head.version, chain.head.hash, chain.head.at) == (3, made[2].hash, 3000)
    assert chain.picture["cell"]["0180/road"] == {"impact": 4}


def test_a_repeat_changes_nothing():
    chain, made = grown(3)

    assert not chain.advance(made[0])
    assert not chain.advance(made[2])
    assert chain.head.version == 3


def test_a_chain_that_begins_in_a_snapshot_learns_the_time_of_its_version_from_the_repeat():
    whole, made = grown(3)
    chain = Chain(whole.picture, whole.head._replace(at=None))

    assert [chain.advance(version) for version in made[1:]] == [False, False]
    assert chain.head == whole.head


def test_a_gap_is_not_jumped():
    chain, _ = grown(1)

    with pytest.raises(ChainBroken, match="some are missing"):
        chain.advance(versions(3)[2])
    assert chain.head.version == 1


def test_a_version_made_on_another_history_is_not_taken():
    chain, _ = grown(1)
    stranger = versions(2, key="0188/road")[1]

    with pytest.raises(ChainBroken, match="another version 1"):
        chain.advance(stranger)


def test_a_known_version_with_other_content_is_two_writers():
    chain, _ = grown(2)

    with pytest.raises(ChainBroken, match="written twice"):
        chain.advance(versions(1, key="0188/road")[0])


def test_the_ring_gives_back_every_older_picture_it_reaches():
    chain, _ = grown(6)

    for number in range(1, 7):
        old = chain.ring.undo(chain.picture, number)
        assert old is not None
        assert old["cell"]["0180/road"] == {"impact": number % 5 + 1}
    assert chain.ring.undo(chain.picture, 0) is None
    assert chain.ring.at_time(3_500) == 3


def test_what_has_fallen_out_of_the_ring_is_said_and_not_guessed():
    chain = beginning("real", "01")
    chain.ring = type(chain.ring)(versions=2)
    for version in versions(5):
        chain.advance(version)

    assert chain.ring.after(2) is None
    assert [entry.version.number for entry in chain.ring.after(3) or []] == [4, 5]
    assert chain.ring.after(5) == []
