"""Every connector that can be driven, one after the other, against the recorded service over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stamina
from support.driving import CONNECTORS, Driven, driving


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=2):
        yield


@pytest.fixture(params=CONNECTORS)
async def driven(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Driven]:
    """A connector that has not started, and the source it asks, which says nothing yet."""
    async with driving(tmp_path, request.param) as (one,):
        yield one
