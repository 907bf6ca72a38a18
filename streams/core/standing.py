"""Which report stands on which cell: what a revision names, what it leaves outdated, what it takes over.

A cell that an item named in any earlier revision and does not name now becomes outdated at once: an omitted cell may
never make the picture calmer. A fresh own report clears the same actor's outdated ones on that cell (docs/cells.md).
Next: streams/core/cells.py
"""

from functools import lru_cache

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import cell_key
from schemas.sectors import SECTORS, ItemState, Kind
from streams.core.state import HELD_LIMIT, Item, Standing
from streams.core.step import Step


def stand(step: Step, key: str, item: Item, body: Json, *, outdated: int | None) -> Item:
    """Put a report's lines on their cells; what it held and does not name now stays, outdated from then on.

    Gives the item with the cells it names and holds; what it overtakes leaves when that is settled (`settle`).
    """
    named = _lines(step, item, body, outdated) if body["kind"] == Kind.SITUATION else {}
    if not named and not item.held:
        return item
    for cell in item.held:
        if cell not in named:
            _outdate(step, key, cell, item.sent)
    for cell, line in named.items():
        _put(step, key, cell, line)
        _speak(step, key, cell, line)
    names = tuple(sorted(named))
    return item._replace(named=names, held=_joined(item.held, names), ever=_joined(item.ever, names))


def _joined(cells: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return more if cells == more else tuple(sorted({*cells, *more}))[:HELD_LIMIT]


def _lines(step: Step, item: Item, body: Json, outdated: int | None) -> dict[str, Standing]:
    """One standing a cell; a cell named twice keeps its worse line."""
    actor, found = str(item.actor), dict[str, Standing]()
    reference = step.state.reference
    party = reference.party(actor)
    for line in body.get("impacts", ()):
        impact, sector = line["now"], line["sector"]
        expected = line.get("expected"), line.get("from"), line.get("until")
        for area in line["areas"]:
            cell = cell_key(area, sector)
            if cell not in found or found[cell].impact < impact:
                sets = item.counts and reference.entitled(actor, sector, area)
                found[cell] = Standing(impact, item.sent, outdated, actor, party, sets, *expected)
    return found


def _speak(step: Step, key: str, cell: str, line: Standing) -> None:
    """Remember when an item last spoke on a cell."""
    if not line.sets:
        return
    name = f"{line.actor}|{cell}"
    said = step.state.said.get(name)
    if said is None:
        said = {}
        step.put(step.state.said, name, said)
    step.put(said, key, max(line.at, said.get(key, line.at)))


def renew(step: Step, key: str, sent: int) -> None:
    """What the item names holds again, from when that was said."""
    item = step.state.items[key]
    for cell in item.named:
        line = step.state.standing.get(cell, {}).get(key)
        if line is not None:
            renewed = line._replace(at=sent, outdated=None)
            _put(step, key, cell, renewed)
            _speak(step, key, cell, renewed)
    settle(step, item.actor, item.named)


def _put(step: Step, key: str, cell: str, line: Standing | None) -> None:
    """Replace one standing; None takes it off."""
    on_cell = dict(step.state.standing.get(cell, {}))
    if line is None:
        on_cell.pop(key, None)
    else:
        on_cell[key] = line
    step.put(step.state.standing, cell, on_cell or None)
    step.cells.add(cell)


def _outdate(step: Step, key: str, cell: str, since: int) -> None:
    line = step.state.standing.get(cell, {}).get(key)
    if line is not None and line.fresh:
        _put(step, key, cell, line._replace(outdated=since))


def settle(step: Step, actor: str | None, cells: tuple[str, ...]) -> None:
    """One actor's reports on these cells, in whatever order they came: what is overtaken leaves.

    An outdated one leaves for one that the actor sent after it was outdated: never for one sent before, since then
    silence alone would calm the cell. Of those with default ids only the newest stays.
    """
    for cell in cells if actor is not None else ():
        said = step.state.said.get(f"{actor}|{cell}", {})
        for key, line in list(step.state.standing.get(cell, {}).items()):
            if line.actor == actor and line.sets and _overtaken(key, line, said):
                _leave(step, key, cell)


def _overtaken(key: str, line: Standing, said: dict[str, int]) -> bool:
    since, mine, default = line.outdated, (line.at, key), is_default(key)
    return any(
        other != key and ((since is not None and at >= since) or (default and (at, other) > mine and is_default(other)))
        for other, at in said.items()
    )


@lru_cache(maxsize=16_384)
def is_default(key: str) -> bool:
    """Ids `<sector>-<area>` take each other over; explicit ids keep matters apart."""
    sector, _, area = key.rpartition("/")[2].partition("-")
    return sector in SECTORS and area.isdigit()


def _leave(step: Step, key: str, cell: str) -> None:
    """Take an item off one cell; an item that stands nowhere any more is superseded."""
    item = step.state.items[key]
    _put(step, key, cell, None)
    left = item._replace(
        named=tuple(c for c in item.named if c != cell),
        held=tuple(c for c in item.held if c != cell),
    )
    if not left.held:
        left = left._replace(state=ItemState.SUPERSEDED)
        public = step.entity(EntityKind.ITEM, key)
        assert public is not None
        step.publish(EntityKind.ITEM, key, {**public, "state": ItemState.SUPERSEDED})
        let_go(step, key)
    step.put(step.state.items, key, left)
    step.items.add(key)


def let_go(step: Step, key: str) -> None:
    """A closed item waits for nothing but the day it is forgotten."""
    for kind in ("begin", "end", "stale"):
        step.deadline(f"{kind}|{key}", None)
    if f"forget|{key}" not in step.state.due:
        step.deadline(f"forget|{key}", step.at + step.state.reference.forgotten_after())


def outdate(step: Step, key: str, since: int) -> None:
    """Everything the item stands on becomes outdated: it neither raises nor clears anything now."""
    item = step.state.items[key]
    for cell in item.held:
        _outdate(step, key, cell, since)
    settle(step, item.actor, item.held)


def forget(step: Step, key: str) -> None:
    """Forget that a closed item ever spoke."""
    item = step.state.items[key]
    for cell in item.ever:
        said = step.state.said.get(f"{item.actor}|{cell}")
        if said is not None and key in said:
            step.put(said, key, None)
            if not said:
                step.put(step.state.said, f"{item.actor}|{cell}", None)


def withdraw(step: Step, key: str) -> None:
    """Take a closed item off all its cells; each falls to the next standing report, else to its grey."""
    item = step.state.items[key]
    if not item.held:
        return
    for cell in item.held:
        if key in step.state.standing.get(cell, {}):
            _put(step, key, cell, None)
    step.put(step.state.items, key, item._replace(named=(), held=()))


def entitle_again(step: Step) -> None:
    """The registry changed: say anew of every standing whether it sets its cell."""
    for cell in sorted(step.state.standing):
        area, _, sector = cell.partition("/")
        for key, line in list(step.state.standing[cell].items()):
            item = step.state.items[key]
            sets = item.counts and step.state.reference.entitled(line.actor, sector, area)
            party = step.state.reference.party(line.actor)
            if (sets, party) != (line.sets, line.party):
                _put(step, key, cell, line._replace(sets=sets, party=party))
