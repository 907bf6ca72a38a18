"""Minutes as lines to read, print or send: Swedish, times in Stockholm's clock, every own decision by name.

Pure. In: what `streams/cli/minutes.py` put together, names of actors, the space's time. Out: lines.
"""

from collections.abc import Iterable, Iterator, Mapping

from schemas.codec import Json
from schemas.times import parse
from streams.core.forum_view import decision_of, waiting
from streams.words import load_words

Names = Mapping[str, str]


def lines(told: Json, names: Names, now: int) -> Iterator[str]:
    """The whole document."""
    words, forum = load_words(), told["forum"]
    level, state = words(f"level.{forum['level']}"), words(f"forum_state.{forum['state']}")
    if told["exercise"]:
        yield words("minutes.exercise", space=told["space"])
    yield words("minutes.head", level=level, forum=forum["id"], state=state, since=_when(forum["since"], now))
    yield words("minutes.source", version=told["version"], hash=told["hash"][:12])
    if "chair" in forum:
        yield words("minutes.chair", chair=_name(forum["chair"], names))
    for meeting in told["meetings"]:
        yield from ("", *_meeting(meeting, names, now))
    if told["between"]:
        yield from ("", words("minutes.between"))
        for entry in told["between"]:
            yield from _entry(entry, names, now)
    yield from ("", *_ahead(told, now))
    yield words("minutes.binds")


def _meeting(meeting: Json, names: Names, now: int) -> Iterator[str]:
    """One meeting: when, who, on which picture, what was carried over, what was said."""
    words, sealed = load_words(), meeting["sealed"]
    when, chair = _when(meeting["at"], now), _name(meeting["chair"], names)
    yield words("minutes.meeting", number=meeting["number"], when=when, form=meeting["form"], chair=chair)
    yield "  " + words("minutes.sealed", version=sealed["version"], hash=sealed["hash"][:12], rules=sealed["rules"])
    for field in ("present", "absent"):
        if meeting[field]:
            yield "  " + words(f"minutes.{field}", who=_listed(meeting[field], names))
    if meeting["carried"]:
        yield "  " + words("minutes.carried", n=len(meeting["carried"]) + meeting.get("more", 0))
    for entry in meeting["entries"]:
        yield from _entry(entry, names, now)


def _entry(entry: Json, names: Names, now: int) -> Iterator[str]:
    """One line of the minutes, and below it each actor that has answered and those that have not."""
    words = load_words()
    what = words(f"entry.{entry['what']}")
    said = entry["texts"].get("what") or (_name(entry["chair"], names) if "chair" in entry else "–")
    state = "" if entry["state"] == "kept" else f" ({words('entry_state.' + entry['state'])})"
    yield f"  {_when(entry['at'], now)} {what}: {said}{state}"
    beside = [field for field in ("reason", "closing") if field in entry["texts"]]
    yield from (f"      {words('minutes.' + field, text=entry['texts'][field])}" for field in beside)
    if "due" in entry:
        yield f"      {words('minutes.due', when=_when(entry['due'], now))}"
    if "tally" in entry:
        yield from (f"      {text}" for text in _answers(entry, names))
    for actor, said in sorted(entry.get("words", {}).items()):
        yield f"      {_name(actor, names)}: {said['texts'].get('what', '–')}"
    if entry["what"] == "question" and waiting(entry):
        yield f"      {words('decision.silent')}: {_listed(waiting(entry), names)}"


def _answers(entry: Json, names: Names) -> Iterator[str]:
    words = load_words()
    if entry["what"] == "task":
        yield words("minutes.done", n=entry["tally"]["done"], all=len(entry["asks"]))
    else:
        yield words("minutes.tally", **entry["tally"])
    for decision in ("yes", "no", None):
        actors = [actor for actor in entry["asks"] if decision_of(entry, actor) == decision]
        told = [_with_reason(entry["answers"].get(actor, {}), _name(actor, names)) for actor in actors]
        if told and (decision or entry["what"] != "task"):
            yield f"{words('decision.' + (decision or 'silent'))}: {', '.join(told)}"


def _with_reason(answer: Json, name: str) -> str:
    reason = answer.get("texts", {}).get("reason")
    return f"{name} ({reason})" if reason else name


def _ahead(told: Json, now: int) -> Iterator[str]:
    """Open points, the agenda that is prepared, the next meeting."""
    words, forum = load_words(), told["forum"]
    yield words("minutes.open", n=len(told["open"]))
    if "agenda" in told:
        points = [
            f"{words('agenda.' + p['point'])} ({len(p['rows']) + p.get('more', 0)})" for p in told["agenda"]["points"]
        ]
        yield words("minutes.agenda", number=told["agenda"]["number"], points=" · ".join(points))
    for planned in forum["planned"]:
        yield words("minutes.next", when=_when(planned["at"], now), form=planned["form"])


def _listed(actors: Iterable[str], names: Names) -> str:
    return ", ".join(_name(actor, names) for actor in actors)


def _name(actor: str, names: Names) -> str:
    return names.get(actor, actor)


def _when(text: str, now: int) -> str:
    return load_words().when(parse(text), now)
