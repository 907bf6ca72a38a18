"""The source `outages` as it is asked: by a named mapping, by none, and by one that cannot be used."""

import hashlib
from pathlib import Path

import pytest

from connectors.asking.fetch import Answer
from connectors.contract import Asking, Raw
from connectors.errors import DeniedError
from connectors.outages.client import Settings, connect

CORPUS = Path(__file__).parents[2] / "corpora" / "outages"
ASKING = Asking(at=1_800_338_700_000, position={}, told=())


class Stored:
    """Gives one stored answer."""

    def __init__(self, body):
        self.body = body

    async def get(self, at):
        raw = Raw("http://list", 200, {}, at, self.body, hashlib.sha256(self.body).hexdigest())
        return Answer(raw, None)


async def test_named_mapping_reads_its_list():
    body = (CORPUS / "example-power-constructed.json").read_bytes()

    batch = await connect(Stored(body), Settings(mapping="example-power")).ask(ASKING)

    assert len(batch.parsed.items) == 5
    assert batch.parsed.complete


async def test_named_mapping_does_not_read_another_list():
    body = (CORPUS / "example-water-constructed.geojson").read_bytes()

    batch = await connect(Stored(body), Settings(mapping="example-power")).ask(ASKING)

    assert batch.parsed.items == ()
    assert "no payload of Exempelnät" in batch.parsed.error


async def test_without_a_name_the_first_that_recognises_the_list_reads_it():
    body = (CORPUS / "example-water-constructed.geojson").read_bytes()

    assert len((await connect(Stored(body), Settings()).ask(ASKING)).parsed.items) == 2


async def test_mapping_that_is_not_there_is_told_at_each_asking():
    source = connect(Stored(b"[]"), Settings(mapping="ellevio"))

    with pytest.raises(DeniedError, match="no mapping 'ellevio'"):
        await source.ask(ASKING)
