"""Every recorded chain of VMA, played in turn: told, updated, cancelled, and never ended by not being there."""

from pathlib import Path

import pytest

from connectors.contract import Batch, Raw
from connectors.quality import about
from connectors.telling.told import Ledger, plan
from connectors.vma.chain import resolved
from connectors.vma.parse import parse
from schemas.times import DAY, HOUR, MINUTE

CORPUS = Path(__file__).parents[2] / "corpora" / "vma"
QUIET = (CORPUS / "00-quiet.json").read_bytes()
FIRST, SECOND = "SRCAP20260405233311I", "SRCAP20260406001414I"


class Life:
    """Answers one after the other, as the connector would plan them."""

    def __init__(self):
        self.ledger, self.at, self.position = Ledger(), 0, {}
        self.says = about("vma").withdraws == "absence"

    def of(self, raw, after=MINUTE):
        parsed = parse(raw)
        self.at = max(self.at + after, parsed.as_of if raw is not QUIET else 0)
        batch = resolved(Batch(parsed, Raw("https://x/", 200, {}, self.at, raw, "")), self.position)
        planned = plan(self.ledger, batch, self.at, absence_says=self.says)
        self.ledger, self.position = planned.ledger, batch.position
        return [(n.report.id, n.report.change, n.report.status.value) for n in planned.news]

    def recorded(self, name, after=MINUTE):
        (file,) = CORPUS.glob(f"{name}-*.json")
        return self.of(file.read_bytes(), after)

    def standing(self):
        return {key for key, told in self.ledger.told.items() if told.open_at(self.at)}


def test_alert_is_told_updated_left_alone_and_cancelled():
    life, told = Life(), ("SRCAP20260108110504I", "report", "actual")

    assert life.recorded("10-vasternorrland-1") == [told]
    assert life.recorded("10-vasternorrland-2") == [told]
    assert life.recorded("10-vasternorrland-3", after=19 * HOUR) == []
    assert life.recorded("10-vasternorrland-4") == [("SRCAP20260108110504I", "cancel", "actual")]
    assert life.recorded("10-vasternorrland-4") == []
    assert life.standing() == set()


def test_second_alert_for_the_same_matter_has_a_life_of_its_own():
    life = Life()

    assert life.recorded("20-oskarshamn-1") == [(FIRST, "report", "actual")]
    assert life.recorded("20-oskarshamn-2") == [(FIRST, "report", "actual")]
    assert life.recorded("20-oskarshamn-3") == [(FIRST, "cancel", "actual")]
    assert life.recorded("20-oskarshamn-4") == [(SECOND, "report", "actual")]
    assert life.standing() == {SECOND}
    assert life.recorded("20-oskarshamn-5") == [(SECOND, "report", "actual")]
    assert life.recorded("20-oskarshamn-6") == [(SECOND, "cancel", "actual")]
    assert life.recorded("20-oskarshamn-7") == []
    assert life.standing() == set()


def test_old_copy_of_the_list_raises_no_cancelled_alert_from_the_dead():
    life = Life()
    for step in "1235":
        life.recorded(f"20-oskarshamn-{step}")
    life.recorded("20-oskarshamn-6")

    assert life.recorded("20-oskarshamn-1") == []
    assert life.recorded("20-oskarshamn-5") == []
    assert life.standing() == set()


def test_exercise_is_one_from_its_first_word_to_its_last():
    life = Life()

    assert life.recorded("30-exercise-hela-landet-1") == [("SRCAP20251201140327E", "report", "exercise")]
    assert life.recorded("30-exercise-hela-landet-2") == [("SRCAP20251201140327E", "cancel", "exercise")]


def test_cancel_of_what_was_never_told_is_no_news():
    life = Life()

    assert life.recorded("40-test-cancel") == []
    assert life.recorded("10-vasternorrland-4") == []


def test_alert_that_comes_after_its_own_cancel_stays_away():
    life = Life()
    life.recorded("10-vasternorrland-4")

    assert life.recorded("10-vasternorrland-1") == []


@pytest.mark.parametrize("chain", ["10-vasternorrland-1", "20-oskarshamn-5", "30-exercise-hela-landet-1"])
def test_list_without_an_alert_takes_nothing_back_and_its_own_end_does(chain):
    life = Life()
    life.recorded(chain)
    before = {key for key, told in life.ledger.told.items() if told.closed is None}

    assert [life.of(QUIET, after=30 * MINUTE) for _ in range(48)] == [[]] * 48
    assert {key for key, told in life.ledger.told.items() if told.closed is None} == before


def test_missed_cancel_ends_by_the_alerts_own_end():
    life = Life()
    life.recorded("10-vasternorrland-1")
    (told,) = life.ledger.told.values()

    assert told.open_at(told.ends - 1)
    assert not told.open_at(told.ends)
    assert told.ends - told.own == 7 * DAY


def test_update_goes_on_and_the_cancel_of_the_update_ends_the_whole():
    life, first = Life(), "SRCAP20270119070000I"
    one = _alert(first, "07:00", "Alert", None)
    two = _alert("SRCAP20270119080000I", "08:00", "Update", first)
    three = _alert("SRCAP20270119090000I", "09:00", "Update", "SRCAP20270119080000I")
    over = _alert("SRCAP20270119100000I", "10:00", "Cancel", "SRCAP20270119090000I")

    for said, change in ((one, "report"), (two, "report"), (three, "report"), (over, "cancel")):
        assert life.of(said) == [(first, change, "actual")]
    assert life.standing() == set()


def _alert(identifier, clock, kind, of):
    refers = f'"https://vmaapi.sr.se,{of},2027-01-19T07:00:00+01:00"' if of else "null"
    info = "null" if kind == "Cancel" else f'[{{"language":"sv-SE","event":"VMA","description":"{clock}"}}]'
    fields = f'"identifier":"{identifier}","sent":"2027-01-19T{clock}:00+01:00","status":"Actual","msgType":"{kind}"'
    alert = f'{{{fields},"references":{refers},"incidents":"SRVMA20270119070000I","info":{info}}}'
    return f'{{"timestamp":"2027-01-19T{clock}:30+01:00","alerts":[{alert}]}}'.encode()
