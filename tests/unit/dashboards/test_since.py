"""Where a difference begins: a version, a time, or a forum's last meeting; one of them, and said plainly if not."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.picture.since import Beginning, beginning
from dashboards.problems import Problem
from schemas.times import parse

AT = "2027-01-19T06:00:00.000Z"


def server(*meetings: dict[str, Any]) -> Any:
    """A server whose history knows one time and whose picture these meetings."""

    async def at_time(t: int) -> Any:
        return SimpleNamespace(head=SimpleNamespace(version=7 if t == parse(AT) else 0))

    picture = {"meeting": {str(n): m for n, m in enumerate(meetings)}}
    chain = SimpleNamespace(picture=picture)
    return SimpleNamespace(history=SimpleNamespace(at_time=at_time), follower=SimpleNamespace(chain=chain))


def meeting(number: int, state: str, version: int) -> dict[str, Any]:
    return {"forum": "f", "number": number, "state": state, "at": AT, "sealed": {"version": version}}


def begin(served: Any, since: int | None = None, time: str | None = None, forum: str | None = None) -> Beginning:
    return asyncio.run(beginning(served, since, time, forum))


def test_a_version_is_itself_and_a_time_is_the_version_known_then():
    assert begin(server(), since=3) == (3, None)
    assert begin(server(), time=AT) == (7, parse(AT))


def test_a_forum_means_the_version_its_last_meeting_was_sealed_on():
    served = server(meeting(1, "ended", 4), meeting(2, "ended", 9), meeting(3, "open", 12))
    assert begin(served, forum="f") == (9, parse(AT))


@pytest.mark.parametrize("asked", [{}, {"since": 1, "time": AT}, {"since": 0, "forum": "f"}])
def test_a_query_says_one_of_the_three(asked: dict[str, Any]):
    with pytest.raises(Problem) as told:
        begin(server(meeting(1, "ended", 4)), **asked)
    assert told.value.status == 400


def test_a_forum_without_a_meeting_and_a_time_without_offset_are_told():
    with pytest.raises(Problem) as told:
        begin(server(meeting(1, "ended", 4)), forum="other")
    assert told.value.status == 404
    with pytest.raises(Problem) as told:
        begin(server(), time="2027-01-19T06:00:00")
    assert told.value.status == 400
