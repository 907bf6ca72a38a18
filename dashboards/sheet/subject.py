"""What a sheet is made for: a meeting of a forum, a forum's next meeting, or nothing but now.

Pure. In: a forum as the picture has it, a meeting's number. Out: `Subject`; KeyError with what is not there.
Next: dashboards/sheet/content.py
"""

from typing import NamedTuple

from schemas.change import EntityKind, Picture


class Subject(NamedTuple):
    """A meeting, held or ahead."""

    forum: str
    number: int
    at: str
    """When it begins, `Z` text."""
    form: str


class Sealed(NamedTuple):
    """A meeting that has begun, and the version of the picture that it was sealed on."""

    version: int
    subject: Subject


def split(key: str) -> tuple[str, int]:
    """Forum and number of a meeting's key, `sam/2`. KeyError if it is none."""
    forum, _, number = key.rpartition("/")
    if not forum or not number.isdecimal() or int(number) < 1:
        raise KeyError(key)
    return forum, int(number)


def held(picture: Picture, key: str) -> Sealed | None:
    """A meeting that has begun; None while it lies ahead. KeyError if the forum is not there."""
    forum, number = split(key)
    meeting = picture.get(EntityKind.MEETING, {}).get(f"{forum}/{number}")
    if meeting is None:
        _ = picture[EntityKind.FORUM][forum]
        return None
    return Sealed(int(meeting["sealed"]["version"]), Subject(forum, number, meeting["at"], meeting["form"]))


def ahead(picture: Picture, forum: str, number: int | None = None) -> Subject:
    """A meeting that is planned, the next one unless told which. KeyError if there is none.

    A forum with nothing planned gives the meeting that would be its next, at the time of its last.
    """
    told = picture[EntityKind.FORUM][forum]
    following = int(told["meetings"]) + 1
    planned = {following + n: row for n, row in enumerate(told["planned"])}
    wanted = following if number is None else number
    if wanted in planned:
        return Subject(forum, wanted, planned[wanted]["at"], planned[wanted]["form"])
    if number is None and told["state"] != "closed":
        return Subject(forum, wanted, "", told["form"])
    raise KeyError(f"{forum}/{wanted}")


class Before(NamedTuple):
    """From which version a forum counts what is new."""

    version: int
    at: str
    number: int
    """Of its newest meeting; 0 before the first, when it counts from its call."""


def before(picture: Picture, forum: str) -> Before:
    """The newest meeting that a forum has begun in this picture, else its call. KeyError if it is not there."""
    told = picture[EntityKind.FORUM][forum]
    meeting = picture.get(EntityKind.MEETING, {}).get(told.get("meeting", ""))
    if meeting is None:
        return Before(int(told["sealed"]["version"]), told["since"], 0)
    return Before(int(meeting["sealed"]["version"]), meeting["at"], int(meeting["number"]))
