"""docs/add-a-source.md walked through: the connector on that page is built from it and does what the page says."""

import json
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

import connectors
from connectors.asking.breaker import Breaker
from connectors.asking.fetch import Fetcher
from connectors.asking.network import session
from connectors.contract import Asking
from connectors.followed import lacking, settings_of
from connectors.quality import About
from connectors.settings import ConnectorSettings
from streams.feeds import load_feeds
from streams.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "add-a-source.md").read_text(encoding="utf-8")
BLOCKS = {path: body for _, path, body in re.findall(r"```(\w+) connectors/metno/(\S+)\n(.*?)```", PAGE, re.DOTALL)}
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [[[10, 59], [11, 59], [11, 60], [10, 59]]]},
    "when": {"interval": ["2027-01-19T06:00:00+00:00", "2027-01-19T18:00:00+00:00"]},
    "properties": {"id": "2.49.0.1.578.0.1", "title": "Snø", "event": "snow", "awareness_level": "3; orange; Severe"},
}
"""Constructed by this project after the service's documentation."""


@pytest.fixture(scope="module")
def metno(tmp_path_factory):
    """The folder of the page, beside the project's own connectors while this module runs."""
    root = tmp_path_factory.mktemp("page")
    (root / "metno").mkdir()
    (root / "metno" / "__init__.py").write_text('"""Norway."""\n')
    for path, body in BLOCKS.items():
        (root / "metno" / path).write_text(body)
    connectors.__path__.append(str(root))
    yield import_module("connectors.metno.parse")
    connectors.__path__.remove(str(root))


def payload(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_the_page_adds_a_format_in_under_sixty_lines_of_code():
    code = [line for path, body in BLOCKS.items() if path.endswith(".py") for line in body.splitlines() if line.strip()]

    assert set(BLOCKS) == {"parse.py", "client.py", "quality.toml"}
    assert len(code) < 60


def test_its_parser_reads_an_answer_and_no_bad_item_hides_another(metno):
    other = {**FEATURE, "properties": {**FEATURE["properties"], "id": "2"}, "when": {}}
    parsed = metno.parse(payload(FEATURE, other, 7))
    (item,) = parsed.items

    assert (item.id, item.severity, item.headline) == ("2.49.0.1.578.0.1", "severe", "Snø")
    assert item.native == {"level": "3; orange; Severe", "event": "snow"}
    assert item.place.geometries[0]["type"] == "Polygon"
    assert [piece.pointer for piece in parsed.rejected] == ["/features/1", "/features/2"]
    assert (parsed.complete, parsed.seen) == (False, {"2.49.0.1.578.0.1", "2"})
    assert metno.parse(payload(FEATURE)).complete


@given(st.binary(max_size=200))
def test_its_parser_takes_any_bytes(metno, raw):
    metno.parse(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FEATURE, "id", "interval"]), inner),
    max_leaves=12,
)


@given(st.lists(_JSON, max_size=4))
def test_its_parser_takes_any_json(metno, features):
    metno.parse(payload(*features))


async def test_its_client_asks_over_http(metno):
    async def answer(_):
        return web.Response(body=payload(FEATURE), content_type="application/json")

    app = web.Application()
    app.router.add_get("/list", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/list"
    try:
        async with session() as http:
            fetcher = Fetcher(http, address, user_agent="test", interval_s=1, breaker=Breaker(1))
            connector = import_module("connectors.metno.client").connect(fetcher, ConnectorSettings(address=address))
            batch = await connector.ask(Asking(1_800_000_000_000, {}, ()))
    finally:
        await runner.cleanup()

    assert [item.id for item in batch.parsed.items] == ["2.49.0.1.578.0.1"]


def test_the_facts_of_its_quality_file_are_read():
    assert About.model_validate(tomllib.loads(BLOCKS["quality.toml"])["source"]).withdraws == "absence"


def test_the_row_of_the_page_is_the_row_of_the_county_and_needs_nothing_more():
    (row,) = re.findall(r"```toml\n(\[fmi\].*?)```", PAGE, re.DOTALL)
    told, feed = tomllib.loads(row)["fmi"], load_feeds(Settings().region_folder)["fmi"]

    assert (told["connector"], told["title"]) == (feed.connector, feed.title)
    assert settings_of(feed).address == told["settings"]["address"]
    assert lacking(feed) == ""
