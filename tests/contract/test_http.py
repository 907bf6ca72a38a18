"""The HTTP contract of docs/api.md, from outside: the standard library and an address."""

import http.client
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

pytestmark = pytest.mark.broker

SECTORS = {
    "road",
    "transit",
    "railair",
    "energy",
    "ecom",
    "water",
    "health",
    "care",
    "school",
    "order",
    "rescue",
    "supply",
    "lead",
}
NAMES = ["unknown", "none", "moderate", "significant", "serious", "critical"]


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.raw = answer.status, answer.headers, answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


def ask(
    running: dict, method: str, path: str, body: object = None, *, key: str | None = None, **headers: str
) -> Answer:
    link = http.client.HTTPConnection(urlsplit(running["address"]).netloc, timeout=70)
    raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    link.request(method, path, raw, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        return Answer(link.getresponse())
    finally:
        link.close()


def get(running: dict, path: str, **more: Any) -> Any:
    answer = ask(running, "GET", f"/api/v1{path}", **more)
    assert answer.status == 200, answer.raw
    return answer.json


def report(running: dict, actor: str = "region-sthlm-trafik", **fields: Any) -> dict[str, Any]:
    sent = ask(running, "GET", "/healthz").headers["Lagesbild-Time"]
    line = {"sector": "transit", "areas": ["0180"], "now": "serious"}
    return {"id": f"m-{uuid.uuid4().hex[:8]}", "sent": sent, "headline": "Inga bussar", "impacts": [line], **fields}


def post(running: dict, body: object, actor: str = "region-sthlm-trafik") -> Answer:
    return ask(running, "POST", "/api/v1/reports", body, key=running["keys"][actor])


def applied(running: dict, answer: Answer, actor: str = "region-sthlm-trafik") -> int:
    """Version that the receipt of an accepted report names."""
    assert answer.status == 202, answer.raw
    told = ask(running, "GET", f"{answer.headers['Location']}?wait=30", key=running["keys"][actor]).json
    assert told["result"] == "applied", told
    return int(told["version"])


def cell(picture: dict, area: str, sector: str) -> dict[str, Any]:
    found: dict[str, Any] = next(a for a in picture["areas"] if a["code"] == area)["sectors"][sector]
    return found


# ---- picture -------------------------------------------------------------------------------------------------------


def test_the_picture_lists_every_area_and_sector_and_never_draws_a_grey_as_none(running: dict):
    picture = get(running, "/picture")

    assert {"space", "region", "version", "hash", "as_of", "exercise", "sources", "areas", "events"} <= set(picture)
    assert {"items", "signals", "suggestions", "forums"} <= set(picture)
    assert (picture["space"], picture["region"], picture["exercise"]) == (running["space"], "01", True)
    assert len(picture["areas"]) == 26
    for area in picture["areas"]:
        assert set(area["sectors"]) == SECTORS
        for held in area["sectors"].values():
            assert held["impact_name"] == NAMES[held["impact"]]
            assert ("unknown" in held) == (held["impact"] == 0)


def test_a_report_is_read_back_at_the_version_of_its_receipt(running: dict):
    version = applied(running, post(running, report(running)))
    picture = get(running, f"/picture?at_least={version}&wait=10")

    assert picture["version"] >= version
    held = cell(picture, "0180", "transit")
    assert (held["impact"], held["reasons"][0]["owner"]) == (4, "region-sthlm-trafik")
    item = next(i for i in picture["items"] if i["key"] == held["reasons"][0]["item"])
    assert item["texts"]["headline"] == "Inga bussar"


def test_the_same_version_and_view_are_the_same_bytes_under_one_strong_etag(running: dict):
    first, second = (ask(running, "GET", "/api/v1/picture") for _ in range(2))

    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {part.strip() for part in first.headers["Vary"].split(",")} >= {"Authorization", "Cookie", "Accept-Language"}
    if first.json["version"] == second.json["version"]:
        assert (first.raw, first.headers["ETag"]) == (second.raw, second.headers["ETag"])
    version = first.json["version"]
    path = f"/api/v1/picture?version={version}"
    again = ask(running, "GET", path, If_None_Match=ask(running, "GET", path).headers["ETag"])
    assert (again.status, again.raw) == (304, b"")


def test_the_past_is_shown_as_it_was_by_version_and_by_time(running: dict):
    before = get(running, "/picture")
    applied(
        running,
        post(running, report(running, id="past", impacts=[_line("energy", "0184", "critical")]), "ellevio"),
        "ellevio",
    )
    old = get(running, f"/picture?version={before['version']}")

    assert (old["hash"], old["as_of"]) == (before["hash"], before["as_of"])
    assert cell(old, "0184", "energy") == cell(before, "0184", "energy")
    newest = get(running, "/picture")
    at = get(running, f"/picture?as_of={quote(newest['as_of'])}")
    assert at["version"] == newest["version"]
    assert get(running, "/picture?as_of=2020-01-01T00:00:00Z")["version"] == 0


def _line(sector: str, area: str, now: str) -> dict[str, Any]:
    return {"sector": sector, "areas": [area], "now": now}


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("version=999999", 404, "no-such-version"),
        ("at_least=999999&wait=0", 503, "not-yet"),
        ("version=x", 400, "bad-query"),
        ("as_of=igår", 400, "bad-query"),
        ("version=1&as_of=2027-01-01T00:00:00Z", 400, "bad-query"),
    ],
)
def test_a_picture_that_cannot_be_given_is_a_problem_document(running: dict, query: str, status: int, problem: str):
    answer = ask(running, "GET", f"/api/v1/picture?{quote(query, safe='=&')}")

    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json["type"].endswith(f"/{problem}")
    assert answer.json["status"] == status


