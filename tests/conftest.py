"""What every kind of test may ask for: `kafka`, the address of the one embedded broker of this run."""

from collections.abc import Iterator

import pytest
from support.broker import EmbeddedKafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real Kafka, started at the first test that asks for it."""
    broker = EmbeddedKafka(tmp_path_factory.mktemp("kafka"))
    address = broker.start()
    yield address
    broker.stop()
