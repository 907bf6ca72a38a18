"""Forums driven by hand in a `World`: called, acted on, looked at."""

from typing import Any

from support.world import T0, World

from schemas.change import Picture
from schemas.codec import Json
from schemas.times import MINUTE
from streams.core.agenda_items import AgendaItems
from streams.core.fold import Folded
from streams.core.forum_agenda import agenda, proposed

BOARD = "lansstyrelsen-01"


def result(folded: Folded) -> str:
    """`applied`, or why not."""
    assert folded.outcome is not None
    return folded.outcome.reason or folded.outcome.result


def called(world: World, minute: float = 0, forum: str = "f", level: str = "samordnande", **more: Any) -> None:
    """A forum that meets half an hour from then."""
    args = {"forum": forum, "level": level, "at": T0 + int((minute + 30) * MINUTE), **more}
    assert result(world.command(minute, "convene", args=args)) == "applied"


def do(world: World, minute: float, name: str, *, on: str = "f", texts: str = "", who: str = BOARD, **args: Any) -> str:
    """A command of the county board, or of an actor as reporter; `texts` are fields that were spoken."""
    spoken = {field: f"key-{field}" for field in texts.split()}
    role = "coordinator" if who == BOARD else "operator" if who == "operator" else "reporter"
    return result(world.command(minute, name, on=on, args=args, who=who, role=role, texts=spoken))


def forum(world: World, name: str = "f") -> dict[str, Any]:
    """A forum as it is now."""
    return world.state.picture["forum"][name]


def entries(world: World, what: str) -> list[dict[str, Any]]:
    """Lines of the minutes of one kind, in the order they were written."""
    return [e for e in world.state.picture["entry"].values() if e["what"] == what]


def newest(world: World) -> str:
    """Id of the line of the minutes that the last command wrote."""
    return world.records[-1].body["id"]


def agenda_of(picture: Picture, forum: str) -> Json:
    """The agenda of a forum, made from the whole picture."""
    return agenda(picture, forum, AgendaItems.of(picture))


def proposed_of(picture: Picture, suggestion: str) -> Json | None:
    """The agenda that a suggestion proposes, made from the whole picture."""
    return proposed(picture, suggestion, AgendaItems.of(picture))
