"""Who belongs to a forum, why, how it is for them and whether they are here: directly affected first.

Pure. In: a scene, a forum as viewed, its meeting. Out: groups of members. Nobody leaves without a trace, nobody whom a
later reason would add is left out, and who cannot be reached is named. Next: dashboards/forum/page.py
"""

from typing import NamedTuple

from dashboards.forum import names
from dashboards.sheet.people import people
from dashboards.telling.going import is_open
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import IMPACT_OF, Kind
from streams.core.forum_agenda import missing

HOWS = ("direct", "indirect", "called_in")


class Member(NamedTuple):
    """One seat."""

    actor: str
    name: str
    reason: str
    """Why it sits here, in words."""
    rule: str
    """Id of the rule that proposed it; empty when a person did."""
    report: str
    """`new`, `same`, `outdated`, `gone`, `not_reported`, `limited`; empty for a seat that is only proposed."""
    said: str
    """Its newest report, or that there is none."""
    when: str
    impact: int
    """Worst step of its reports that stand; 0 when there is none."""
    unreachable: bool
    chair: bool
    present: str
    """`present`, `absent`, or nothing before the roll call."""


class Group(NamedTuple):
    """Members that are affected alike."""

    how: str
    name: str
    members: list[Member]


def groups(
    scene: Scene, forum: Json, meeting: Json | None, since: str, seen: dict[str, dict[str, Json]]
) -> list[Group]:
    """Directly affected, indirectly, called in, then whom to widen with, then who is no longer affected."""
    told, worst = {row["actor"]: row for row in people(scene, forum, since)}, _worst(scene)
    far = unreachable(scene, forum)
    seats = [(actor, row, row["how"]) for actor, row in forum["members"].items()]
    seats += [(seat["actor"], seat, "proposed") for seat in missing(seen, forum)]
    found = []
    for how in (*HOWS, "proposed", "no_longer"):
        rows = [_member(scene, forum, meeting, a, row, told.get(a, {}), worst, far) for a, row, h in seats if h == how]
        if rows:
            order = {actor: n for n, actor in enumerate(told)}
            rows.sort(key=lambda row: (not row.chair, order.get(row.actor, len(order)), row.name))
            found.append(Group(how, scene.words(f"member.{how}"), rows))
    return found


def _member(
    scene: Scene,
    forum: Json,
    meeting: Json | None,
    actor: str,
    row: Json,
    told: Json,
    worst: dict[str, int],
    far: set[str],
) -> Member:
    came = meeting if meeting is not None and meeting["state"] == "open" else {"present": (), "absent": ()}
    rule, _, group = row["reason"].partition(":")
    return Member(
        actor,
        names.actor(scene, actor),
        _reason(scene, rule, group),
        rule if group else "",
        told.get("state", ""),
        told.get("said", ""),
        told.get("when", ""),
        worst.get(actor, 0),
        actor in far,
        actor == forum["chair"],
        "present" if actor in came["present"] else "absent" if actor in came["absent"] else "",
    )


def _reason(scene: Scene, rule: str, group: str) -> str:
    words = scene.words
    key = f"group.{group}" if group else f"member_why.{rule}"
    return words(key) if words.known(key) else group or rule


def unreachable(scene: Scene, forum: Json) -> set[str]:
    """Members that the suggestions behind the forum name as without a registered address."""
    suggestions = scene.sight.picture.get(EntityKind.SUGGESTION, {}).items()
    mine = [s for k, s in suggestions if k == forum.get("suggestion") or s.get("forum") == forum["id"]]
    return {actor for suggestion in mine for actor in suggestion.get("no_contact", ())}


def _worst(scene: Scene) -> dict[str, int]:
    """Actor -> worst step now of its situation reports that stand."""
    found: dict[str, int] = {}
    for item in scene.sight.picture.get(EntityKind.ITEM, {}).values():
        actor = actor_of(item["source"]) if item["kind"] == Kind.SITUATION and is_open(item) else None
        if actor is not None and scene.sight.allows(item):
            steps = [IMPACT_OF[row["now"]] for row in item.get("impacts") or () if "now" in row]
            found[actor] = max([found.get(actor, 0), *steps])
    return found
