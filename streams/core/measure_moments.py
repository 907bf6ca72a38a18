"""Tests of what people do and of the time: forums at work, hours of the day, how lately something got worse.

In: the picture's forums, the step's time. Out: verdicts; those of the time set a deadline to be read again.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import ForumTest, HoursTest, WorsenedTest
from streams.core import localtime
from streams.core.forum_store import open_entries
from streams.core.measure_matters import PLANNED
from streams.core.measured import Measured, Verdict, look_again
from streams.core.step import Step

FORUM, WORSENED, HOURS = "forum", "worsened", "hours"
_PROPOSED = frozenset({"agreement", "recommendation"})


def judge_forum(step: Step, test: ForumTest) -> Verdict:
    """A forum at this level is at work."""
    hit, not_before = [], 0
    for forum in step.state.picture[EntityKind.FORUM].values():
        if forum["level"] != test.level or forum["state"] != "active":
            continue
        if test.need_direction and not _wants(step, forum):
            continue
        if test.asks is not None and not _asks(step, forum["id"], test.asks):
            continue
        over = _over(step, forum) if test.over else 0
        if over is not None:
            hit.append(forum)
            not_before = max(not_before, over)
    on = Measured(strength=len(hit), params=(("forum", hit[0]["id"]),) if hit else ())
    return Verdict(bool(hit), on, not_before)


def _wants(step: Step, forum: Json) -> bool:
    """Has it recorded a need of direction that no directing forum has met and ended since?"""
    ended = [
        f["since"]
        for f in step.state.picture[EntityKind.FORUM].values()
        if f["level"] == "inriktande" and f["state"] in {"stepped_down", "closed"}
    ]
    return "need_direction" in forum and forum["need_direction"] > max(ended, default="")


def _asks(step: Step, forum: str, group: str) -> bool:
    """Does something that it agrees on or recommends wait for everybody of this group? Not what another handed on."""
    entries = (step.state.picture[EntityKind.ENTRY][name] for name in open_entries(step, forum))
    proposed = [e for e in entries if e["what"] in _PROPOSED and e["state"] == "open" and "carried_from" not in e]
    return any(set(step.state.reference.members(group, [])) <= set(e.get("asks", ())) for e in proposed)


def _over(step: Step, forum: Json) -> int | None:
    """When the planned events that the forum is about have ended, 0 where there are none.

    None before they have begun, when every day is calm, and where nobody has said when they end.
    """
    event = step.entity(EntityKind.EVENT, str(forum.get("about", ""))) or {}
    planned = step.state.members.get(PLANNED, {})
    rows = [planned[key] for key in (forum.get("about"), *event.get("items", ())) if key in planned]
    ahead = [row["onset"] for row in rows if row["onset"] is not None and row["onset"] > step.at]
    look_again(step, FORUM, f"begins {forum['id']}", min(ahead) if ahead else None)
    if ahead or any(row["ends"] is None for row in rows):
        return None
    return max([row["ends"] for row in rows], default=0)


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
