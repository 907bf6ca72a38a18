"""Lives of alerts: updated, cancelled, superseded and expired are different things, in whatever order they come."""

import pytest

from connectors.cap.chain import Chains, key
from connectors.cap.gather import read, settle
from connectors.contract import Batch, Parsed, Raw
from connectors.telling.told import Ledger, plan
from schemas.times import parse as ms

SENDER = "varning@example.se"
DAY = "2027-01-19T{:02d}:00:00+01:00"


def message(number, hour, kind="Alert", refs="", **info):
    """One alert; `refs` names earlier ones as `A@7 B@8`."""
    told = {"urgency": "Expected", "severity": "Severe", "certainty": "Likely", "event": number} | info
    named = " ".join(f"{SENDER},{r[0]},{DAY.format(int(r[2:]))}" for r in refs.split())
    references = f"<references>{named}</references>" if named else ""
    inner = "".join(f"<{k}>{v}</{k}>" for k, v in told.items())
    return (
        f"<alert><identifier>{number}</identifier><sender>{SENDER}</sender><sent>{DAY.format(hour)}</sent>"
        f"<status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>{references}<info>{inner}</info></alert>"
    )


A = message("A", 7)
B = message("B", 8, "Update", "A@7")
C = message("C", 9, "Update", "B@8")
END = message("D", 10, "Cancel", "C@9")
ROOT = key(SENDER, "A")


class Life:
    """What has been told of a source, batch after batch, as a running connector would."""

    def __init__(self):
        self.ledger, self.position = Ledger(), {}

    def hear(self, *messages, hour=12):
        told = [name for name, item in self.ledger.told.items() if item.closed is None]
        chains = Chains(self.position, told)
        items = settle([one for text in messages for one in read(text.encode()).kept], chains)
        self.position = chains.position()
        batch = Batch(Parsed(items=items), Raw("http://x", 200, {}, 0, b"", ""))
        planned = plan(self.ledger, batch, ms(DAY.format(hour)))
        self.ledger = planned.ledger
        return [(news.report.id, news.report.change) for news in planned.news]

    @property
    def open(self):
        return {name: item.report["native"]["event"] for name, item in self.ledger.told.items() if item.closed is None}


def test_chain_that_names_only_the_last_message_ends_cancelled():
    life = Life()

    for text in (A, B, C):
        assert life.hear(text) == [(ROOT, "report")]
    assert life.open == {ROOT: "C"}
    assert life.hear(END) == [(ROOT, "cancel")]
    assert life.open == {}


@pytest.mark.parametrize("order", [(END, C, B, A), (B, END, A, C)])
def test_chain_in_one_payload_ends_the_same_in_any_order(order):
    assert [(i.id, i.change) for i in settle([k for t in order for k in read(t.encode()).kept], Chains())] == [
        (ROOT, "cancel")
    ]


def test_update_before_its_alert_stays_the_newest():
    life = Life()

    assert life.hear(B) == [(ROOT, "report")]
    assert life.hear(A) == []
    assert life.hear(A, B) == []
    assert life.open == {ROOT: "B"}


def test_missing_link_that_comes_late_joins_both_halves():
    life = Life()
    life.hear(A)
    middle = key(SENDER, "B")

    assert life.hear(C) == [(middle, "report")]
    assert life.hear(A, B, C) == [(ROOT, "cancel")]
    assert life.open == {middle: "C"}
    assert life.ledger.told[ROOT].report["native"]["superseded_by"] == middle
    assert life.hear(A, B, C) == []
    assert life.hear(END) == [(middle, "cancel")]
    assert life.open == {}


def test_update_of_two_alerts_takes_the_place_of_both():
    life = Life()
    other = message("B", 8)
    life.hear(A, other)

    assert set(life.hear(message("C", 9, "Update", "B@8 A@7"))) == {(ROOT, "report"), (key(SENDER, "B"), "cancel")}
    assert life.open == {ROOT: "C"}


def test_cancel_of_two_alerts_ends_both():
    life = Life()
    life.hear(A, message("B", 8))

    life.hear(message("C", 9, "Cancel", "B@8 A@7"))

    assert life.open == {}


def test_cancel_alone_names_each_it_ends():
    items = settle(read(message("C", 9, "Cancel", "B@8 A@7").encode()).kept, Chains())

    assert {(i.id, i.change) for i in items} == {(ROOT, "cancel"), (key(SENDER, "B"), "cancel")}


def test_all_clear_in_an_update_ends_the_alert():
    life = Life()
    life.hear(A)

    clear = message("B", 8, "Update", "A@7", urgency="Past", responseType="AllClear")

    assert life.hear(clear) == [(ROOT, "cancel")]


def test_alert_that_expires_is_not_cancelled():
    life = Life()
    life.hear(message("A", 7, expires=DAY.format(9)))

    assert life.hear(hour=12) == []
    assert life.ledger.told[ROOT].closed is None
    assert not life.ledger.told[ROOT].open_at(ms(DAY.format(10)))


def test_alert_that_leaves_the_index_stands():
    life = Life()
    life.hear(A)

    assert [life.hear() for _ in range(5)] == [[]] * 5
    assert life.open == {ROOT: "A"}


def test_old_alert_does_not_rise_again_after_its_cancel():
    life = Life()
    life.hear(A)
    life.hear(message("D", 10, "Cancel", "A@7"))

    assert life.hear(A) == []
    assert life.open == {}


def test_circle_of_references_comes_to_one_identity():
    items = settle(
        [
            k
            for t in (message("A", 7, "Update", "B@8"), message("B", 8, "Update", "A@7"))
            for k in read(t.encode()).kept
        ],
        Chains(),
    )

    assert len([i for i in items if i.change == "report"]) == 1


def test_what_is_remembered_is_bounded():
    chains = Chains()
    texts = [message(f"U{n}", 8, "Update", "A@7") for n in range(2_100)]
    settle([k for t in texts for k in read(t.encode()).kept], chains)

    assert len(chains.position()) == 2_000
