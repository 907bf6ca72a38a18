"""A county with one ringing matter, folded."""

from support.world import World


def storm() -> tuple[World, str]:
    """A county with one ringing matter at T; the id of its notice."""
    world = World()
    world.warning(0, "RED", 1)
    (call,) = world.calls()
    return world, str(call["id"])


def notice(world: World, name: str) -> dict:
    return world.state.picture["notice"].get(name, {})