def test_every_answer_carries_the_version_and_the_spaces_time(running: dict):
    for path in ("/api/v1/picture", "/api/v1/nothing", "/", "/healthz"):
        headers = ask(running, "GET", path).headers
        assert headers["Lagesbild-Version"].isdigit(), path
        assert headers["Lagesbild-Time"].endswith("Z"), path
        assert "unsafe" not in headers["Content-Security-Policy"], path


def test_the_picture_as_geojson_follows_rfc_7946(running: dict):
    answer = ask(running, "GET", "/api/v1/picture.geojson")

    assert answer.headers["Content-Type"] == "application/geo+json"
    areas = [f for f in answer.json["features"] if f["properties"]["what"] == "area"]
    assert len(areas) == 26
    assert all(f["geometry"]["type"] in {"Polygon", "MultiPolygon"} for f in areas)
    for feature in answer.json["features"]:
        assert {"type", "geometry", "properties"} <= set(feature)


# ---- changes and stream --------------------------------------------------------------------------------------------

LISTS = {
    "item": "items",
    "event": "events",
    "source": "sources",
    "suggestion": "suggestions",
    "notice": "notices",
    "forum": "forums",
    "failed": "failed",
    "request": "requests",
    "meeting": "meetings",
    "entry": "entries",
    "matter": "matters",
    "duty": "duties",
    "question": "questions",
    "joint": "joint",
    "assessment": "assessments",
    "objection": "objections",
}
GREY = {"impact": 0, "impact_name": "unknown", "unknown": "not_assessed"}


def apply(picture: dict, changes: list[dict]) -> None:
    """What docs/api.md tells a client to do."""
    for change in changes:
        kind, key, value = change["kind"], change["key"], change["value"]
        if kind == "cell":
            area, sector = key.split("/")
            next(a for a in picture["areas"] if a["code"] == area)["sectors"][sector] = value or GREY
        elif kind in {"signal", "rules"}:
            table = picture["signals" if kind == "signal" else "rules"]
            table.update({key: value}) if value else table.pop(key, None)
        else:
            rows = [row for row in picture[LISTS[kind]] if row["key"] != key]
            picture[LISTS[kind]] = sorted([*rows, *([{"key": key, **value}] if value else [])], key=lambda r: r["key"])


def test_changes_applied_to_the_older_picture_give_the_newer(running: dict):
    old = get(running, "/picture")
    for number, now in enumerate(("moderate", "critical")):
        body = report(running, id="steps", revision=number, impacts=[_line("transit", "0127", now)])
        applied(running, post(running, body))
    told = get(running, f"/changes?since={old['version']}")
    new = get(running, f"/picture?version={told['to']}")

    apply(old, told["changes"])

    assert {name: old[name] for name in LISTS.values()} == {name: new[name] for name in LISTS.values()}
    assert old["areas"] == new["areas"]
    assert {"new", "worse"} <= {c["what"] for c in told["changes"] if c["key"] == "0127/transit"}
    for change in told["changes"]:
        assert {"version", "what", "kind", "key", "value", "cause", "known_at"} <= set(change)
    assert any("happened_at" in change for change in told["changes"])


def test_changes_come_in_pages_that_join(running: dict):
    whole = get(running, "/changes?since=0")
    first = ask(running, "GET", "/api/v1/changes?since=0&limit=2")

    assert 'rel="next"' in first.headers["Link"]
    assert first.json["to"] == 2
    rest = get(running, "/changes?since=2")
    assert first.json["changes"] + rest["changes"] == whole["changes"]


