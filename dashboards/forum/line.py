"""A line of the minutes as a page shows it: what was said, whom it asks, what each actor has answered for itself.

Pure. In: a scene and an entry as viewed. Out: `Line`. A no stays in sight with its reason, silence by name; nothing is
told as decided for anybody. Next: dashboards/forum/page.py
"""

from typing import NamedTuple

from dashboards.forum import names
from dashboards.forum.names import Piece
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.times import parse
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import decision_of, tally, waiting

HIDDEN = ("erased", "withheld", "pending")


class Said(NamedTuple):
    """What one actor has answered."""

    name: str
    text: str
    when: str
    by: str
    """Who entered it, where that is another than the actor."""


class Line(NamedTuple):
    """One line of the minutes."""

    id: str
    what: str
    """Kind, as schemas/forum.py has it."""
    kind: str
    """The same in words."""
    text: str
    when: str
    by: str
    version: int
    """Of the picture it was said on."""
    open: bool
    overdue: bool
    state: str
    """In words; empty for what is only kept."""
    due: str
    follow_up: str
    asks: str
    """Whom it asks, in words."""
    about: Piece | None
    to: Piece | None
    """Of a recommendation: the forum that is asked; of one that came here: the forum it came from."""
    against: bool
    reason: str
    closing: str
    """Why it was put aside."""
    yes: int
    no: int
    silent: int
    done: int
    asked: int
    refusals: list[Said]
    yeses: list[str]
    silents: str
    waits: str
    """Those of whom something is expected now, in words."""
    told: list[Said]
    """Words on how it goes, answers to a question."""
    mine: str
    """What the viewer's own actor may do: `decide`, `do`, `answer`, or nothing."""
    answered: str
    """What the viewer's own actor has said, in words."""
    yours: bool
    """It waits for the viewer's own actor."""
    others: list[names.Choice]
    """Actors that an operator may answer for."""


def lines(scene: Scene, entries: list[tuple[str, Json]], forum: str) -> list[Line]:
    """Lines in their order."""
    return [line(scene, key, entry, forum) for key, entry in entries]


def line(scene: Scene, key: str, entry: Json, forum: str) -> Line:
    """One line, as it is told in this forum."""
    counted = tally(entry) if _counted(entry) else (0, 0, 0, 0)
    left = waiting(entry) if "asks" in entry else []
    answers = entry.get("answers", {})
    return Line(
        key,
        entry["what"],
        scene.words(f"entry.{entry['what']}"),
        _text(scene, entry),
        scene.clock(entry["at"]),
        names.actor(scene, entry["by"]),
        entry["sealed"]["version"],
        entry["state"] in OPEN_ENTRIES,
        entry["state"] == "overdue",
        "" if entry["state"] == "kept" else scene.words(f"entry_state.{entry['state']}"),
        scene.clock(entry["due"]) if "due" in entry else "",
        scene.clock(entry["follow_up"]) if "follow_up" in entry else "",
        names.few(scene, entry.get("asks", ())),
        names.thing(scene, entry["about"]) if "about" in entry else None,
        _other_forum(scene, entry, forum),
        entry.get("stance") == "against",
        str(entry["texts"].get("reason", "")),
        str(entry["texts"].get("closing", "")),
        *counted,
        len(entry.get("asks", ())),
        [_said(scene, a, said) for a, said in sorted(answers.items()) if decision_of(entry, a) == "no"],
        names.actors(scene, [a for a in entry.get("asks", ()) if _counted(entry) and decision_of(entry, a) == "yes"]),
        names.few(scene, [a for a in entry.get("asks", ()) if _counted(entry) and decision_of(entry, a) is None]),
        names.few(scene, left) if left else "",
        [_said(scene, a, said) for a, said in sorted(entry.get("words", {}).items())],
        *_mine(scene, entry),
        asked_as(scene, entry, scene.sight.viewer.actor or "") in left,
        [names.Choice(a, names.actor(scene, a)) for a in left] if scene.sight.viewer.role == "operator" else [],
    )


def _counted(entry: Json) -> bool:
    """Is it something that actors say yes or no to?"""
    return "asks" in entry and "answers" in entry and entry["what"] != "question"


def _text(scene: Scene, entry: Json) -> str:
    if "what" in entry["texts"]:
        return str(entry["texts"]["what"])
    if "chair" in entry:
        return names.actor(scene, entry["chair"])
    return next((scene.words(f"text.{told}") for told in HIDDEN if entry.get(told)), "–")


def _other_forum(scene: Scene, entry: Json, forum: str) -> Piece | None:
    if "to" not in entry:
        return names.thing(scene, entry["carried_from"]) if "carried_from" in entry else None
    return names.thing(scene, entry["to"] if entry["forum"] == forum else entry["forum"])


def _said(scene: Scene, actor: str, said: Json) -> Said:
    texts = said.get("texts", {})
    text = (
        texts.get("reason") or texts.get("what") or next((scene.words(f"text.{t}") for t in HIDDEN if said.get(t)), "")
    )
    by = names.actor(scene, said["by"]) if "by" in said else ""
    return Said(names.actor(scene, actor), str(text), scene.clock(said["at"]), by)


def _mine(scene: Scene, entry: Json) -> tuple[str, str]:
    """What the viewer's own actor may do about it, and what it has said."""
    viewer = scene.sight.viewer
    row = None if viewer.actor is None else asked_as(scene, entry, viewer.actor)
    roles = scene.region.reference["roles"]
    if row is None or entry["state"] == "closed" or not viewer.may_command("own_decision", roles):
        return "", ""
    if entry["what"] == "question":
        return "answer", _my_words(scene, entry.get("words", {}).get(row))
    answer = entry.get("answers", {}).get(row)
    said = "" if answer is None else _my_answer(scene, entry, row, answer)
    return "do" if entry["what"] == "task" else "decide" if "answers" in entry else "", said


def _my_words(scene: Scene, said: Json | None) -> str:
    return "" if said is None else scene.words("forum_page.you_answered", when=scene.clock(said["at"]))


def _my_answer(scene: Scene, entry: Json, row: str, answer: Json) -> str:
    if "done_at" in answer:
        return scene.words("forum_page.you_did", when=scene.clock(answer["done_at"]))
    decision = decision_of(entry, row)
    return scene.words("forum_page.you_said", what=scene.words(f"decision.{decision}"), when=scene.clock(answer["at"]))


def asked_as(scene: Scene, entry: Json, actor: str) -> str | None:
    """Row of an entry that an actor answers: its own, else its party's; None if neither is asked."""
    asks = entry.get("asks", ())
    party = scene.region.reference["actors"].get(actor, {}).get("party", actor)
    return actor if actor in asks else party if party in asks else None


def urgent_first(entries: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    """What is late, then by when it is due, then the oldest: the order in which a chair goes through them."""

    def place(row: tuple[str, Json]) -> tuple[bool, int, str, str]:
        entry = row[1]
        due = parse(entry["due"]) if "due" in entry else 1 << 60
        return entry["state"] != "overdue", due, entry["at"], row[0]

    return sorted(entries, key=place)
