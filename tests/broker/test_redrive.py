"""Rejected inputs driven again over a real Kafka: the same bytes, key and receipt, and never more of them each time."""

import pytest

from schemas.record import Origin, RecordKind, encode
from schemas.rejected import Rejected
from schemas.topics import LOG, REJECTED, Space, catalogue
from streams.bus import Admin, In, Out, Producer, read_all
from streams.redrive import Choice, Done, redrive

pytestmark = pytest.mark.broker
TOPIC = "reports.actor.kommun-0180"


@pytest.fixture
async def space(kafka: str, request: pytest.FixtureRequest) -> Space:
    space = Space("ovning-" + request.node.name.replace("_", "-").removeprefix("test-")[:40].strip("-"))
    async with Admin(kafka) as admin:
        await admin.create({space.topic(t.name): t for t in catalogue(("smhi",), ("kommun-0180",))})
    return space


def rejected(space: Space, offset: int, value: bytes, **more: object) -> Rejected:
    fields: dict[str, object] = {
        "source": "actor.kommun-0180",
        "stage": "intake",
        "reason": "schema",
        "detail": "/headline: missing",
        "topic": space.topic(TOPIC),
        "partition": 0,
        "offset": offset,
        "at": 1,
        "value": value,
        "key": b"actor.kommun-0180/road-0180",
        "receipt": "r-1",
    }
    return Rejected(**(fields | more))  # type: ignore[arg-type]


async def put(kafka: str, space: Space, *records: Rejected) -> None:
    await send(kafka, *(Out(space.topic(REJECTED), r.encode(), r.source.encode()) for r in records))


async def send(kafka: str, *outs: Out) -> None:
    producer = Producer(kafka, "test")
    await producer.send(outs)
    await producer.stop()


async def lying(kafka: str, space: Space, topic: str = TOPIC) -> list[In]:
    return [r async for records in read_all(kafka, space.topic(topic)) for r in records]


async def test_the_same_bytes_go_again_with_their_key_and_receipt(kafka: str, space: Space) -> None:
    raw = b'{"id": "road-0180", "n": "\xff broken"}'
    await put(kafka, space, rejected(space, 7, raw))

    (done,) = await redrive(kafka, space, Choice())

    (record,) = await lying(kafka, space)
    assert done.done == Done.SENT
    assert (record.value, record.key) == (raw, b"actor.kommun-0180/road-0180")
    assert record.headers == {"receipt": b"r-1"}


async def test_only_what_was_chosen_goes_again(kafka: str, space: Space) -> None:
    await put(
        kafka, space, rejected(space, 1, b"one"), rejected(space, 2, b"two", reason="too_old"), rejected(space, 3, b"3")
    )

    await redrive(kafka, space, Choice(id=f"{space.topic(TOPIC)}:0:3"))
    await redrive(kafka, space, Choice(reason="too_old"))

    assert [r.value for r in await lying(kafka, space)] == [b"3", b"two"]


async def test_what_is_refused_again_and_again_is_sent_once_each_time(kafka: str, space: Space) -> None:
    for offset in range(4):
        await put(kafka, space, rejected(space, offset, b"broken"))

    assert len(await redrive(kafka, space, Choice())) == 1


async def test_a_log_record_that_did_not_fold_is_driven_again_as_the_input_it_came_from(
    kafka: str, space: Space
) -> None:
    await send(kafka, Out(space.topic(TOPIC), b"input", b"key", (("receipt", b"r-2"),)))
    origin = Origin(space.topic(TOPIC), 0, 0)
    log_record = encode(1, RecordKind.REPORT, {"source": "actor.kommun-0180"}, origin)
    gone = encode(1, RecordKind.REPORT, {}, origin._replace(offset=99))
    more: dict[str, object] = {"stage": "fold", "topic": space.topic(LOG), "key": b"01"}
    await put(kafka, space, rejected(space, 1, log_record, **more), rejected(space, 2, gone, **more))
    await put(kafka, space, rejected(space, 3, log_record + b" ", **more))

    done = await redrive(kafka, space, Choice())

    assert [d.done for d in done] == [Done.SENT, Done.NOT_KEPT]
    first, again = await lying(kafka, space)
    assert (first.value, first.key, first.headers) == (again.value, again.key, again.headers)
    assert await lying(kafka, space, LOG) == []


async def test_a_piece_that_a_connector_refused_is_left_to_the_source(kafka: str, space: Space) -> None:
    await put(kafka, space, rejected(space, 1, b"{}", stage="connector", topic=space.topic("raw.smhi")))

    (done,) = await redrive(kafka, space, Choice())

    assert done.done == Done.AT_SOURCE
    assert await lying(kafka, space, "raw.smhi") == []
