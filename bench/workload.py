"""A storm's worth of reports with a fixed seed: what feeds and actors send, as the bytes that lie on their topics.

In: a number of records and of identities. Out: inputs (topic, key, bytes), or the log records intake makes of them.
The mix: 70 % traffic disruptions over the identities, half of them with an end, two to an event; one record in 500 is a
revision of one of 20 weather warnings; 30 % actors' reports on 572 standing matters of one to four cells, whose impact
walks a step at a time. 5 % of all are byte-equal resends, 2.3 % older revisions, 1.3 % cancels.
"""

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.clock import ClockRecord
from schemas.codec import canon
from schemas.sectors import IMPACT_NAMES
from schemas.times import HOUR, parse, z
from schemas.topics import Space, reports
from streams.admission import Admission
from streams.areas import AreaIndex
from streams.bus import In
from streams.clock import SpaceClock
from streams.reference import load_reference
from streams.settings import Settings

SEED = 20270119
MATTERS = 572
"""Standing matters of actors: what a county's actors keep saying something about."""
WARNINGS = 20
T0 = parse("2027-01-19T07:00:00+01:00")

_BOX = (17.6, 59.0, 18.5, 59.7)
"""West, south, east, north: most of the county's people and roads."""
_WORDS = [
    *("halka", "snödrev", "träd", "över", "vägen", "kö", "olycka"),
    *("stopp", "signalfel", "inställd", "tur", "vägarbete", "omledning", "broöppning"),
]


class Sent(NamedTuple):
    """One input as its sender puts it on a topic."""

    topic: str
    """Without the space's prefix."""
    key: bytes
    value: bytes


