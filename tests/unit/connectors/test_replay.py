"""What was fetched is read again: evidence finds its way back, and a mended parser's differences are shown."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors.smhi.parse
from connectors.contract import Batch, Parsed, Raw
from connectors.quality import about
from connectors.replay import Difference, Replayed, again, compare, merged, shown
from connectors.telling.evidence import evidence, read_evidence
from connectors.telling.told import as_json
from schemas.report import FeedReport
from schemas.times import MINUTE, to_datetime
from schemas.topics import Space
from streams.bus import In

SPACE, T0 = Space("real"), 1_800_000_000_000
FACTS = about("smhi")


def document(body, at=T0, *, unchanged=False, expected=True):
    digest = hashlib.sha256(body).hexdigest()
    return Raw("https://example.org/list", 200, {"ETag": '"1"'}, at, body, digest, unchanged, expected)


def records(*batches):
    outs = [out for batch in batches for out in evidence(SPACE, "smhi", batch)]
    return [In(o.topic, 0, i, 0, o.key, o.value, dict(o.headers)) for i, o in enumerate(outs)]


def item(key="a", **more):
    fields = {"source": "smhi", "kind": "warning", "sent": to_datetime(T0), "revision": T0, "headline": "Snö"}
    return FeedReport(id=key, **(fields | more))


def asked(batch):
    return [(one.at, one.reach, [(d.body, d.status, d.headers, d.expected) for d in one.documents]) for one in batch]


@given(st.lists(st.lists(st.binary(max_size=30), min_size=1, max_size=4), max_size=6), st.booleans())
def test_askings_come_back_from_the_topic_as_they_were(bodies, expected):
    batches = [
        Batch(Parsed(), *(first := [document(b, T0 + n, expected=expected) for b in row])[:1], more=tuple(first[1:]))
        for n, row in enumerate(bodies)
    ]

    assert asked(read_evidence(records(*batches))) == [
        (T0 + n, "all", [(b, 200, {"ETag": '"1"'}, expected) for b in row]) for n, row in enumerate(bodies)
    ]


def test_an_unchanged_answer_finds_the_bytes_of_the_one_before():
    first, again_ = document(b"[1]"), document(b"[1]", T0 + MINUTE, unchanged=True)
    found = list(read_evidence(records(Batch(Parsed(), first), Batch(Parsed(), again_))))

    assert [one.documents[0].body for one in found] == [b"[1]", b"[1]"]
    assert records(Batch(Parsed(), again_))[0].value == b""


def test_an_asking_whose_bytes_are_not_kept_any_more_is_left_out():
    whole = records(Batch(Parsed(), document(b"a"), more=(document(b"b"),)), Batch(Parsed(), document(b"c")))

    assert asked(read_evidence(whole[1:])) == asked(read_evidence(whole[2:]))
    assert len(asked(read_evidence(whole[2:]))) == 1
    assert asked(read_evidence(records(Batch(Parsed(), document(b"x", unchanged=True))))) == []


def test_a_mended_parser_shows_what_it_would_add_change_and_leave_out():
    bodies = {b"one": (item("a"), item("b")), b"two": (item("a", headline="Storm", revision=T0 + 1), item("c"))}

    def parse(raw):
        return Parsed(items=bodies[raw], complete=False, seen=frozenset(i.id for i in bodies[raw]))

    batches = [Batch(Parsed(), document(body, T0 + n * MINUTE)) for n, body in enumerate(bodies)]
    ledger, askings, rejected = again("smhi", read_evidence(records(*batches)), parse, FACTS)
    published = {
        "a": (T0, as_json(item("a", headline="Stor", revision=T0 + 1))),
        "b": (T0, as_json(item("b"))),
        "gone": (T0, as_json(item("gone"))),
        "older": (T0 - 1, as_json(item("older"))),
        "later": (T0 + 9 * MINUTE, as_json(item("later"))),
    }
    same, differences = compare(ledger, published, T0, T0 + 9 * MINUTE)

    assert (askings, rejected, same) == (2, 0, 1)
    assert [(d.id, d.verdict, d.fields) for d in differences] == [
        ("a", "changed", ("headline",)),
        ("c", "new", ()),
        ("gone", "gone", ()),
    ]


def test_what_is_told_of_no_difference_and_of_one_is_a_line():
    alone = Replayed("smhi", 3, 1, 7, ())
    other = alone._replace(differences=(Difference("a", "changed", ("headline",), None, {"headline": "Storm"}),))

    assert shown(alone).splitlines() == [
        "smhi: 3 askings read again, 7 items as they were, 1 pieces refused",
        "  nothing would change",
    ]
    assert shown(other).splitlines()[1] == "  changed  a in headline: Storm"


def test_of_an_item_in_two_documents_the_last_counts_and_one_part_makes_the_whole_incomplete():
    one = Parsed(items=(item("a"),), complete=True, seen=frozenset("a"))
    two = Parsed(items=(item("a", headline="Storm"), item("b")), seen=frozenset("ab"), error="down")
    whole = merged([one, two])

    assert [(i.id, i.headline) for i in whole.items] == [("a", "Storm"), ("b", "Snö")]
    assert (whole.complete, whole.error, whole.seen) == (False, "down", {"a", "b"})


@pytest.mark.parametrize("raw", [b"", b"[]", b"\x00", b'{"a": 1}'])
def test_bytes_that_are_no_list_give_nothing_and_break_nothing(raw):
    batch = Batch(Parsed(), document(raw))
    ledger, askings, _ = again("smhi", read_evidence(records(batch)), connectors.smhi.parse.parse, FACTS)

    assert (dict(ledger.told), askings) == ({}, 1)
