"""Forums over HTTP (docs/forums.md), from outside: the standard library and an address."""

import http.client
import json
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.broker

BOARD = "lansstyrelsen-01"


def ask(running: dict, method: str, path: str, body: object = None, key: str | None = None) -> tuple[int, Any, Any]:
    link = http.client.HTTPConnection(urlsplit(running["address"]).netloc, timeout=70)
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    try:
        link.request(method, path, None if body is None else json.dumps(body).encode(), headers)
        answer = link.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        link.close()


def now(running: dict) -> str:
    return str(ask(running, "GET", "/healthz")[1]["Lagesbild-Time"])


def later(running: dict, hours: int) -> str:
    return (datetime.fromisoformat(now(running)) + timedelta(hours=hours)).isoformat()


def sent(running: dict, who: str, command: str, on: str | None = None, reason: str | None = None, **args: Any) -> str:
    """Id of a command that was taken, carried out, and is in the picture."""
    body: dict[str, Any] = {"id": uuid.uuid4().hex, "command": command, "args": args}
    body |= {name: value for name, value in (("on", on), ("reason", reason)) if value is not None}
    status, headers, answer = ask(running, "POST", "/api/v1/commands", body, running["keys"][who])
    assert status == 202, answer
    told = ask(running, "GET", f"{headers['Location']}?wait=30", None, running["keys"][who])[2]
    assert told["result"] == "applied", told
    ask(running, "GET", f"/api/v1/picture?at_least={told['version']}&wait=10")
    return str(body["id"])


def refused(running: dict, who: str, command: str, on: str, **args: Any) -> int:
    body = {"id": uuid.uuid4().hex, "command": command, "on": on, "args": args}
    return ask(running, "POST", "/api/v1/commands", body, running["keys"][who])[0]


def forum(running: dict, name: str) -> dict[str, Any]:
    rows = ask(running, "GET", "/api/v1/forums")[2]["forums"]
    return next(row for row in rows if row["key"] == name)


def test_a_forum_called_by_hand_agrees_and_each_actor_decides_for_itself(running: dict):
    name = f"forum-{uuid.uuid4().hex[:6]}"
    called = {"forum": name, "level": "verkstallande", "at": later(running, 5), "members": ["sbff", "ssbf"]}
    sent(running, BOARD, "convene", **called)
    agreement = sent(running, BOARD, "agree", name, what="Stäng tidigt", asks=["sbff", "ssbf", "kommun-0140"])
    sent(running, "sbff", "own_decision", agreement, decision="yes")
    sent(running, "kommun-0140", "own_decision", agreement, reason="egen plan finns", decision="no")

    told = forum(running, name)
    line = told["minutes"]["between"][0]
    assert line["tally"] == {"yes": 1, "no": 1, "silent": 1, "done": 0}
    assert line["texts"]["what"] == "Stäng tidigt"
    assert line["answers"]["kommun-0140"]["texts"]["reason"] == "egen plan finns"
    assert set(line["sealed"]) >= {"version", "hash", "rules"}
    points = {point["point"]: point["rows"] for point in told["agenda"]["points"]}
    assert [row["waiting"] for row in points["decisions"]] == [["ssbf"]]
    assert {row["actor"] for row in points["opening"]} == {BOARD, "sbff", "ssbf"}


def test_the_chair_leads_its_forum_with_its_own_key_and_others_do_not(running: dict):
    name = f"forum-{uuid.uuid4().hex[:6]}"
    sent(running, BOARD, "convene", forum=name, level="verkstallande", at=later(running, 5))
    assert refused(running, "sbff", "note", name, what="x") == 403
    sent(running, BOARD, "set_chair", name, actor="sbff")
    sent(running, "sbff", "note", name, what="Vi börjar")
    assert refused(running, "ssbf", "note", name, what="x") == 403
    assert forum(running, name)["chair"] == "sbff"


def test_a_no_without_a_reason_is_told_at_once(running: dict):
    body = {"id": uuid.uuid4().hex, "command": "own_decision", "on": "x", "args": {"decision": "no"}}
    status, _, answer = ask(running, "POST", "/api/v1/commands", body, running["keys"]["sbff"])
    assert (status, [fault["pointer"] for fault in answer["errors"]]) == (422, ["/reason"])


def test_a_standing_forum_of_ordinary_mode_is_found_by_its_mode(running: dict):
    name = f"grupp-{uuid.uuid4().hex[:6]}"
    sent(running, BOARD, "convene", forum=name, level="samordnande", at=later(running, 5), mode="ordinary")
    rows = ask(running, "GET", "/api/v1/forums?mode=ordinary")[2]["forums"]
    assert name in [row["key"] for row in rows]
    assert {row["state"] for row in rows} == {"standing"}
