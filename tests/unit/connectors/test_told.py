"""What a batch adds to what has been told: only news, in an order the fold can follow."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Batch, Parsed, Raw, Refused
from connectors.telling.cursor import Cursor, CursorFile
from connectors.telling.told import REMEMBERED, Ledger, plan, recall
from schemas.outcome import Refusal
from schemas.report import FeedReport
from schemas.times import MINUTE, to_datetime

T0 = 1_800_000_000_000


def item(key="1-1", revision=T0, headline="Snö", **more):
    fields = {"source": "smhi", "kind": "warning", "sent": to_datetime(revision or T0), "headline": headline}
    return FeedReport(id=key, revision=revision, **(fields | more))


def batch(*items, complete=True, reach="all", wholes=(), seen=None, as_of=None, expected=True):
    shown = frozenset(i.id for i in items) if seen is None else frozenset(seen)
    parsed = Parsed(items=items, complete=complete, seen=shown, wholes=frozenset(wholes), as_of=as_of)
    return Batch(parsed, Raw("http://x/", 200, {}, T0, b"", "", expected=expected), reach)


class Telling:
    """Batches one after the other, a minute apart."""

    def __init__(self, **rules):
        self.ledger, self.at, self.older = Ledger(), T0, 0
        self.rules = rules

    def of(self, *items, minutes=1, **more):
        self.at += minutes * MINUTE
        planned = plan(self.ledger, batch(*items, **more), self.at, **self.rules)
        self.ledger, self.older = planned.ledger, planned.older
        return [(n.report.id, n.report.change, n.report.revision) for n in planned.news]


def test_new_item_is_told_once():
    telling = Telling()

    assert telling.of(item()) == [("1-1", "report", T0)]
    assert telling.of(item()) == []


def test_newer_revision_is_told_with_the_sources_own_order():
    telling = Telling()
    telling.of(item())

    assert telling.of(item(revision=T0 + 5)) == [("1-1", "report", T0 + 5)]


def test_change_without_a_new_order_gets_the_next_one():
    telling = Telling()
    telling.of(item())

    assert telling.of(item(headline="Snö och blåst")) == [("1-1", "report", T0 + 1)]
    assert telling.of(item(headline="Snö och blåst")) == []
    assert telling.of(item(headline="Storm")) == [("1-1", "report", T0 + 2)]


def test_order_of_ours_is_left_behind_when_the_source_goes_on():
    telling = Telling()
    telling.of(item())
    telling.of(item(headline="Snö och blåst"))

    assert telling.of(item(revision=T0 + 9000)) == [("1-1", "report", T0 + 9000)]


def test_old_copy_of_a_list_tells_nothing_and_takes_nothing_back():
    telling = Telling()
    telling.of(item(revision=T0 + 10), item("2-2"))

    for _ in range(5):
        assert telling.of(item(revision=T0), minutes=30) == []
        assert telling.older == 1


def test_withdrawal_holds_the_last_report_with_the_next_order_and_the_time_it_was_proven():
    telling = Telling()
    telling.of(item(place={"codes": ["01"]}), item("2-2"))
    telling.of(item("2-2"))

    planned = plan(telling.ledger, batch(item("2-2")), telling.at + MINUTE)

    (news,) = planned.news
    assert (news.report.change, news.report.revision) == ("withdraw", T0 + 1)
    assert news.report.place.codes == ["01"]
    assert news.report.sent == to_datetime(telling.at + MINUTE)


def test_withdrawn_item_that_comes_again_unchanged_is_told_again():
    telling = Telling()
    telling.of(item(), item("2-2"))
    telling.of(item("2-2"))
    telling.of(item("2-2"))

    assert telling.of(item(), item("2-2")) == [("1-1", "report", T0 + 2)]


def test_item_past_its_own_end_needs_no_withdrawal():
    telling = Telling()
    telling.of(item(ends=to_datetime(T0 + 5 * MINUTE)), item("2-2"))

    assert [telling.of(item("2-2"), minutes=10) for _ in range(4)] == [[]] * 4
    assert set(telling.ledger.told) == {"2-2"}


def test_changes_say_nothing_by_what_is_not_in_them():
    telling = Telling()
    telling.of(item(), item("2-2"))

    assert [telling.of(reach="changes", minutes=60) for _ in range(5)] == [[]] * 5


def test_group_told_whole_takes_back_what_it_holds_no_more():
    telling = Telling()
    telling.of(item("s", group="s"), item("s-2", group="s"), item("t", group="t"))

    told = telling.of(item("s", revision=T0 + 1, group="s"), reach="changes", wholes=["s"])

    assert told == [("s", "report", T0 + 1), ("s-2", "cancel", T0 + 1)]


def test_cancel_of_something_never_told_is_no_news():
    assert Telling().of(item(change="cancel")) == []


def test_cancel_is_told_once_and_a_later_report_opens_it_again():
    telling = Telling()
    telling.of(item())

    assert telling.of(item(revision=T0 + 5, change="cancel")) == [("1-1", "cancel", T0 + 5)]
    assert telling.of(item(revision=T0 + 5, change="cancel")) == []
    assert telling.of(item()) == []
    assert telling.of(item(revision=T0 + 9)) == [("1-1", "report", T0 + 9)]


def test_deletion_that_keeps_the_order_of_what_it_deletes_is_still_news():
    telling = Telling()
    telling.of(item())

    assert telling.of(item(change="cancel")) == [("1-1", "cancel", T0 + 1)]


def test_what_was_taken_back_is_forgotten_after_thirty_days():
    telling = Telling()
    telling.of(item(), item("2-2"))
    telling.of(item(revision=T0 + 5, change="cancel"), item("2-2"))
    telling.of(item("2-2"), minutes=REMEMBERED // MINUTE + 1)

    assert set(telling.ledger.told) == {"2-2"}


def test_report_too_large_for_a_record_is_refused_and_hides_no_other():
    big = item("big", texts={f"t{n}": "x" * 20_000 for n in range(60)})

    planned = plan(Ledger(), batch(big, item()), T0)

    assert [n.report.id for n in planned.news] == ["1-1"]
    assert [piece.reason for piece in planned.refused] == ["too_large"]


def test_piece_is_refused_once_while_it_stays_in_the_list():
    broken = batch(item())
    broken = broken._replace(parsed=broken.parsed._replace(rejected=(Refused(Refusal.SCHEMA, "/1", "no id", b"{}"),)))
    first = plan(Ledger(), broken, T0)
    second = plan(first.ledger, broken, T0 + MINUTE)

    assert (len(first.refused), len(second.refused)) == (1, 0)


def test_cursor_on_disk_holds_everything(tmp_path):
    telling = Telling()
    telling.of(item(), item("2-2", ends=to_datetime(T0 + 10**9)), item("3-3"))
    telling.of(item("2-2", revision=T0 + 7, change="cancel"), item("3-3"))
    cursor = Cursor(telling.ledger, {"changeid": "7426311386101186961"}, 17)
    file = CursorFile(tmp_path / "connectors", "smhi", "real")

    file.write(cursor)

    assert file.read() == cursor
    assert CursorFile(tmp_path / "connectors", "smhi", "ovning-x").read() is None
    assert [p.name for p in (tmp_path / "connectors").iterdir()] == ["smhi.json"]


def test_damaged_cursor_is_as_good_as_none(tmp_path):
    file = CursorFile(tmp_path, "smhi", "real")
    for content in (b"", b"{", b"{}", b'{"version":99}', b"[]", b"\xff"):
        (tmp_path / "smhi.json").write_bytes(content)
        assert file.read() is None


STEP = st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(["report", "cancel"]), st.booleans())


@given(st.lists(st.tuples(STEP, st.integers(0, 40)), max_size=25))
def test_lost_cursor_recalled_from_the_topic_tells_no_more_than_the_kept_one(steps):
    kept, published = Telling(), []
    for (revision, text, change, complete), minutes in steps:
        shown = item(revision=T0 + revision, headline=str(text), change=change)
        kept.at += minutes * MINUTE
        planned = plan(kept.ledger, batch(shown, item("2-2"), complete=complete), kept.at)
        kept.ledger = planned.ledger
        published += [(n.report, n.own) for n in planned.news]

    recalled = recall(published)

    assert recalled.told == {k: v for k, v in kept.ledger.told.items() if k in recalled.told}
    assert set(kept.ledger.told) <= set(recalled.told)


@given(st.lists(st.tuples(STEP, st.integers(0, 40)), max_size=25))
def test_orders_of_one_item_always_grow(steps):
    telling, orders = Telling(), []
    for (revision, text, change, complete), minutes in steps:
        told = telling.of(
            item(revision=T0 + revision, headline=str(text), change=change), complete=complete, minutes=minutes
        )
        orders += [order for key, _, order in told if key == "1-1"]

    assert orders == sorted(set(orders))


def test_a_source_whose_absence_says_nothing_withdraws_nothing_however_often_it_is_silent():
    telling = Telling(absence_says=False)
    telling.of(item("a"), item("b"))

    assert [telling.of(item("a"), minutes=30) for _ in range(20)] == [[]] * 20
    assert telling.of(item("b", change="cancel", revision=T0 + 5)) == [("b", "cancel", T0 + 5)]


def test_a_source_may_ask_for_more_lists_that_agree():
    telling = Telling(agreeing=4)
    telling.of(item("a"), item("b"))

    assert [telling.of(item("a")) for _ in range(4)] == [[], [], [], [("b", "withdraw", T0 + 1)]]


def test_an_item_that_comes_after_its_own_cancel_stays_away():
    telling = Telling()

    assert telling.of(item("a", change="cancel", revision=T0 + 9)) == []
    assert telling.of(item("a", revision=T0)) == []
    assert telling.of(item("a", revision=T0 + 20)) == [("a", "report", T0 + 20)]


def test_an_older_payload_withdraws_nothing_even_if_its_items_are_the_same():
    telling = Telling()
    telling.of(item("a"), item("b"), as_of=T0)

    assert [telling.of(item("a"), as_of=T0 - MINUTE) for _ in range(5)] == [[]] * 5
    assert telling.older == 1
    assert [telling.of(item("a"), as_of=T0 + k) for k in (1, 2)] == [[], [("b", "withdraw", T0 + 1)]]


def test_an_answer_of_a_strange_content_type_adds_and_updates_and_withdraws_nothing():
    telling = Telling()
    telling.of(item("a"), item("b"))

    assert telling.of(item("a", revision=T0 + 1), item("c"), expected=False) == [
        ("a", "report", T0 + 1),
        ("c", "report", T0),
    ]
    assert [telling.of(item("a", revision=T0 + 1), expected=False) for _ in range(5)] == [[]] * 5


def test_an_item_without_an_order_of_its_own_is_news_only_when_its_content_changes():
    telling = Telling()
    telling.of(item(revision=None, sent=to_datetime(T0)))

    assert telling.of(item(revision=None, sent=to_datetime(T0 + MINUTE))) == []
    assert telling.of(item(revision=None, sent=to_datetime(T0 + 2 * MINUTE), headline="Storm")) == [
        ("1-1", "report", T0 + 2 * MINUTE)
    ]


def test_a_cancel_that_is_only_a_test_or_an_exercise_takes_back_nothing_real():
    telling = Telling(absence_says=False)
    telling.of(item("a"), item("b", status="exercise"))

    assert telling.of(item("a", change="cancel", status="test", revision=T0 + 5)) == []
    assert telling.of(item("a", change="cancel", status="exercise", revision=T0 + 6)) == []
    assert telling.of(item("b", change="cancel", status="exercise", revision=T0 + 5)) == [("b", "cancel", T0 + 5)]
    assert telling.of(item("a", change="cancel", revision=T0 + 7)) == [("a", "cancel", T0 + 7)]


def test_an_old_copy_never_brings_back_the_text_of_an_item_without_an_order():
    telling = Telling(absence_says=False)
    fresh, stale = (
        item(revision=None, sent=to_datetime(T0), headline="Storm"),
        item(revision=None, sent=to_datetime(T0)),
    )
    telling.of(fresh, as_of=T0 + MINUTE)

    assert telling.of(stale, as_of=T0) == []
    assert telling.of(fresh, as_of=T0 + 2 * MINUTE) == []
