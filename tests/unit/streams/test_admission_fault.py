"""A fault of ours in intake stops nobody else's record."""

import pytest
from support.world import REFERENCE, T0

from schemas.clock import ClockRecord
from schemas.rejected import read_rejected
from schemas.topics import Space, reports
from streams import admission
from streams.admission import Admission
from streams.areas import AreaIndex
from streams.bus import In
from streams.clock import SpaceClock
from streams.settings import Settings


@pytest.fixture(scope="module")
def made() -> Admission:
    space = Space("ovning-x")
    clock = SpaceClock(space, ClockRecord("stepped", T0))
    return Admission(space, "01", REFERENCE, AreaIndex.load(Settings().region_folder), clock, b"secret")


def test_an_input_that_meets_a_fault_is_kept_with_its_reason_and_its_sender_is_told(made, monkeypatch):
    def broken(*_args, **_more):
        raise ZeroDivisionError("a bug in the normaliser")

    monkeypatch.setattr(admission, "check_actor_report", broken)
    topic = made._space.topic(reports("actor.kommun-0180"))
    admitted = made.admit(In(topic, 0, 7, 0, b"k", b"{}", {"receipt": b"r"}))

    assert admitted.reason == "fault"
    kept = read_rejected(admitted.outs[0].value)
    assert (kept.value, kept.topic, kept.offset) == (b"{}", topic, 7)
    assert "a bug in the normaliser" in kept.detail
    assert b'"rejected"' in admitted.outs[1].value
