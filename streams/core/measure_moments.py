"""Tests of what people do and of the time: forums at work, hours of the day, how lately something got worse.

In: the picture's forums, the step's time. Out: verdicts; those of the time set a deadline to be read again.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import ForumTest, HoursTest, WorsenedTest
from streams.core import localtime
from streams.core.measured import Measured, Verdict, look_again
from streams.core.step import Step

FORUM, WORSENED, HOURS = "forum", "worsened", "hours"


def judge_forum(step: Step, test: ForumTest) -> Verdict:
    """A forum at this level is at work."""
    hit = [
        f
        for f in step.state.picture[EntityKind.FORUM].values()
        if f["level"] == test.level and f["state"] == "active" and (not test.need_direction or _wants(step, f))
    ]
    return Verdict(bool(hit), Measured(strength=len(hit), params=(("forum", hit[0]["id"]),) if hit else ()))


def _wants(step: Step, forum: Json) -> bool:
    """Has it recorded a need of direction that no directing forum has met and ended since?"""
    ended = [
        f["since"]
        for f in step.state.picture[EntityKind.FORUM].values()
        if f["level"] == "inriktande" and f["state"] in {"stepped_down", "closed"}
    ]
    return "need_direction" in forum and forum["need_direction"] > max(ended, default="")


def zone_of(step: Step) -> str:
    """The region's time zone."""
    return str(step.state.reference_raw.get("region", {}).get("zone", "UTC"))


def judge_hours(step: Step, test: HoursTest) -> Verdict:
    """It is between these hours; a deadline says when that may change."""
    zone = zone_of(step)
    by = f"{test.begin}-{test.until} {test.days}"
    look_again(step, HOURS, by, localtime.changes_at(step.at, test, zone))
    return Verdict(localtime.inside(step.at, test, zone))


def judge_worsened(step: Step, test: WorsenedTest) -> Verdict:
    """Some cell got worse within the time; a deadline says when that is no longer so."""
    last = step.state.facts.get(WORSENED)
    true = last is not None and step.at - last < test.within
    step.deadline(f"calm|{test.within}", last + test.within if true and last is not None else None)
    return Verdict(true)