def events(running: dict, path: str = "/api/v1/stream", **headers: str) -> Iterator[tuple[str, str, Any]]:
    """(event, id, data) as they come."""
    link = http.client.HTTPConnection(urlsplit(running["address"]).netloc, timeout=70)
    link.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.headers["X-Accel-Buffering"] == "no"
    fields: dict[str, str] = {}
    try:
        while line := answer.readline().decode().rstrip("\n"):
            fields[line.partition(": ")[0]] = line.partition(": ")[2]
            while line := answer.readline().decode().rstrip("\n"):
                fields[line.partition(": ")[0]] = line.partition(": ")[2]
            if "event" in fields:
                yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
            fields = {}
    finally:
        link.close()


def test_the_stream_gives_a_snapshot_then_changes_that_join_to_it_and_marks(running: dict):
    stream = events(running)
    event, number, picture = next(stream)
    assert (event, number) == ("snapshot", f"{running['space']}.{picture['version']}")

    sent = applied(running, post(running, report(running, impacts=[_line("transit", "0126", "significant")])))
    seen, marked = picture["version"], False
    while seen < sent or not marked:
        event, number, data = next(stream)
        marked |= event == "mark"
        if event == "change":
            assert data["from"] == seen
            apply(picture, data["changes"])
            seen = data["to"]
            assert number == f"{running['space']}.{seen}"

    assert cell(picture, "0126", "transit")["impact"] == 3
    stream.close()


def test_a_stream_goes_on_from_the_last_event_and_snapshots_what_it_does_not_know(running: dict):
    version = get(running, "/picture")["version"]
    sent = applied(running, post(running, report(running, impacts=[_line("transit", "0123", "moderate")])))

    resumed = next(events(running, Last_Event_ID=f"{running['space']}.{version}"))
    assert (resumed[0], resumed[2]["from"]) == ("change", version)
    assert resumed[2]["to"] >= sent
    by_query = next(events(running, f"/api/v1/stream?last_event_id={running['space']}.{version}"))
    assert by_query[0] == "change"
    for strange in ("real.1", "nonsense", f"{running['space']}.99999999"):
        assert next(events(running, Last_Event_ID=strange))[0] == "snapshot"


def test_marks_come_also_when_nothing_happens(running: dict):
    stream = events(running)
    marks = 0
    while marks < 2:
        event, _, data = next(stream)
        if event == "mark":
            marks += 1
            assert {"version", "now", "life", "not_ready"} <= set(data)
    stream.close()


# ---- reports -------------------------------------------------------------------------------------------------------


def test_a_report_is_accepted_with_its_identity_and_a_place_to_ask(running: dict):
    body = report(running, revision=3)
    answer = post(running, body)

    assert answer.status == 202
    told = answer.json
    assert (told["source"], told["id"], told["revision"]) == ("actor.region-sthlm-trafik", body["id"], 3)
    assert answer.headers["Location"] == f"/api/v1/receipts/{told['receipt']}"


def test_the_same_report_again_is_told_as_a_repeat(running: dict):
    body = report(running)
    version = applied(running, post(running, body))
    again = post(running, body)
    told = ask(running, "GET", f"{again.headers['Location']}?wait=30", key=running["keys"]["region-sthlm-trafik"]).json

    assert (told["result"], told["version"]) == ("duplicate_of", version)
    assert "Redan känd" in told["detail"]


def test_without_a_key_or_with_a_wrong_one_nothing_is_taken(running: dict):
    body = report(running)

    for key in (None, "wrong"):
        answer = ask(running, "POST", "/api/v1/reports", body, key=key)
        assert answer.status in {401, 403}
        if key:
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="lagesbild"')
    operator = ask(running, "POST", "/api/v1/reports", body, key=running["operator_key"])
    assert operator.status == 403


def test_every_fault_is_named_at_once(running: dict):
    bad = report(running, headline="", impacts=[{"sector": "moln", "areas": ["018"], "now": "värst"}])
    answer = post(running, bad)

    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    pointers = {fault["pointer"] for fault in answer.json["errors"]}
    assert {"/headline", "/impacts/0/sector", "/impacts/0/areas/0", "/impacts/0/now"} <= pointers


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b'{"a":"' + b"x" * 300_000 + b'"}', 413), (b"\xff\xfe", 400)]
)
def test_a_body_that_is_none_is_refused_without_a_trace(running: dict, body: bytes, status: int):
    answer = post(running, body)

    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_report_from_the_future_is_refused(running: dict):
    answer = post(running, report(running, sent="2031-01-01T00:00:00Z"))

    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/sent"


