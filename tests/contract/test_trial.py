"""A report on trial (docs/api.md), from outside: told what would become of it, and gone nowhere."""

import http.client
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.broker
ACTOR = "region-sthlm-trafik"


def ask(running: dict, method: str, path: str, body: object = None, *, key: bool = True) -> tuple[int, Any, Any]:
    """Status, headers and body of an answer."""
    link = http.client.HTTPConnection(urlsplit(running["address"]).netloc, timeout=70)
    headers = {"Authorization": f"Bearer {running['keys'][ACTOR]}"} if key else {}
    link.request(method, path, None if body is None else json.dumps(body).encode(), headers)
    answer = link.getresponse()
    found = answer.status, answer.headers, json.loads(answer.read())
    link.close()
    return found


def tried(running: dict, body: object) -> Any:
    status, headers, answer = ask(running, "POST", "/api/v1/reports?test=1", body)
    assert (status, answer["test"], headers["Location"]) == (200, True, None)
    assert "receipt" not in answer
    return answer


def report(running: dict, **fields: Any) -> dict[str, Any]:
    sent = ask(running, "GET", "/api/v1/picture")[1]["Lagesbild-Time"]
    line = {"sector": "transit", "areas": ["0180"], "now": "critical"}
    return {"id": f"m-{uuid.uuid4().hex[:8]}", "sent": sent, "headline": "Prov", "impacts": [line], **fields}


def applied(running: dict, body: object) -> int:
    """Version that a real report is in."""
    _, headers, _ = ask(running, "POST", "/api/v1/reports", body)
    return int(ask(running, "GET", f"{headers['Location']}?wait=30")[2]["version"])


def test_it_is_told_what_it_would_do_and_goes_nowhere(running: dict):
    answer = tried(running, report(running, id="on-trial"))

    assert answer["result"] == "applied"
    (cell,) = answer["cells"]
    assert (cell["area"], cell["sector"], cell["now"], cell["sets"]) == ("0180", "transit", "critical", True)
    # a real one sent after it is in the picture: had the trial gone anywhere, it would be there by now
    version = applied(running, report(running, id="after-trial"))
    keys = {item["key"] for item in ask(running, "GET", f"/api/v1/picture?at_least={version}&wait=10")[2]["items"]}
    assert f"actor.{ACTOR}/after-trial" in keys
    assert f"actor.{ACTOR}/on-trial" not in keys


def test_it_has_the_faults_that_a_real_one_would_have(running: dict):
    bad = report(running, headline="", impacts=[{"sector": "moln", "areas": ["018"], "now": "värst"}])
    on_trial = ask(running, "POST", "/api/v1/reports?test=1", bad)
    real = ask(running, "POST", "/api/v1/reports", bad)

    assert on_trial[0] == real[0] == 422
    assert on_trial[2] == real[2]
    assert ask(running, "POST", "/api/v1/reports?test=1", report(running), key=False)[0] in {401, 403}
    assert ask(running, "POST", "/api/v1/reports?test=kanske", report(running))[0] == 400


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"actor": "sbff"}, "sender_mismatch"), ({"type": "cancel", "impacts": []}, "unknown_item")],
)
def test_it_is_told_what_the_log_would_refuse(running: dict, fields: dict[str, Any], reason: str):
    answer = tried(running, report(running, **fields))

    assert (answer["result"], answer["reason"]) == ("refused", reason)


def test_a_repeat_and_an_older_one_are_told(running: dict):
    body = report(running, revision=3)
    applied(running, body)
    answers = [tried(running, body | more) for more in ({}, {"revision": 2}, {"revision": 4})]

    assert [answer["result"] for answer in answers] == ["duplicate_of", "superseded_by", "applied"]
    without = {name: value for name, value in body.items() if name != "revision"}
    assert tried(running, without)["reason"] == "order_changed"


def test_cells_that_it_would_only_stand_beside_are_told(running: dict):
    line = {"sector": "water", "areas": ["0180"], "now": "serious"}

    assert [cell["sets"] for cell in tried(running, report(running, impacts=[line]))["cells"]] == [False]
