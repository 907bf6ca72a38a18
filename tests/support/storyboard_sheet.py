"""A meeting's sheet out of a play in memory: by the pure function, of the versions as they were at that moment.

In: versions, a meeting's key, a moment. Out: the content, as every party may see it.
"""

from collections.abc import Iterable, Sequence

from support.desk import REGION

from dashboards.access import Role, Viewer
from dashboards.picture.chain import Head
from dashboards.picture.texts import Text
from dashboards.picture.view import Place, Sight
from dashboards.sheet import subject
from dashboards.sheet.content import sheet
from dashboards.sheet.scenery import Since, scene_of
from schemas.change import Picture, Version, apply, empty_picture
from schemas.codec import Json, load
from schemas.sectors import Label
from schemas.times import HOUR, parse
from streams.bus import Out

PARTY = Viewer(Role.REPORTER, "", exercise=True)


class Words:
    """Texts as they lie on their topic."""

    def __init__(self) -> None:
        self._held: dict[str, Text] = {}

    def take(self, outs: Iterable[Out]) -> None:
        for out in outs:
            value = load(out.value or b"{}")
            self._held[(out.key or b"").decode()] = Text(value["text"], Label(value["label"]))

    def get(self, key: str) -> Text | None:
        return self._held.get(key)


def picture_at(versions: Sequence[Version], number: int) -> tuple[Picture, Head]:
    """The picture at a version."""
    picture = empty_picture()
    for version in versions[:number]:
        apply(picture, version.changes)
    newest = versions[number - 1]
    return picture, Head(number, newest.hash, newest.at)


def sheet_of(
    versions: Sequence[Version], key: str | None, at: int, words: Words, viewer: Viewer = PARTY, space: str = "ovning-s"
) -> Json:
    """A meeting's sheet, or with None the region's: of the sealed version once the meeting has begun."""
    picture, head = picture_at(versions, sum(version.at <= at for version in versions))
    if key is None:
        number = sum(version.at <= at - HOUR for version in versions)
        about, since = None, Since(picture_at(versions, number)[0], number, at - HOUR)
    else:
        sealed = subject.held(picture, key)
        if sealed is not None:
            (picture, head), at = picture_at(versions, sealed.version), parse(sealed.subject.at)
        about = sealed.subject if sealed is not None else subject.ahead(picture, *subject.split(key))
        before = subject.before(picture, about.forum)
        why = "meeting" if before.number else "called"
        old, _ = picture_at(versions, before.version)
        since = Since(old, before.version, parse(before.at), why, before.number)
    region = REGION._replace(place=Place(space, "01", viewer.exercise, REGION.place.municipalities))
    return sheet(scene_of(region, Sight(picture, viewer, words.get), head, since, at), since, about)