def test_unknown_fields_are_kept_and_shown(running: dict):
    version = applied(running, post(running, report(running, id="more", fieldOfTheirs="se bilaga 3")))
    picture = get(running, f"/picture?at_least={version}&wait=10")
    item = next(i for i in picture["items"] if i["key"] == "actor.region-sthlm-trafik/more")

    assert "se bilaga 3" in item["texts"]["more"]


# ---- receipts and commands -----------------------------------------------------------------------------------------


def test_a_receipt_is_its_senders_alone(running: dict):
    answer = post(running, report(running))
    where = answer.headers["Location"]

    assert ask(running, "GET", where, key=running["keys"]["sbff"]).status == 404
    assert ask(running, "GET", where).status == 404
    assert ask(running, "GET", f"{where}?wait=30", key=running["keys"]["region-sthlm-trafik"]).status == 200
    assert ask(running, "GET", where, key=running["operator_key"]).status == 200
    assert ask(running, "GET", "/api/v1/receipts/" + "0" * 48, key=running["operator_key"]).status == 404


def command(running: dict, actor: str = "lansstyrelsen-01", **fields: Any) -> Answer:
    return ask(running, "POST", "/api/v1/commands", {"id": uuid.uuid4().hex, **fields}, key=running["keys"][actor])


def test_the_county_board_convenes_a_forum_and_the_picture_shows_it(running: dict):
    at = ask(running, "GET", "/healthz").headers["Lagesbild-Time"]
    args = {"forum": "sam-1", "level": "samordnande", "at": at, "form": "telefon"}
    version = applied(running, command(running, command="convene", args=args), "lansstyrelsen-01")

    forums = get(running, f"/picture?at_least={version}&wait=10")["forums"]
    # others may have convened theirs in the same room
    mine = [(f["id"], f["level"], f["state"]) for f in forums if f["id"] == "sam-1"]
    assert mine == [("sam-1", "samordnande", "active")]
    assert "sam-1" in [f["key"] for f in get(running, "/forums?state=active")["forums"]]


def test_a_role_that_may_not_is_told_at_once(running: dict):
    assert command(running, "sbff", command="acknowledge", on="n1").status == 403
    assert ask(running, "POST", "/api/v1/commands", {"id": "x", "command": "acknowledge"}).status in {401, 403}


def test_faults_of_a_command_are_named(running: dict):
    unknown = command(running, command="explode")
    assert (unknown.status, unknown.json["errors"][0]["pointer"]) == (422, "/command")
    wrong = command(running, command="convene", args={"level": "hög"})
    assert {"/args/forum", "/args/level", "/args/at"} <= {f["pointer"] for f in wrong.json["errors"]}
    reason = command(running, command="dismiss", on="s1")
    assert [f["pointer"] for f in reason.json["errors"]] == ["/reason"]


def test_a_command_on_what_is_not_there_is_refused_with_the_reason_in_words(running: dict):
    answer = command(running, command="acknowledge", on="n-none")
    told = ask(running, "GET", f"{answer.headers['Location']}?wait=30", key=running["keys"]["lansstyrelsen-01"]).json

    assert (told["result"], told["reason"]) == ("refused", "not_there")
    assert told["detail"].startswith("Avvisad: ")


def test_a_form_of_another_site_does_nothing(running: dict):
    answer = ask(
        running,
        "POST",
        "/role",
        b"role=operator",
        Content_Type="application/x-www-form-urlencoded",
        Origin="https://ond.example",
    )

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


# ---- lists and operation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["suggestions", "notices", "forums", "questions", "sources", "rejected"])
def test_a_list_answers_with_its_rows(running: dict, name: str):
    assert isinstance(get(running, f"/{name}?limit=5")[name], list)


def test_alive_ready_and_counted(running: dict):
    assert ask(running, "GET", "/healthz").json == {"alive": True}
    ready = ask(running, "GET", "/readyz")
    assert ready.json["ready"] == (ready.status == 200)
    metrics = ask(running, "GET", "/metrics").raw.decode()
    assert "lagesbild_served_version" in metrics


def test_the_api_describes_itself(running: dict):
    described = get(running, "/openapi.json")

    assert described["openapi"].startswith("3.1")
    wanted = {"/picture", "/picture.geojson", "/changes", "/stream", "/reports", "/commands", "/receipts/{receipt}"}
    assert {f"/api/v1{path}" for path in wanted} <= set(described["paths"])


def test_addresses_that_are_not_there_and_methods_that_do_not_fit(running: dict):
    assert ask(running, "GET", "/api/v1/nothing").json["status"] == 404
    assert ask(running, "DELETE", "/api/v1/picture").status == 405
    page = ask(running, "GET", "/nothing", Accept="text/html")
    assert (page.status, page.headers["Content-Type"].split(";")[0]) == (404, "text/html")
