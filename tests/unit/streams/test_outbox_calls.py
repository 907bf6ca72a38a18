"""What an operator is told of the calls under way: how many wait for a receiver or an acknowledgement, and how long."""

from streams.outbox_calls import Calls, Waiting, calls
from streams.outbox_entry import Entry

NOW = 1_000_000


def entry(name: str = "n1", route: str = "webhook", **more: object) -> Entry:
    return Entry(name, True, {"id": name}, None, route=route)._replace(**more)


def test_nothing_under_way_is_nothing():
    assert calls([], NOW) == Calls(Waiting(), Waiting())


def test_a_call_is_as_old_as_its_first_attempt_on_any_route():
    found = calls([entry(begun=NOW - 90_000), entry(route="mail tib", begun=NOW - 30_000)], NOW)

    assert found == Calls(Waiting(1, 90.0), Waiting(1, 90.0))


def test_taken_on_one_route_it_is_delivered_and_still_to_be_acknowledged():
    found = calls([entry(begun=NOW - 90_000), entry(route="mail tib", begun=NOW - 80_000, delivered=NOW)], NOW)

    assert found == Calls(Waiting(), Waiting(1, 90.0))


def test_one_not_begun_waits_no_time_yet():
    assert calls([entry(due=NOW + 5_000)], NOW).undelivered == Waiting(1, 0.0)


def test_what_was_acknowledged_is_gone_or_is_quiet_rings_no_operator():
    over = [entry("a", stopped="acknowledged", begun=1), entry("b", stopped="gone", begun=1)]
    quiet = Entry("c", False, {"id": "c"}, None, begun=1)

    assert calls([*over, quiet], NOW) == Calls(Waiting(), Waiting())
