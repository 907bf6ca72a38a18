"""The catalogue of topics: names that cannot collide, keeping that fits the promises, spaces that never meet."""

import re

import pytest
from support.world import REFERENCE

from schemas.ids import actor_of, actor_source
from schemas.times import DAY
from schemas.topics import (
    CHANGES,
    COMMANDS,
    CONTROL,
    LOG,
    LOG_KEPT,
    LOG_PARTITIONS,
    NOTICES,
    OUTCOMES,
    REJECTED,
    SNAPSHOTS,
    SUGGESTIONS,
    TEXTS,
    Space,
    catalogue,
    health,
    raw,
    reports,
    source_of,
)
from streams.feeds import load_feeds
from streams.settings import Settings
from streams.topology import ORDERED, PARTITIONS, region_partition, regions_of

FEEDS = load_feeds(Settings().region_folder)
ROWS = {row.name: row for row in catalogue(FEEDS, REFERENCE["actors"])}


def test_every_topic_has_a_name_that_kafka_takes_and_no_other_has():
    names = [row.name for row in catalogue(FEEDS, REFERENCE["actors"])]

    assert len(set(names)) == len(names)
    longest = Space("ovning-" + "x" * 40)
    assert all(re.fullmatch(r"[a-z0-9.-]{1,249}", longest.topic(name)) for name in names)
    assert len({name.replace(".", "_") for name in names}) == len(names), "Kafka's metrics write _ for ."


def test_every_topic_says_what_it_holds_and_who_may_write():
    for row in ROWS.values():
        assert row.key, row.name
        assert row.value, row.name
        assert row.writers, row.name


def test_what_people_wait_for_a_receipt_on_is_flushed_before_it_is_acknowledged():
    flushed = {row.name for row in ROWS.values() if row.flush}

    assert flushed == {COMMANDS, LOG, *(n for n in ROWS if n.startswith("reports.actor."))}
    assert all(ROWS[name].config()["flush.messages"] == "1" for name in flushed)


def test_the_log_and_all_that_is_read_with_it_are_kept_as_long():
    for name in (LOG, TEXTS, CHANGES, SNAPSHOTS, CONTROL, SUGGESTIONS, NOTICES):
        assert ROWS[name].kept_ms == LOG_KEPT, name
        assert ROWS[name].config()["retention.ms"] == str(400 * DAY)


def test_the_log_is_never_compacted_and_what_is_compacted_is_so_within_hours():
    for name in (LOG, CHANGES, SNAPSHOTS, OUTCOMES, COMMANDS, CONTROL, REJECTED):
        assert ROWS[name].config()["cleanup.policy"] == "delete", name
    for row in ROWS.values():
        if row.compact:
            assert int(row.config()["max.compaction.lag.ms"]) <= DAY // 4, row.name


def test_what_is_ordered_by_region_has_the_same_partitions_everywhere():
    assert {ROWS[name].partitions for name in ORDERED} == {LOG_PARTITIONS}
    assert all(row.partitions == 1 for row in ROWS.values() if row.name not in ORDERED)


def test_every_region_has_a_partition_that_exists():
    for region, partition in PARTITIONS.items():
        assert region_partition(region) == partition < LOG_PARTITIONS
        assert region in regions_of(partition)
    with pytest.raises(ValueError, match="not in the catalogue: 01"):
        region_partition("99")


def test_raw_evidence_and_rejected_bytes_may_be_larger_than_a_record_of_the_log():
    for name in (REJECTED, *(raw(feed) for feed in FEEDS)):
        assert int(ROWS[name].config()["max.message.bytes"]) > 2_000_000


def test_only_an_actor_and_the_server_write_an_actors_topic():
    for actor in REFERENCE["actors"]:
        assert ROWS[reports(actor_source(actor))].writers == (f"actor:{actor}", "server", "connectors")


def test_a_topics_source_is_read_back():
    for name in ("smhi", "actor.kommun-0180"):
        assert [source_of(make(name)) for make in (raw, reports, health)] == [name] * 3
    assert actor_of("actor.kommun-0180") == "kommun-0180"
    assert actor_of("smhi") is None


def test_a_space_is_a_prefix_and_the_real_one_has_none():
    real, exercise = Space("real"), Space("ovning-snowstorm")

    assert (real.topic(LOG), exercise.topic(LOG)) == ("region.log", "ovning-snowstorm.region.log")
    assert (real.exercise, exercise.exercise) == (False, True)
    assert real.bare(real.topic(LOG)) == exercise.bare(exercise.topic(LOG)) == LOG
    assert real.group("merge") != exercise.group("merge")


def test_no_topic_of_one_space_is_one_of_another():
    spaces = [Space(name) for name in ("real", "ovning-a", "ovning-a-b", "ovning-reports", "ovning-region")]
    named = [space.topic(name) for space in spaces for name in ROWS]

    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", ["", "Real", "snowstorm", "ovning-", "ovning-Å", "ovning-a.b", "ovning-" + "x" * 41])
def test_a_name_that_is_no_space_is_refused(name):
    with pytest.raises(ValueError, match="a space is"):
        Space(name)
