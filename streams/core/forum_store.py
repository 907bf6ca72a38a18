"""What all acts of forums share: looking up what they act on, indexing open minutes entries, forgetting the old."""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.sectors import Label
from schemas.times import DAY, SECOND
from streams.core.step import Step

APPLIED = Outcome(Result.APPLIED)
_SUBJECTS = (
    *(EntityKind.ITEM, EntityKind.EVENT, EntityKind.ENTRY, EntityKind.FORUM),
    *(EntityKind.CELL, EntityKind.SUGGESTION, EntityKind.REQUEST),
)
_SECRECY = tuple(label.value for label in Label)


def refused(reason: Refusal) -> Outcome:
    """An outcome that says why not."""
    return Outcome(Result.REFUSED, reason=reason)


def there(step: Step, key: str) -> bool:
    """Is there anything of this key that people may speak about?"""
    return any(step.entity(kind, key) is not None for kind in _SUBJECTS)


def label_of(step: Step, key: str | None) -> str:
    """Label of what is said about a thing: as secret as the thing itself, and never open."""
    about = None
    if key is not None:
        about = step.entity(EntityKind.ITEM, key) or step.entity(EntityKind.ENTRY, key)
        event = step.entity(EntityKind.EVENT, key)
        if event is not None:
            return max((label_of(step, item) for item in event["items"]), key=_SECRECY.index)
    return max(Label.INTERNAL.value, about["label"] if about else Label.OPEN.value, key=_SECRECY.index)


def speaks_for(step: Step, body: Json, *roles: str) -> str | None:
    """Actor that a command is about: the login's own, or the named one where the role may act for others."""
    actor = body["args"].get("actor", body["who"])
    if actor != body["who"] and body["role"] not in roles:
        return None
    return str(actor) if actor in step.state.reference.actors else None


def index(step: Step, forum: str, entry: str, *, is_open: bool) -> None:
    """Keep the list of a forum's open entries, so that carrying over costs what is carried."""
    name = f"entries|{forum}"
    members = step.state.members.get(name)
    if members is None:
        if not is_open:
            return
        members = {}
        step.put(step.state.members, name, members)
    if is_open or entry in members:
        step.put(members, entry, {"open": True} if is_open else None)
    if not members:
        step.put(step.state.members, name, None)


def open_entries(step: Step, forum: str) -> list[str]:
    """Entries of a forum that wait for somebody, oldest first."""
    found = step.state.members.get(f"entries|{forum}", ())
    entries = step.state.picture[EntityKind.ENTRY]
    return sorted(found, key=lambda name: (entries[name]["at"], name))


def forget_later(step: Step, kind: EntityKind, key: str) -> None:
    """What a forum did is kept as long as the log."""
    kept = step.state.reference.figure("forum_forgotten_s", 400 * DAY // SECOND) * SECOND
    step.deadline(f"old|{kind}/{key}", step.at + kept)


def forget(step: Step, what: str) -> None:
    """Its time is out."""
    kind, _, key = what.partition("/")
    step.publish(EntityKind(kind), key, None)
