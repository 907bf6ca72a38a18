"""What a viewer may do in a forum now: by role, by being its chair, and by the forum's own state.

Pure. In: a scene, a forum as viewed. Out: names of commands; a page draws a form for each and for no other. The fold
decides again at the command's place in the log. Next: dashboards/forum/page.py
"""

from dashboards.access import Act
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.command import GROUPS
from schemas.times import MINUTE, parse
from streams.core.forum_life import forum_after
from streams.core.forum_meetings import EARLY

_GROUP = sorted(name for name, group in GROUPS.items() if group == "forum")


def leads(scene: Scene, forum: Json) -> bool:
    """True for the present chair, whatever its role."""
    viewer, roles = scene.sight.viewer, scene.region.reference["roles"]
    may = viewer.may(Act.COMMAND) and "forum" in roles.get("chair", ())
    return may and viewer.actor is not None and forum.get("chair") == viewer.actor


def of_forum(scene: Scene, forum: Json, meeting: Json | None) -> frozenset[str]:
    """Commands of the group *forum*, and an own decision that nobody asked for, that can be done now."""
    viewer, roles = scene.sight.viewer, scene.region.reference["roles"]
    runs = leads(scene, forum)
    able = {name for name in _GROUP if runs or viewer.may_command(name, roles)}
    if viewer.actor is not None and viewer.may_command("own_decision", roles):
        able.add("own_decision")
    now = {name for name in able if forum_after(forum["state"], name) is not None}
    if not may_roll_call(scene, forum, meeting):
        now.discard("roll_call")
    return frozenset(now)


def may_roll_call(scene: Scene, forum: Json, meeting: Json | None) -> bool:
    """A meeting is open, or the next one begins so soon that a roll call opens it."""
    if meeting is not None and meeting["state"] == "open":
        return True
    planned = forum["planned"][:1]
    return bool(planned) and parse(planned[0]["at"]) - scene.now <= EARLY


def early_minutes() -> int:
    """How long before its time a roll call opens a meeting, in whole minutes."""
    return EARLY // MINUTE


def of_matter(scene: Scene) -> bool:
    """May the viewer's actor share, mark, offer, attach, answer?"""
    viewer = scene.sight.viewer
    return viewer.actor is not None and viewer.may_command("share_issue", scene.region.reference["roles"])
