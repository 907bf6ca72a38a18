"""What is posted to the receiver, how it is signed, and what is written down of it."""

import hashlib
import hmac
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from support.notices import SPACE, notice, suggestion

from schemas.codec import canon
from schemas.topics import Space
from streams.deliver import acknowledge_address, delivery
from streams.outbox_entry import Entry, Result
from streams.reference import load_reference
from streams.settings import PROJECT, Settings
from streams.webhook import WORDS, Webhook, body, plain_body, spoken

REFERENCE = load_reference(PROJECT / "region" / "stockholm")
ENTRY = Entry("n1", True, notice(), suggestion(), step=2)


def test_the_body_tells_what_why_and_where_to_acknowledge() -> None:
    fields = body(ENTRY, REFERENCE, SPACE, "http://127.0.0.1:8080/api/v1/commands")

    assert fields["key"] == "n1/2"
    assert fields["notice"] == "n1"
    assert fields["suggestion"] == "s1"
    assert (fields["act"], fields["level"]) == ("convene", "samordnande")
    assert (fields["space"], fields["exercise"]) == ("ovning-prov", True)
    assert (fields["version"], fields["opened_at"]) == (100, "2027-01-19T06:00:00.000Z")
    assert fields["reasons"] == ["Röd varning för snö i Stockholm"]
    assert fields["falls_away"] == ["SMHI häver den röda varningen"]
    assert fields["acknowledge"] == "http://127.0.0.1:8080/api/v1/commands"


def test_an_exercise_says_so_in_its_first_word_and_the_real_space_never() -> None:
    assert body(ENTRY, REFERENCE, SPACE, None)["text"].startswith("ÖVNING. ")
    assert "ÖVNING" not in body(ENTRY, REFERENCE, Space("real"), None)["text"]


def test_the_text_can_be_read_aloud_in_a_quarter_of_a_minute() -> None:
    assert len(spoken("ord " * 100, exercise=True).split()) == WORDS
    assert spoken("ord " * 40, "kort.", exercise=True) == "ÖVNING. kort."


def test_a_long_notice_loses_reasons_before_it_loses_what_to_do() -> None:
    long = suggestion(text="ord " * 30)
    long["reasons"] *= 2

    assert body(ENTRY._replace(suggestion=long), REFERENCE, SPACE, None)["text"].endswith("Kvittera i lägesbilden.")


def test_a_notice_whose_suggestion_is_not_known_is_sent_all_the_same() -> None:
    fields = body(ENTRY._replace(suggestion=None), REFERENCE, SPACE, None)

    assert fields["text"] == plain_body(ENTRY, SPACE, None)["text"]
    assert "acknowledge" not in fields


def test_a_list_of_missed_notices_names_them() -> None:
    quiet = Entry("missed-1", False, {"id": "missed-1", "listed": [notice("n1"), notice("n2")]}, None)

    fields = body(quiet, REFERENCE, SPACE, None)

    assert fields["listed"] == ["n1", "n2"]
    assert fields["call"] is False
    assert "kom och gick 2 larm" in fields["text"]


def test_an_attempt_is_recorded_with_what_tells_its_repeat() -> None:
    result = Result("n1", "n1/0", 0, 3, ok=False, at=1, error="status 503")

    assert delivery(result, "n1") == {
        "notice": "n1",
        "channel": "webhook",
        "key": "n1/0",
        "step": 0,
        "attempt": 3,
        "ok": False,
        "error": "status 503",
    }
    assert "error" not in delivery(result._replace(ok=True, error=None), "n1")


def test_the_acknowledgement_goes_to_the_page_as_people_reach_it() -> None:
    assert acknowledge_address(Settings()) is None
    settings = Settings(address="https://lagesbild.example/")
    assert acknowledge_address(settings) == "https://lagesbild.example/api/v1/commands"


# ---- one POST ----------------------------------------------------------------------------------------------------


async def test_a_receiver_can_check_the_signature_and_tell_a_retry() -> None:
    taken: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    async with receiver(take) as server, Webhook(str(server.make_url("/larm")), "hemlig") as webhook:
        assert await webhook.post("n1/0", {"text": "å"}) is None

    ((headers, raw),) = taken
    assert headers["Idempotency-Key"] == "n1/0"
    assert headers["Lagesbild-Signature"] == "sha256=" + hmac.new(b"hemlig", raw, hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(raw) == {"text": "å"}
    assert raw == canon({"text": "å"})


@pytest.mark.parametrize(("status", "said"), [(200, None), (202, None), (302, "status 302"), (503, "status 503")])
async def test_only_2xx_counts_as_taken(status: int, said: str | None) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/else"})

    async with receiver(answer) as server, Webhook(str(server.make_url("/"))) as webhook:
        assert await webhook.post("n1/0", {}) == said


async def test_a_receiver_that_hangs_up_or_is_not_there_is_told_without_its_address() -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with receiver(hang_up) as server, Webhook(str(server.make_url("/secret-token"))) as webhook:
        assert await webhook.post("n1/0", {}) == "the connection broke (ServerDisconnectedError)"
    async with Webhook(f"http://127.0.0.1:{unused_port()}/secret-token") as webhook:
        assert await webhook.post("n1/0", {}) == "no connection (connection refused)"
    async with Webhook("http://") as webhook:
        assert await webhook.post("n1/0", {}) == "the address is not a web address"


def receiver(answer: object) -> TestServer:
    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    return TestServer(app)
