"""What each command's form holds: one table, from the fields that a page posts to the arguments of the command.

Pure. In: a posted form, the space's time, the reader's words. Out: arguments as schemas/command.py has them; an empty
field is left out, so that the models' own defaults hold. A page that needs a command adds or uses its row here.
Next: dashboards/activation/acting.py
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from starlette.datastructures import FormData

from dashboards.problems import Problem
from dashboards.telling.moments import moment
from schemas.codec import Json
from schemas.times import HOUR, z
from streams.words import Words


class Posted(NamedTuple):
    """A form on its way to be a command."""

    form: FormData
    now: int
    """Space time, ms UTC: times are read as the next moment that fits."""
    words: Words

    def text(self, name: str) -> str:
        """A field without the blanks around it; empty when it is not there."""
        return str(self.form.get(name, "")).strip()


Read = Callable[[Posted, str], object]
"""What a field gives; None when nothing was written."""


def text(posted: Posted, name: str) -> str | None:
    """Words, or a code that was chosen."""
    return posted.text(name) or None


def many(posted: Posted, name: str) -> list[str] | None:
    """Boxes that are ticked and lines of a list: every value of the field that is not empty, each once."""
    return list(dict.fromkeys(str(v).strip() for v in posted.form.getlist(name) if str(v).strip())) or None


def whom(posted: Posted, name: str) -> list[str] | None:
    """Actors and groups: boxes that are ticked, of which one may stand for several ids with blanks between."""
    return list(dict.fromkeys(" ".join(many(posted, name) or []).split())) or None


def number(posted: Posted, name: str) -> int | None:
    """A whole number, with blanks as people write them. Problem 422 for anything else."""
    written = posted.text(name)
    digits = "".join(written.split())
    if written and not digits.isdecimal():
        raise _fault(name, posted.words("fault.number", text=written))
    return int(digits) if digits else None


def time(posted: Posted, name: str) -> str | None:
    """A time as people write it: `13.00`, `tors 08.00`. Problem 422 for one that is none."""
    written = posted.text(name)
    at = moment(written, posted.now, posted.words) if written else None
    if written and at is None:
        raise _fault(name, posted.words("fault.time", text=written))
    return None if at is None else z(at)


def ticked(posted: Posted, name: str) -> bool | None:
    """A box that is ticked."""
    return True if posted.text(name) else None


def exactly(value: str) -> Read:
    """Always this, whatever the form says."""
    return lambda _posted, _name: value


def _fault(name: str, detail: str) -> Problem:
    return Problem(422, "schema", detail, [{"pointer": f"/args/{name}", "detail": detail}])


def _in_an_hour(posted: Posted, name: str) -> str:
    """When a forum meets first: an hour from now unless said otherwise."""
    return time(posted, name) or z(posted.now + HOUR)


def _forum_id(posted: Posted, name: str) -> str:
    """Id of a forum that is called: what was written, in one word, else its level and the time of its first meeting."""
    written = "-".join(posted.text(name).lower().replace("/", " ").split())
    at = moment(posted.text("at"), posted.now, posted.words) or posted.now + HOUR
    return written or f"{posted.text('level')}-{posted.words.local(at):%Y%m%d-%H%M}"


def _absent(posted: Posted, _: str) -> list[str] | None:
    """Who stood on the list of the roll call and was not ticked."""
    present = set(whom(posted, "present") or [])
    return [actor for actor in whom(posted, "member") or [] if actor not in present] or None


def _left_out(posted: Posted, name: str) -> list[Json] | None:
    """What a joint picture names as left out, each with the reason beside it in the form."""
    pairs = zip(posted.form.getlist(name), posted.form.getlist(f"{name}_why"), strict=False)
    return [{"what": str(what), "why": str(why)} for what, why in pairs if str(what).strip()] or None


FORMS: Mapping[str, Mapping[str, Read]] = {
    "acknowledge": {"via": exactly("page"), "on_behalf_of": text},
    "convene": {
        "forum": _forum_id,
        "level": text,
        "at": _in_an_hour,
        "form": text,
        "mode": text,
        "about": text,
        "members": whom,
        "every_days": number,
    },
    "hand_over": {"role": text, "to": text, "until": time},
    "set_chair": {"actor": text},
    "roll_call": {"present": whom, "absent": _absent},
    "assess": {"what": text},
    "need_direction": {"what": text},
    "agree": {"what": text, "asks": whom, "per": text, "decide_by": time, "follow_up": time, "about": text},
    "own_decision": {"decision": text, "what": text, "actor": text},
    "task": {"what": text, "owner": text, "due": time, "about": text},
    "task_done": {"actor": text},
    "recommend": {"to": text, "what": text, "about": text, "stance": text},
    "set_next_meeting": {"at": time, "form": text, "instead_of": text, "every_days": number},
    "set_reporting": {"interval_min": number},
    "note": {"what": text, "asks": whom, "due": time, "about": text},
    "publish_message": {"what": text},
    "close": {"to": text},
    "share_issue": {"what": text},
    "mark_affected": {"how": text, "what": text, "actor": text},
    "offer_resource": {"kind": text, "number": number, "until": time},
    "attach": {"title": text, "url": text, "item": text},
    "answer": {"what": text, "actor": text},
    "link": {"items": many},
    "cut": {"items": many},
    "split": {"items": many},
    "pin": {"off": ticked},
    "assess_cell": {"impact": number, "text": text},
    "publish_picture": {"name": text, "summary": text, "events": many, "pinned": many, "left_out": _left_out},
    "correct_published": {"summary": text, "events": many, "pinned": many},
    "object": {"off": ticked},
    "request_reports": {"sectors": many, "areas": many, "by": time, "whom": whom},
}
"""Command -> its arguments, each with how its field is read. A command that is not here takes none from a form."""


def args_of(command: str, posted: Posted) -> Json:
    """Arguments of a command. Problem 422 for a time or a number that is none."""
    read = ((name, field(posted, name)) for name, field in FORMS.get(command, {}).items())
    return {name: value for name, value in read if value is not None}
