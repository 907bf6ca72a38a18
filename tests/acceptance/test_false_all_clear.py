"""Histories of lying, breaking and silent sources against each connector: zero false all-clears."""

import os

import pytest
from support.driving import CONNECTORS
from support.histories import drive

from connectors.quality import about

HISTORIES = int(os.environ.get("HISTORIES", "500"))
"""Over all connectors; `scripts/soak absence` takes 10 000."""
EACH = -(-HISTORIES // max(1, len(CONNECTORS)))


@pytest.mark.parametrize("folder", CONNECTORS)
def test_nothing_that_is_open_is_ever_told_as_over(folder):
    seen = drive(folder, EACH)

    print(folder, dict(seen))
    assert seen["histories"] >= min(EACH, 10)
    assert seen["report"] > seen["histories"] / 2
    if about(folder).withdraws == "absence":
        assert seen["withdraw"] > 0
    else:
        assert seen["withdraw"] == 0


@pytest.mark.parametrize("folder", [f for f in CONNECTORS if about(f).withdraws == "absence"])
def test_a_connector_that_takes_every_answer_for_the_whole_list_is_found_out(folder):
    with pytest.raises(AssertionError, match="false all-clear"):
        drive(folder, 500, mutant=True)
