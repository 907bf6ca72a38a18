"""What people were advised, decided and agreed, as rows of `/changes`: one function for each kind of thing.

Pure. In: a scene, what was told of one thing. Out: what to say of it, or None where no meeting would ask for it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote

from dashboards.changes.told import Told
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json


class Said(NamedTuple):
    """What a row says."""

    word: str
    title: str
    about: str = ""
    by: str = ""
    """Actor."""
    href: str = ""
    actors: tuple[str, ...] = ()


def _suggestion(scene: Scene, told: Told) -> Said | None:
    now = told.after
    if now is None or now["state"] == "holding" or _same(told, "state"):
        return None
    words = scene.words
    word = words(f"suggestion_state.{now['state']}")
    seats = tuple(seat["actor"] for seat in now["seats"])
    rules = ", ".join(dict.fromkeys(reason["rule"] for reason in now["reasons"]))
    return Said(
        word, words.advice(now["act"], now["level"]), rules, href=f"/activation/{quote(told.key)}", actors=seats
    )


def _notice(scene: Scene, told: Told) -> Said | None:
    now = told.after
    if now is None or _same(told, "state"):
        return None
    words = scene.words
    title = words("changes.call" if now["call"] else "changes.notice", level=words(f"level.{now['level']}"))
    return Said(words(f"notice_state.{now['state']}"), title, by=now.get("acknowledged_by", ""))


def _forum(scene: Scene, told: Told) -> Said | None:
    now, words = told.after, scene.words
    if now is None or (_same(told, "state") and _same(told, "need_direction") and _same(told, "chair")):
        return None
    word = words(f"forum_state.{now['state']}")
    if not _same(told, "chair") and told.before is not None:
        word = words("changes.chairs", who=scene.region.owner(now.get("chair", "")))
    if "need_direction" in now and not _same(told, "need_direction"):
        word = words("changes.direction")
    members = tuple(now.get("members", ()))
    return Said(word, words(f"level.{now['level']}"), told.key, href=f"/forum/{quote(told.key)}", actors=members)


def _meeting(scene: Scene, told: Told) -> Said | None:
    now, words = told.after, scene.words
    if now is None or _same(told, "state"):
        return None
    forum = scene.sight.shown(EntityKind.FORUM, now["forum"])
    level = words(f"level.{forum['level']}") if forum else now["forum"]
    title = words("changes.meeting", forum=level, number=now["number"])
    return Said(
        words(f"meeting_state.{now['state']}"), title, href=f"/sheet?meeting={quote(told.key)}", by=now["chair"]
    )


def _entry(scene: Scene, told: Told) -> Said | None:
    now, words = told.after, scene.words
    if now is None or told.before == now:
        return None
    state, answers = f"entry_state.{now['state']}", now.get("answers") or {}
    word = [words(f"entry.{now['what']}")]
    if told.before is not None and words.known(state):
        word.append(words(state))
    if told.before is not None and answers != (told.before.get("answers") or {}):
        word.append(words("changes.answered", n=len(answers), all=len(now.get("asks") or answers)))
    actors = tuple(now.get("asks", ()))
    href = f"/forum/{quote(now['forum'])}"
    return Said(", ".join(word), _text(now, "what", "text"), by=now["by"], href=href, actors=actors)


def _joint(scene: Scene, told: Told) -> Said | None:
    if told.after is None:
        return None
    new = told.before is None
    word = scene.words("changes.published" if new else "changes.corrected")
    return Said(word, told.after["name"], by=told.after["published_by"], href=f"/joint/{told.key}")


def _request(scene: Scene, told: Told) -> Said | None:
    words, asked = scene.words, told.after or told.before
    if asked is None:
        return None
    state = "over" if told.after is None else "new" if told.before is None else asked["state"]
    sectors = words.listing([scene.region.sectors[s].short for s in asked["sectors"]])
    about = words.places(asked["areas"], scene.region.towns, shown=3)
    title = words("changes.request", sectors=sectors, time=scene.clock(asked["by"]))
    return Said(words(f"request_state.{state}"), title, about, asked["asked_by"], "/requests", tuple(asked["whom"]))


def _assessment(scene: Scene, told: Told) -> Said | None:
    if told.after is None:
        return None
    area, _, sector = told.key.partition("/")
    title = scene.words(
        "changes.assessed",
        impact=scene.words.impact_short(told.after["impact"]),
        sector=scene.region.sectors[sector].short,
    )
    where = scene.region.towns.get(area, area)
    return Said(scene.words("changes.assessment"), title, where, told.after["by"], f"/cell/{told.key}")


def _objection(scene: Scene, told: Told) -> Said | None:
    if told.after is None:
        return None
    cell = told.after["cell"]
    area, _, sector = cell.partition("/")
    where = scene.region.towns.get(area, area)
    title = scene.words("changes.objects", sector=scene.region.sectors[sector].short)
    return Said(scene.words("changes.objection"), title, where, told.after["actor"], f"/cell/{cell}")


def _same(told: Told, field: str) -> bool:
    return told.before is not None and told.after is not None and told.before.get(field) == told.after.get(field)


def _text(entity: Json, *fields: str) -> str:
    texts = entity.get("texts", {})
    return next((str(texts[field]) for field in fields if field in texts), "–")


DECIDED: Mapping[EntityKind, Callable[[Scene, Told], Said | None]] = {
    EntityKind.SUGGESTION: _suggestion,
    EntityKind.NOTICE: _notice,
    EntityKind.FORUM: _forum,
    EntityKind.MEETING: _meeting,
    EntityKind.ENTRY: _entry,
    EntityKind.JOINT: _joint,
    EntityKind.REQUEST: _request,
    EntityKind.ASSESSMENT: _assessment,
    EntityKind.OBJECTION: _objection,
}
"""Kind -> what is said of a change of one."""