class Storm:
    """Makes inputs. Two storms made alike send the same bytes."""

    def __init__(self, identities: int, *, start: int = T0, step_ms: int = 1, seed: int = SEED) -> None:
        self._random = random.Random(seed)
        self._identities = identities
        self.at = start
        """`sent` of the newest input, ms UTC; each next one is `step_ms` later."""
        self._step = step_ms
        self._revisions: dict[str, int] = {}
        self._impacts: dict[str, int] = {}
        self._places: dict[int, tuple[float, float]] = {}
        self._last: list[Sent] = []
        self._matters = _matters(self._random)

    def opening(self) -> Iterator[Sent]:
        """Each actor's matter and each traffic identity once: so many items stand open."""
        for number in range(MATTERS):
            yield self._actor(number)
        for number in range(self._identities):
            yield self._disruption(number)

    def mixed(self, records: int) -> Iterator[Sent]:
        """The mix above."""
        for _ in range(records):
            chance = self._random.random()
            if chance < 0.05 and self._last:
                yield self._random.choice(self._last)
                continue
            sent = self._one(chance)
            if len(self._last) < 500:
                self._last.append(sent)
            else:
                self._last[self._random.randrange(500)] = sent
            yield sent

    def probing(self, identities: int, step_ms: int) -> "Storm":
        """From now on the same draws, over the first identities only, however many stand open beside them."""
        self._random, self._identities, self._last = random.Random(SEED + 1), identities, []
        self._step = step_ms
        return self

    def fresh(self) -> Sent:
        """One that makes a version: no resend, no older revision, no cancel."""
        return self._one(self._random.choice([self._random.uniform(0.05, 0.352), self._random.uniform(0.375, 0.987)]))

    def _one(self, chance: float) -> Sent:
        if chance < 0.052:
            return self._warning(self._random.randrange(WARNINGS))
        if chance < 0.352:
            return self._actor(self._random.randrange(MATTERS))
        number = self._random.randrange(self._identities)
        return self._disruption(number, older=chance < 0.375, cancel=chance > 0.987)

    def _later(self) -> str:
        self.at += self._step
        return z(self.at)

    def _disruption(self, number: int, *, older: bool = False, cancel: bool = False) -> Sent:
        identity = f"SE_STA_TRISSID_1_{number:08d}"
        revision = self._revisions.get(identity, 0) + (0 if older else 1)
        self._revisions[identity] = max(revision, self._revisions.get(identity, 0))
        lon, lat = self._place(number)
        body: dict[str, Any] = {
            "source": "trafikverket",
            "id": identity,
            "group": f"SE_STA_TRISSID_{number // 2:08d}",
            "revision": max(0, revision - 1) if older else revision,
            "sent": self._later(),
            "kind": "disruption",
            "severity": self._random.choice(["minor", "moderate", "severe"]),
            "native": {"type": "Trafikmeddelande", "severity": str(self._random.randrange(1, 6))},
            "headline": self._text(6),
            "texts": {"description": self._text(14)},
            "place": {"wkt": [f"POINT ({lon:.5f} {lat:.5f})"]},
        }
        if cancel:
            body["change"] = "cancel"
        if number % 2:
            body["ends"] = z(self.at + self._random.randrange(1, 24) * HOUR)
        return _feed("trafikverket", body)

    def _place(self, number: int) -> tuple[float, float]:
        """Where an identity is: it stays there."""
        if number not in self._places:
            west, south, east, north = _BOX
            self._places[number] = self._random.uniform(west, east), self._random.uniform(south, north)
        return self._places[number]

    def _warning(self, number: int) -> Sent:
        identity = f"{number // 4}-{number}"
        revision = self._revisions.get(identity, 0) + 1
        self._revisions[identity] = revision
        towns = self._random.sample(TOWNS, self._random.randrange(1, 8))
        level = self._random.choice(["YELLOW", "YELLOW", "ORANGE"])
        body = {
            "source": "smhi",
            "id": identity,
            "group": str(number // 4),
            "revision": revision,
            "sent": self._later(),
            "kind": "warning",
            "severity": "moderate",
            "native": {"level": level, "code": "SNOW"},
            "headline": self._text(5),
            "onset": z(self.at + 6 * HOUR),
            "place": {"codes": towns},
        }
        return _feed("smhi", body)

    def _actor(self, number: int) -> Sent:
        actor, sector, areas = self._matters[number]
        identity = f"{sector}-{areas[0]}"
        key = f"{actor}/{identity}"
        walk = self._impacts.get(key, 2) + self._random.choice([-1, -1, 0, 0, 0, 1])
        self._impacts[key] = min(5, max(1, walk))
        line = {"sector": sector, "areas": areas, "now": IMPACT_NAMES[self._impacts[key]]}
        body = {"id": identity, "sent": self._later(), "headline": self._text(6), "impacts": [line]}
        body["consequences"] = self._text(12)
        return Sent(reports(f"actor.{actor}"), f"actor.{key}".encode(), json.dumps(body, ensure_ascii=False).encode())

    def _text(self, words: int) -> str:
        return " ".join(self._random.choice(_WORDS) for _ in range(words)).capitalize()


def _feed(source: str, body: dict[str, Any]) -> Sent:
    return Sent(reports(source), f"{source}/{body['id']}".encode(), canon(body))


REFERENCE: dict[str, Any] = dict(load_reference(Settings().region_folder))
TOWNS = sorted(REFERENCE["municipalities"])


def _matters(rng: random.Random) -> list[tuple[str, str, list[str]]]:
    """Who may speak of what where: distinct (actor, sector, first area), each with one to four areas."""
    every = [
        (actor, sector, area)
        for actor, row in sorted(REFERENCE["actors"].items())
        for sector in row["sectors"]
        for area in (TOWNS if "01" in row["areas"] else row["areas"])
    ]
    found = []
    for actor, sector, area in rng.sample(every, MATTERS):
        own = REFERENCE["actors"][actor]["areas"]
        more = [t for t in (TOWNS if "01" in own else own) if t != area]
        found.append((actor, sector, [area, *rng.sample(more, min(len(more), rng.randrange(4)))]))
    return found


class Intake:
    """Intake's own work without Kafka: inputs to log records, by the program's own `Admission`."""

    def __init__(self, space: str) -> None:
        self._space = Space(space)
        self._clock = SpaceClock(self._space)
        index = AreaIndex.load(Settings().region_folder)
        self._admission = Admission(self._space, "01", REFERENCE, index, self._clock, b"bench")
        self._offsets: dict[str, int] = {}

    def log(self, sent: Sent, at: int) -> bytes:
        """Log record of an input that becomes known at space time `at`. ValueError if it was rejected."""
        self._clock.set(ClockRecord("stepped", at))
        offset = self._offsets.get(sent.topic, 0)
        self._offsets[sent.topic] = offset + 1
        admitted = self._admission.admit(In(self._space.topic(sent.topic), 0, offset, 0, sent.key, sent.value, {}))
        value = admitted.outs[0].value
        if admitted.reason is not None or value is None:
            raise ValueError(f"{sent.topic} was rejected: {admitted.reason}")
        return value
