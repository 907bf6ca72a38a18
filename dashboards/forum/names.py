"""What a forum, an actor, a thing that is spoken about are called on a page. Pure.

In: a scene and a key. Out: a name, and where one can read on. Next: dashboards/forum/line.py
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from dashboards.sheet.rows import cut
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from streams.words import alphabetical

_UNNAMED = re.compile(r"[a-z]+-\d{8}-\d{4}")
"""An id that was made of a forum's level and the time of its first meeting."""
_MAY_BE_HIDDEN = (EntityKind.ITEM, EntityKind.EVENT, EntityKind.ENTRY)


class Piece(NamedTuple):
    """A few words, with where they lead: a path under the site's root, empty where nowhere."""

    text: str
    href: str = ""


class Choice(NamedTuple):
    """Something to choose in a form: an actor, a group of the registry, a forum."""

    code: str
    name: str


def actor(scene: Scene, code: str) -> str:
    """An actor as a list has room for it: a municipality by its bare name."""
    about: Json = scene.region.reference["actors"].get(code, {})
    if about.get("kind") == "municipality" and len(about.get("areas", ())) == 1:
        return scene.region.towns.get(about["areas"][0], code)
    return scene.region.owner(code)


def actors(scene: Scene, codes: Iterable[str]) -> list[str]:
    """Names in the order of the alphabet."""
    return sorted((actor(scene, code) for code in codes), key=alphabetical)


def few(scene: Scene, codes: Iterable[str]) -> str:
    """`Nykvarn, Salem och 24 till`; municipalities that are all of the county's are told as such."""
    codes = list(codes)
    towns = {c for c, about in scene.region.reference["actors"].items() if about["kind"] == "municipality"}
    if towns and towns <= set(codes):
        rest = actors(scene, [code for code in codes if code not in towns])
        return scene.words.few([scene.words("forum_page.every_town"), *rest])
    return scene.words.few(actors(scene, codes))


def forum(scene: Scene, key: str, entity: Json | None) -> str:
    """What it was called; one that was not given a name has its level's, with what it is about."""
    if entity is None:
        return key
    if not _UNNAMED.fullmatch(key):
        return key[:1].upper() + key[1:].replace("-", " ")
    level = scene.words(f"level.{entity['level']}")
    about = thing(scene, entity["about"]).text if "about" in entity else ""
    return f"{level}: {cut(about, 70)}" if about else level


def quoted(key: str) -> str:
    """A forum's id inside an address."""
    return quote(key, safe="")


def forum_path(key: str) -> str:
    """Address of a forum's page under the root."""
    return f"/forum/{quoted(key)}"


def thing(scene: Scene, key: str) -> Piece:
    """What is spoken about: an item, an event, a cell, a forum, a line of minutes; else its key."""
    item = scene.item(key)
    if item is not None:
        return Piece(cut(headline(scene, item)), f"/item/{quote(key)}")
    event = scene.sight.shown(EntityKind.EVENT, key)
    if event is not None:
        lead = scene.item(event["lead"]) if event["lead"] in event["items"] else None
        return Piece(cut(headline(scene, lead)) if lead else key, f"/item/{quote(event['lead'])}")
    area, _, sector = key.partition("/")
    if (area, sector) in scene.cells:
        return Piece(f"{scene.region.sectors[sector].short}, {scene.region.towns[area]}", f"/cell/{area}/{sector}")
    other = scene.sight.shown(EntityKind.FORUM, key)
    if other is not None:
        return Piece(forum(scene, key, other), forum_path(key))
    entry = scene.sight.shown(EntityKind.ENTRY, key)
    if entry is not None:
        return Piece(cut(str(entry["texts"].get("what", "–"))), f"{forum_path(entry['forum'])}#e-{key}")
    is_hidden = any(key in scene.sight.picture.get(kind, {}) for kind in _MAY_BE_HIDDEN)
    return Piece(scene.words("cell.limited") if is_hidden else key)


def choices(scene: Scene) -> tuple[list[Choice], list[Choice]]:
    """Groups of the registry that have a word, and every actor, for forms that ask whom."""
    registry = scene.region.reference["actors"]
    groups = sorted({group for about in registry.values() for group in about.get("groups", ())})
    named = [Choice(g, scene.words(f"forum_group.{g}")) for g in groups if scene.words.known(f"forum_group.{g}")]
    every = sorted(
        registry, key=lambda code: (registry[code]["kind"] == "municipality", alphabetical(actor(scene, code)))
    )
    return named, [Choice(code, actor(scene, code)) for code in every]
