"""Which report stands on which cell: what a revision names, what it leaves outdated, what it takes over.

A cell that an item named in any earlier revision and does not name now becomes outdated at once: an omitted cell may
never make the picture calmer. A fresh own report clears the same actor's outdated ones on that cell (design section 2).
Next: streams/core/cells.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import cell_key
from schemas.sectors import ItemState, Kind
from streams.core.state import HELD_LIMIT, Item, Standing
from streams.core.step import Step


def stand(step: Step, key: str, body: Json, *, fresh: bool) -> None:
    """Put a report's lines on their cells; what it held and does not name now stays there, outdated."""
    item = step.state.items[key]
    named = _lines(step, item, body, fresh=fresh) if body["kind"] == Kind.SITUATION else {}
    for cell in item.held:
        if cell not in named:
            _set_fresh(step, key, cell, fresh=False)
    for cell, line in named.items():
        _put(step, key, cell, line)
    held = tuple(sorted({*item.held, *named}))[:HELD_LIMIT]
    step.put(step.state.items, key, item._replace(named=tuple(sorted(named)), held=held))
    _settle_all(step, item.actor, held)


def _lines(step: Step, item: Item, body: Json, *, fresh: bool) -> dict[str, Standing]:
    """One standing a cell; a cell named twice keeps its worse line."""
    actor, found = str(item.actor), dict[str, Standing]()
    party = step.state.reference.party(actor)
    for line in body.get("impacts", ()):
        for area in line["areas"]:
            cell = cell_key(area, line["sector"])
            sets = item.counts and step.state.reference.entitled(actor, line["sector"], area)
            new = Standing(
                line["now"],
                item.sent,
                fresh,
                actor,
                party,
                sets,
                line.get("expected"),
                line.get("from"),
                line.get("until"),
            )
            if cell not in found or found[cell].impact < new.impact:
                found[cell] = new
    return found


def _put(step: Step, key: str, cell: str, line: Standing | None) -> None:
    """Replace one standing; None takes it off."""
    on_cell = dict(step.state.standing.get(cell, {}))
    if line is None:
        on_cell.pop(key, None)
    else:
        on_cell[key] = line
    step.put(step.state.standing, cell, on_cell or None)
    step.cells.add(cell)


def _set_fresh(step: Step, key: str, cell: str, *, fresh: bool) -> None:
    line = step.state.standing.get(cell, {}).get(key)
    if line is not None and line.fresh != fresh:
        _put(step, key, cell, line._replace(fresh=fresh))


def _settle_all(step: Step, actor: str | None, cells: tuple[str, ...]) -> None:
    if actor is not None:
        for cell in cells:
            _settle(step, actor, cell)


def _settle(step: Step, actor: str, cell: str) -> None:
    """One actor's reports on one cell, in whatever order they came: what is overtaken leaves.

    An outdated one leaves for a fresh one sent no earlier; of those with default ids only the newest stays.
    """
    mine = {k: s for k, s in step.state.standing.get(cell, {}).items() if s.actor == actor and s.sets}
    if len(mine) < 2:
        return
    fresh = max((s.at for s in mine.values() if s.fresh), default=None)
    defaults = [(s.at, k) for k, s in mine.items() if step.state.items[k].default_id]
    newest = max(defaults, default=None)
    for key, line in mine.items():
        overtaken = fresh is not None and not line.fresh and line.at <= fresh
        if overtaken or (newest is not None and (line.at, key) < newest and (line.at, key) in defaults):
            _leave(step, key, cell)


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
    step.put(step.state.items, key, left)
    step.items.add(key)
    step.moved.add(key)


def outdate(step: Step, key: str) -> None:
    """Everything the item stands on becomes outdated: it neither raises nor clears anything now."""
    item = step.state.items[key]
    for cell in item.held:
        _set_fresh(step, key, cell, fresh=False)
    _settle_all(step, item.actor, item.held)


def withdraw(step: Step, key: str) -> None:
    """Take a closed item off all its cells; each falls to the next standing report, else to its grey."""
    item = step.state.items[key]
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
