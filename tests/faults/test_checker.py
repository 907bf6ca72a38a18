"""The checker finds what it is there to find: each kind of loss, made by hand."""

import hashlib
import json
from typing import Any

import pytest
from support.checker import Raw, follow, judge, missed_calls, said

SPACE, REGION = "ovning-test", "01"
REPORT = {"actor": "kommun-0180", "id": "m1", "sent": "2027-01-19T06:00:00.000Z", "receipt": "r1"}
ITEM = "actor.kommun-0180/m1"


def version(number: int, prev: str, *items: str) -> bytes:
    changes = [{"kind": "item", "key": item, "value": {"sent": REPORT["sent"]}} for item in items]
    return json.dumps({"version": number, "prev": prev, "changes": changes}).encode()


def published(*values: bytes) -> list[Raw]:
    return [Raw(0, n, REGION, value, {"type": b"version"}) for n, value in enumerate(values)]


FIRST = version(1, hashlib.sha256(f"{SPACE}\n{REGION}".encode()).hexdigest(), ITEM)
SECOND = version(2, hashlib.sha256(FIRST).hexdigest())


def test_repeats_with_the_same_bytes_are_no_fault():
    chain = follow(SPACE, REGION, published(FIRST, SECOND, FIRST, SECOND))

    assert chain.faults == []
    assert (len(chain.values), chain.again) == (2, [1, 2])


@pytest.mark.parametrize(
    "values",
    [
        (FIRST, version(2, "00")),
        (FIRST, version(3, hashlib.sha256(FIRST).hexdigest())),
        (FIRST, SECOND, version(2, hashlib.sha256(FIRST).hexdigest(), ITEM)),
        (version(1, hashlib.sha256(b"real\n01").hexdigest()),),
        (SECOND,),
    ],
    ids=["broken link", "gap", "other bytes", "another space's beginning", "no beginning"],
)
def test_a_chain_that_does_not_hold_is_a_fault(values: tuple[bytes, ...]):
    assert len(follow(SPACE, REGION, published(*values)).faults) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        {"result": "applied", "version": 2},
        {"result": "applied", "version": 3},
        {"result": "duplicate_of", "version": 2},
        {"result": "superseded_by", "version": 0},
        {"result": "refused"},
        {"result": "rejected", "reason": "schema"},
        {"result": "not_folded", "reason": "items"},
    ],
    ids=str,
)
def test_what_is_nowhere_is_lost_whatever_its_outcome_says(outcome: dict[str, Any] | None):
    chain = follow(SPACE, REGION, published(FIRST, SECOND))

    why = judge(REPORT, outcome, chain, rejected=set())

    assert why is not None
    assert why.startswith(ITEM)


@pytest.mark.parametrize(
    "outcome",
    [
        {"result": "applied", "version": 1},
        {"result": "duplicate_of", "version": 1},
        {"result": "superseded_by", "version": 1},
        {"result": "refused", "reason": "revision_conflict"},
        {"result": "rejected", "reason": "sender_mismatch"},
    ],
    ids=str,
)
def test_what_is_somewhere_is_not_lost(outcome: dict[str, Any]):
    chain = follow(SPACE, REGION, published(FIRST, SECOND))

    assert judge(REPORT, outcome, chain, rejected={"r1"}) is None


def test_an_outcome_that_becomes_another_is_a_fault():
    first, again, other = (json.dumps({"result": "applied", "version": n}).encode() for n in (1, 1, 2))

    assert said([Raw(0, 0, "r1/01", first, {}), Raw(0, 1, "r1/01", again, {})])[1] == []
    assert len(said([Raw(0, 0, "r1/01", first, {}), Raw(0, 1, "r1/01", other, {})])[1]) == 1


def test_a_call_that_never_came_is_missed_and_one_that_was_listed_is_not(tmp_path):
    receiver = tmp_path / "receiver.jsonl"
    posts = [{"key": "n1/0", "notice": "n1"}, {"key": "missed-1/0", "notice": "missed-1", "listed": ["n2"]}]
    receiver.write_text("".join(json.dumps({"body": post}) + "\n" for post in posts))

    assert missed_calls(["n1", "n2", "n3"], receiver) == ["n3"]
    assert missed_calls(["n1"], tmp_path / "nothing.jsonl") == ["n1"]
