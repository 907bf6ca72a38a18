"""A posted form read: texts, lists of texts, times as people write them. Pure.

In: a form. Out: values, and faults in words where one cannot be read.
"""

from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import FormData as Form

from dashboards.telling.moments import moment
from dashboards.telling.scene import Scene
from schemas.report import Fault
from schemas.times import parse, z

Pairs = list[tuple[str, str]]
"""A form's fields in their order."""


def text(form: Form, field: str) -> str:
    """A field without blanks around it; empty when it is not there."""
    value = form.get(field)
    return value.strip() if isinstance(value, str) else ""


def texts(form: Form, field: str) -> list[str]:
    """Every value of a field."""
    return [value for value in form.getlist(field) if isinstance(value, str)]


def pairs_of(form: Form) -> Pairs:
    """All of a form's fields, to be carried on in another."""
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


class Reading(NamedTuple):
    """A form on its way to a report: where faults are put, and when it was sent."""

    form: Form
    scene: Scene
    at: int
    """When the form was sent, ms UTC by the space's clock: what `13.00` means hangs on it."""
    faults: list[Fault]

    def fault(self, pointer: str, key: str, **fields: object) -> None:
        """Note a fault, in words."""
        self.faults.append({"pointer": pointer, "detail": self.scene.words(key, **fields)})

    def text(self, field: str) -> str:
        """A field's text."""
        return text(self.form, field)

    def time(self, field: str, pointer: str | None = None) -> str | None:
        """A field's time as `Z` text; None when it is empty or cannot be read, which is a fault."""
        return self.time_of(self.text(field), pointer or f"/{field}")

    def time_of(self, said: str, pointer: str) -> str | None:
        """The same of a text."""
        if not said:
            return None
        found = moment(said, self.at, self.scene.words)
        if found is None:
            self.fault(pointer, "fault.time", text=said)
        return None if found is None else z(found)

    def number(self, said: str, pointer: str, name: str, most: int | None = None) -> tuple[int, int] | None:
        """A whole number, or a range `800–1200`, as its ends; None when it is empty or cannot be read."""
        if not said:
            return None
        ends = [end.replace("\u00a0", "").replace(" ", "") for end in said.replace("–", "-").split("-")]
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() and len(end) < 10 for end in ends):
            self.fault(pointer, "reporting.number", name=name, text=said)
            return None
        low, high = int(ends[0]), int(ends[-1])
        if low > high or (most is not None and high > most):
            self.fault(pointer, "reporting.number", name=name, text=said)
            return None
        return low, high


def reading(form: Form, scene: Scene) -> Reading:
    """Begin to read a form. A page that keeps what it sends says itself when it was sent; any other is sent now."""
    faults: list[Fault] = []
    said = text(form, "sent")
    try:
        at = parse(said) if said else scene.now
    except ValueError:
        at = scene.now
        faults.append({"pointer": "/sent", "detail": scene.words("fault.time", text=said)})
    return Reading(form, scene, at, faults)


def clock_of(scene: Scene) -> Callable[[object], str]:
    """A `Z` time as it is written into a form; empty when it has passed or is none."""

    def written(value: object) -> str:
        if not isinstance(value, str):
            return ""
        try:
            return scene.clock(value) if parse(value) > scene.now else ""
        except ValueError:
            return ""

    return written
