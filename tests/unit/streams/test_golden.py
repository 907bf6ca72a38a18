"""History is read as it was: kept logs fold to the kept bytes, unless the epoch says that they are read anew."""

import pytest
from support.golden import FOLDER, STORIES, folded, kept_epoch, read

from schemas.codec import load
from schemas.record import EPOCH

NAMES = sorted(path.name.removesuffix(".log.jsonl") for path in FOLDER.glob("*.log.jsonl"))


def told(name: str, number: int, was: bytes, now: bytes) -> str:
    """What has changed, in words for whoever changed it."""
    record = load(read(name, "log")[number - 1])
    return (
        f"\n{name}.log.jsonl, line {number} ({record['kind']}): the fold makes other bytes of it than it did.\n"
        f"  kept: {was.decode()}\n  now:  {now.decode()}\n"
        "Every log that is kept would fold to other hashes, and `lagesbild rebuild` would say that it was changed.\n"
        "If you did not mean to change how history is read, take the change back.\n"
        f"If you did: raise EPOCH in schemas/record.py above {kept_epoch()} and run ./scripts/golden."
    )


def test_every_story_has_a_log():
    assert set(STORIES) <= set(NAMES), "run ./scripts/golden"


def test_the_hashes_are_of_the_epoch_in_force():
    assert kept_epoch() == EPOCH, "the epoch was raised: run ./scripts/golden"


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_log_folds_to_the_same_bytes(name):
    was, now = read(name, "folded"), folded(read(name, "log"))

    assert len(was) == len(now)
    for number, (old, new) in enumerate(zip(was, now, strict=True), 1):
        assert old == new, told(name, number, old, new)


def test_the_logs_hold_every_kind_of_record_and_outcome():
    """A kind that is in no kept log could change without anybody seeing it."""
    kinds = {load(line)["kind"] for name in NAMES for line in read(name, "log")}
    outcomes = [o for name in NAMES for line in read(name, "folded") if (o := load(line)["outcome"])]

    assert kinds == {"report", "command", "health", "rules", "reference", "clock", "tick", "delivery"}
    assert {o["result"] for o in outcomes} == {"applied", "duplicate_of", "superseded_by", "refused", "not_folded"}
    refused = {o["reason"] for o in outcomes if o["result"] == "refused"}
    assert refused >= {
        *("revision_conflict", "order_changed", "unknown_item", "not_allowed", "not_there", "reason_missing"),
        *("bad_rules", "nothing_stands"),
    }
