"""How long a source is left alone after it failed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.asking.breaker import FAILURES, Breaker
from connectors.errors import DeniedError, GarbledError, NotReadyError

LEAST, MOST = (lambda: 0.0), (lambda: 0.999999)


def after(failures, interval_s=60.0, error=None):
    breaker = Breaker(interval_s)
    for _ in range(failures):
        breaker.failed(error)
    return breaker


def test_source_that_answers_is_asked_at_its_interval():
    breaker = Breaker(60)

    assert (breaker.wait_s(MOST), breaker.probing) == (60, False)
    breaker.worked()
    assert (breaker.wait_s(LEAST), breaker.probing) == (60, False)


def test_jitter_is_full_and_its_ceiling_doubles_up_to_the_cap():
    assert [round(after(n).wait_s(MOST)) for n in (1, 2)] == [60, 120]
    assert [after(n).wait_s(LEAST) for n in (1, 2)] == [1, 1]
    assert after(2).wait_s(lambda: 0.5) == 60


def test_after_some_failures_there_is_one_probe_in_each_second_half_of_the_cap():
    breaker = after(FAILURES)

    assert breaker.probing
    assert (breaker.wait_s(LEAST), round(breaker.wait_s(MOST))) == (60, 120)


@pytest.mark.parametrize(("interval_s", "cap_s"), [(1, 2), (60, 120), (150, 300), (300, 300), (900, 300)])
def test_warning_never_waits_longer_for_us_than_five_minutes_or_twice_its_interval(interval_s, cap_s):
    assert [after(n, interval_s).wait_s(MOST) <= cap_s for n in (1, 2, 3, 50, 5000)] == [True] * 5
    assert round(after(50, interval_s).wait_s(MOST)) == cap_s


def test_one_answer_closes_it():
    breaker = after(50)
    breaker.worked()

    assert (breaker.probing, breaker.failures, breaker.wait_s(MOST)) == (False, 0, 60)
    breaker.failed()
    assert not breaker.probing


def test_denied_opens_at_once_and_waits_as_long_as_it_may():
    breaker = after(1, error=DeniedError("no key"))

    assert breaker.probing
    assert breaker.wait_s(LEAST) == breaker.cap_s == 120


def test_probe_that_fails_in_another_way_leaves_it_open_only_by_count():
    breaker = after(1, error=DeniedError("no key"))
    breaker.failed(GarbledError("a page"))

    assert not breaker.probing
    breaker.failed(GarbledError("a page"))
    assert breaker.probing


@pytest.mark.parametrize(("asked_for_s", "waits_s"), [(3600.0, 3600.0), (7.0, 60.0), (None, 60.0)])
def test_wait_that_the_source_asked_for_is_kept_also_above_the_cap(asked_for_s, waits_s):
    breaker = after(FAILURES, error=NotReadyError("busy", retry_after_s=asked_for_s))

    assert breaker.wait_s(LEAST) == waits_s


def test_wait_that_was_asked_for_holds_once():
    breaker = after(1, error=NotReadyError("busy", retry_after_s=3600))
    breaker.failed(NotReadyError("away"))

    assert breaker.wait_s(MOST) < 120


@given(
    st.floats(0.01, 10_000),
    st.lists(st.sampled_from(["worked", "failed", "denied"])),
    st.floats(0, 1, exclude_max=True),
)
def test_no_history_makes_it_wait_for_nothing_or_too_long(interval_s, history, chance):
    breaker = Breaker(interval_s)
    for step in history:
        match step:
            case "worked":
                breaker.worked()
            case "failed":
                breaker.failed()
            case "denied":
                breaker.failed(DeniedError("x"))

    assert min(1.0, interval_s / 2) <= breaker.wait_s(lambda: chance) <= max(interval_s, breaker.cap_s)
