"""What a record costs does not follow how much stands open: counted in steps of the interpreter, never in time."""

from bench.fold import steps


def test_a_record_takes_as_many_steps_among_ten_times_as_many_open_items():
    steps(500, probes=200)  # what is remembered between folds, such as the spelling of a time, is remembered in both
    assert steps(500, probes=200) == steps(5_000, probes=200)
