"""A storyboard played: in memory through intake's admission and the fold, in a second; the measure of every other run.

In: a scene. Out: `Played`: every version, the picture at each moment the scene looks at, how each act was answered.
Next: tests/support/storyboard_check.py; over HTTP and Kafka: tests/support/storyboard_chain.py
"""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from support.storyboard import Act, Scene
from support.storyboard_sheet import Words, sheet_of

from schemas.change import Picture, Version
from schemas.clock import ClockRecord
from schemas.codec import canon
from schemas.record import RECEIPT_HEADER, decode
from schemas.rejected import read_rejected
from schemas.times import z
from schemas.topics import COMMANDS, CONTROL, Space, health, reports
from streams.admission import Admission
from streams.areas import AreaIndex
from streams.backtest.trace import stands
from streams.bus import In
from streams.clock import SpaceClock
from streams.contacts import Contacts
from streams.core.fold import Fold
from streams.core.state import State
from streams.reference import load_reference
from streams.settings import PROJECT, Settings

SECRET = "test-secret"
BOARD = "lansstyrelsen-01"
CONTACTS = PROJECT / "tests" / "storyboards" / "contacts.json"
"""Addresses of everybody but two."""


class Answer(NamedTuple):
    """What became of an act."""

    act: Act
    result: str
    reason: str = ""


class Played(NamedTuple):
    """A scene that was played to its end."""

    versions: list[Version]
    pictures: dict[int, Picture]
    """Moment -> picture then."""
    answers: list[Answer]


def timeline(scene: Scene) -> Iterator[tuple[int, list[Act], bool]]:
    """(time, what is done then, whether the picture is looked at afterwards)."""
    looks = set(scene.moments)
    for at in sorted({*looks, *(act.at for act in scene.acts)}):
        yield at, [act for act in scene.acts if act.at == at], at in looks


def resolved(on: str, picture: Picture) -> str:
    """`act/level` is the newest suggestion of that kind that stands; a key is itself."""
    fitting = [
        (s["since"], key) for key, s in picture["suggestion"].items() if f"{s['act']}/{s['level']}" == on and stands(s)
    ]
    return max(fitting)[1] if fitting else on


def sent(act: Act, picture: Picture, version: int) -> dict[str, Any]:
    """A command as its client posts it: on what, having seen which version."""
    on = {"on": resolved(act.body["on"], picture)} if "on" in act.body else {}
    return {**act.body, **on, "seen_version": version}


def topic_of(act: Act) -> str:
    """Topic that an act lies on."""
    match act.what:
        case "command":
            return COMMANDS
        case "report":
            return reports(f"actor.{act.who}")
        case "health":
            return health(act.who)
        case _:
            return reports(act.who)


@lru_cache
def county() -> tuple[dict[str, Any], AreaIndex, dict[str, Any]]:
    """Reference data with who has an address, borders, rules."""
    settings = Settings()
    rules = tomllib.loads(settings.rules_file.read_text(encoding="utf-8"))
    reference = dict[str, Any](load_reference(settings.region_folder))
    reference["contacts"] = Contacts(CONTACTS).of(reference["actors"])
    return reference, AreaIndex.load(settings.region_folder), rules


class Memory:
    """A space without a broker."""

    def __init__(self, space: str) -> None:
        self.space = Space(space)
        reference, borders, rules = county()
        self.clock = SpaceClock(self.space, ClockRecord("stepped"))
        self.admission = Admission(self.space, "01", reference, borders, self.clock, SECRET.encode())
        self.state = State(space, "01")
        self.fold = Fold(self.state)
        self.start = ({"kind": "reference", "body": reference}, {"kind": "rules", "body": {"rules": rules}})
        self.played = Played([], {}, [])
        self.offsets: dict[str, int] = {}
        self.words = Words()

    def play(self, scene: Scene) -> Played:
        """The whole scene."""
        self.clock_to(scene.begin)
        for body in self.start:
            self.put(CONTROL, body)
        for at, acts, looked in timeline(scene):
            self.clock_to(at)
            for act in acts:
                self.played.answers.append(Answer(act, *self.put(topic_of(act), self.body(act))))
            if looked:
                self.clock_to(at)
                self.played.pictures[at] = {kind: dict(held) for kind, held in self.state.picture.items()}
                sheets = {key: sheet_of(self.played.versions, key, at, self.words) for key in scene.sheets(at)}
                self.played.pictures[at]["sheet"] = sheets
        return self.played

    def body(self, act: Act) -> dict[str, Any]:
        """What lies on the topic; of a command with the login that the server adds."""
        if act.what != "command":
            return act.body
        login = {"who": act.who, "role": "coordinator" if act.who == BOARD else "reporter", "at": z(act.at)}
        return {**sent(act, self.state.picture, self.state.version), **login}

    def clock_to(self, at: int) -> None:
        """Time passes."""
        self.put(CONTROL, {"kind": "clock", "body": ClockRecord("stepped", at).as_json()})

    def put(self, topic: str, body: dict[str, Any]) -> tuple[str, str]:
        """One input record through admission and fold."""
        offset = self.offsets.get(topic, 0)
        self.offsets[topic] = offset + 1
        headers = {RECEIPT_HEADER: f"{topic}-{offset}".encode()}
        admitted = self.admission.admit(In(self.space.topic(topic), 0, offset, 0, None, canon(body), headers))
        self.words.take(admitted.texts)
        raw = admitted.outs[0].value or b""
        if admitted.reason is not None:
            return "rejected", read_rejected(raw).detail
        folded = self.fold.take(decode(raw, f"{topic}-{offset}"))
        assert not folded.failures, folded.failures
        self.played.versions.extend(folded.versions)
        assert folded.outcome is not None
        return str(folded.outcome.result), str(folded.outcome.reason or "")
