"""`lagesbild doctor --live`: one line for each source, whatever it does."""

import json
from pathlib import Path

import pytest
from aiohttp import web

from connectors.asking.network import session
from connectors.errors import UnknownSourceError
from connectors.followed import chosen, lacking
from connectors.inquiry import inquire, main, not_asked
from streams.feeds import Feed, load_feeds
from streams.settings import Settings

REGION = Settings().region_folder
LIST = (Path(__file__).parents[2] / "corpora" / "smhi" / "20-publisher-test-warnings-2021.json").read_bytes()


@pytest.fixture
async def asked():
    """Ask a source of SMHI's kind that answers with this body and status."""
    runners = []

    async def ask(body, status=200):
        async def answer(_):
            return web.Response(body=body, status=status, content_type="application/json")

        app = web.Application()
        app.router.add_get("/list", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/list"
        async with session() as http:
            return await inquire(Feed("prov", "smhi", "Prov", True, {"address": address, "interval_s": 1.0}), http)

    yield ask
    for runner in runners:
        await runner.cleanup()


async def test_a_source_that_answers_is_told_with_what_it_held(asked):
    found = await asked(LIST)

    assert (found.sign, found.source) == ("ok", "prov")
    assert found.told.startswith("11 items, complete, ")
    assert "its clock +0 s" in found.told or "its clock -1 s" in found.told


async def test_a_page_instead_of_a_list_and_a_refusal_are_told_in_words(asked):
    page, denied = await asked(b"<html>underhall</html>"), await asked(b"nej", 403)

    assert (page.ok, denied.ok) == (False, False)
    assert "not JSON" in page.told
    assert "403" in denied.told


async def test_a_source_that_nobody_answers_for_asks_after_the_network():
    async with session() as http:
        found = await inquire(
            Feed("prov", "smhi", "Prov", True, {"address": "http://127.0.0.1:9/list", "interval_s": 0.5}), http
        )

    assert found.ok is False
    assert "is there a network" in found.told


async def test_a_source_without_its_key_is_not_asked_and_says_how_to_get_one(monkeypatch):
    monkeypatch.delenv("LAGESBILD_TRAFIKVERKET_KEY_FILE", raising=False)
    feed = load_feeds(REGION)["trafikverket"]
    async with session() as http:
        found = await inquire(feed, http)

    assert (found.sign, found.ok) == ("–", None)
    assert "data.trafikverket.se" in found.told
    assert "LAGESBILD_TRAFIKVERKET_KEY_FILE" in found.told


def test_a_key_file_that_cannot_be_read_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("LAGESBILD_TRAFIKVERKET_KEY_FILE", str(tmp_path / "none"))

    assert "cannot be read" in lacking(load_feeds(REGION)["trafikverket"])


def test_one_of_a_kind_that_wants_keys_may_want_none():
    feed = Feed("open", "gtfsrt", "Open", True, {"address": "https://example.org/alerts.pb"})

    assert "no key" in lacking(feed)
    assert lacking(feed._replace(settings={**feed.settings, "keyless": True})) == ""


def test_a_source_that_is_switched_off_or_has_no_address_says_so(monkeypatch):
    assert "switched off" in lacking(Feed("x-y", "smhi", "X", False, {}))
    assert "LAGESBILD_X_Y_ENABLED=true" in lacking(Feed("x-y", "smhi", "X", False, {}))
    assert "LAGESBILD_X_ADDRESS" in lacking(Feed("x", "smhi", "X", True, {"address": ""}))
    monkeypatch.setenv("LAGESBILD_X_ADDRESS", "https://example.org/")
    assert lacking(Feed("x", "smhi", "X", True, {"address": ""})) == ""


def test_sources_that_are_not_asked_are_listed_without_asking_anybody(capsys):
    assert {one.source for one in not_asked([], Settings())} >= {"trafikverket", "trafikverket-datex"}
    assert main(["--lacking", "--json", "trafikverket"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == "trafikverket"


def test_an_unknown_source_is_one_line_with_those_there_are(capsys):
    with pytest.raises(UnknownSourceError, match="the county follows smhi"):
        chosen(load_feeds(REGION), ["smhy"])
    assert main(["smhy"]) == 1
    assert capsys.readouterr().err.startswith("lagesbild: no source smhy")
