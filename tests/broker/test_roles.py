"""What each role may see and do, asked of a running server in the real space: the table of docs/roles.md in full."""

import asyncio
import http.client
import json
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from support.browser import Room
from support.waiting import PATIENCE_S

from schemas.command import GROUPS
from schemas.topics import REAL, Space
from streams.accounts import put, remove

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

PASSWORD = "sju snabba sälar"
REPORTER, OTHER = "kommun-0180-trafik", "trafikverket-vag"
PEOPLE = {
    "laser": ("reader", REPORTER),
    "rapport": ("reporter", REPORTER),
    "grannen": ("reporter", OTHER),
    "lst": ("coordinator", "lansstyrelsen-01"),
    "drift": ("operator", ""),
}
ROLES = {"": set(), "laser": set(), "rapport": {"matter", "own"}, "grannen": {"matter", "own"}}
ROLES |= {"lst": {"matter", "own", "suggestion", "forum", "picture"}, "drift": set(GROUPS.values())}
SEES = {"": 1, "laser": 2, "rapport": 3, "grannen": 2, "lst": 3, "drift": 3}
"""How many of the three reports, open, internal and confidential, each one sees."""


class RealRoom(Room):
    """A room in the real space, whose clock is everybody's."""

    def __init__(self, kafka: str, data: Path) -> None:
        super().__init__(kafka, data)
        self.space = Space(REAL)

    async def clock(self, at: int) -> None:
        """Nobody sets it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(kafka: str, tmp_path_factory: pytest.TempPathFactory):
    async with RealRoom(kafka, tmp_path_factory.mktemp("real")) as room:
        for name, (role, actor) in PEOPLE.items():
            put(room.data, name, role, actor, PASSWORD)
        await room.open()
        yield room


class Person:
    """A browser's cookie, without the browser."""

    def __init__(self, room: Room) -> None:
        self._room, self.cookie = room, ""

    def ask(self, method: str, path: str, body: str | None = None, kind: str = "application/json") -> tuple[int, Any]:
        link = http.client.HTTPConnection("127.0.0.1", self._room.port, timeout=PATIENCE_S)
        headers = {"Content-Type": kind, "Origin": self._room.url, "Accept": "application/json"}
        link.request(method, path, body, headers | ({"Cookie": self.cookie} if self.cookie else {}))
        answer = link.getresponse()
        content, cookie = answer.read(), answer.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        link.close()
        return answer.status, json.loads(content) if content[:1] in {b"{", b"["} else None

    def login(self, name: str, password: str = PASSWORD) -> int:
        form = urlencode({"name": name, "password": password})
        return self.ask("POST", "/login", form, "application/x-www-form-urlencoded")[0]


@pytest.fixture(scope="module")
def people(real: Room) -> dict[str, Person]:
    found = {"": Person(real)}
    for name in PEOPLE:
        found[name] = Person(real)
        assert found[name].login(name) == 303
    return found


async def test_each_one_sees_what_the_labels_let_it_see(real: Room, people: dict[str, Person]):
    for label in ("open", "internal", "confidential"):
        line = {"sector": "road", "areas": ["0180"], "now": "serious"}
        report = {"id": label, "sent": _now(real), "headline": label, "impacts": [line], "label": label}
        status, receipt = await asyncio.to_thread(people["rapport"].ask, "POST", "/api/v1/reports", json.dumps(report))
        assert status == 202
        assert people["rapport"].ask("GET", f"/api/v1/receipts/{receipt['receipt']}?wait=50")[1]["result"] == "applied"
        # another actor's receipt is as if it were not there; the operator reads every one
        statuses = {name: p.ask("GET", f"/api/v1/receipts/{receipt['receipt']}")[0] for name, p in people.items()}
        assert statuses == {"": 404, "laser": 200, "rapport": 200, "grannen": 404, "lst": 404, "drift": 200}
    seen = {name: len(person.ask("GET", "/api/v1/picture")[1]["items"]) for name, person in people.items()}
    assert seen == SEES


async def test_each_one_sends_what_its_row_lets_it_send(real: Room, people: dict[str, Person]):
    reports, commands = {}, {}
    for name, person in people.items():
        reports[name] = person.ask("POST", "/api/v1/reports", "{}")[0]
        for command in GROUPS:
            body = json.dumps({"id": uuid.uuid4().hex, "command": command, "args": {}})
            commands[name, command] = person.ask("POST", "/api/v1/commands", body)[0] not in {401, 403}
    assert reports == {"": 401, "laser": 403, "rapport": 422, "grannen": 422, "lst": 422, "drift": 403}
    assert commands == {(name, c): group in ROLES[name] for name in people for c, group in GROUPS.items()}


async def test_a_login_ends_when_the_account_goes_and_a_name_is_locked_after_five_tries(real: Room):
    put(real.data, "tillfallig", "reader", OTHER, PASSWORD)
    guest = Person(real)
    assert (guest.login("tillfallig", "fel fel fel fel"), guest.login("tillfallig")) == (401, 303)
    assert len(guest.ask("GET", "/api/v1/picture")[1]["items"]) >= 2

    remove(real.data, "tillfallig")
    assert len(guest.ask("GET", "/api/v1/picture")[1]["items"]) == 1

    assert [Person(real).login("nagon", "fel") for _ in range(6)] == [401] * 5 + [429]


def _now(real: Room) -> str:
    link = http.client.HTTPConnection("127.0.0.1", real.port, timeout=PATIENCE_S)
    link.request("GET", "/healthz")
    told = link.getresponse().getheader("Lagesbild-Time") or ""
    link.close()
    return told
