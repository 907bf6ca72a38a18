"""Bodies that are cut, false, packed or huge, told by a server that writes just the bytes it is given."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
import stamina

from connectors.asking.breaker import Breaker
from connectors.asking.fetch import Fetcher
from connectors.asking.network import Reach, session
from connectors.asking.wire import Wire
from connectors.errors import DeniedError, GarbledError, NotReadyError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""


class Wires:
    """Answers each request with the next prepared bytes, and closes the connection."""

    def __init__(self):
        self.answers: list[bytes] = []
        self.asked: list[bytes] = []
        self.address = ""
        self.drip: asyncio.Event | None = None

    def then(self, *headers, body=b"", status="200 OK"):
        self.answers.append("\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1") + body)

    async def serve(self, reader, writer):
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        if self.drip is not None:
            await self.drip.wait()
        writer.close()


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=3, cap=True):
        yield


@pytest.fixture
async def wires() -> AsyncIterator[Wires]:
    wires = Wires()
    server = await asyncio.start_server(wires.serve, "127.0.0.1", 0)
    wires.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/list"
    yield wires
    server.close()
    await server.wait_closed()


@pytest.fixture
async def ask(wires):
    async with session() as opened:

        async def asked(**more):
            fetcher = Fetcher(opened, wires.address, user_agent="lagesbild (åäö@example.org)\r\n", interval_s=1, **more)
            return (await fetcher.get(AT)).raw

        yield asked


async def test_body_shorter_than_its_length_is_no_answer(wires, ask):
    wires.then("Content-Length: 100", body=b'[{"id": 1}]')

    with pytest.raises(NotReadyError, match=r"its answer was cut off .*received 11 of 100"):
        await ask()
    assert len(wires.asked) == 3


async def test_body_cut_between_its_chunks_is_no_answer(wires, ask):
    wires.then("Transfer-Encoding: chunked", body=b"5\r\n[1,2]\r\n")

    with pytest.raises(NotReadyError, match="its answer was cut off"):
        await ask()


@pytest.mark.parametrize("chunked", [True, False])
async def test_packed_body_that_was_cut_is_no_answer_though_its_length_is_right(wires, ask, chunked):
    body = gzip.compress(b"[1, 2, 3]" * 1000, mtime=0)[:-12]
    if chunked:
        wires.then(
            "Content-Encoding: gzip", "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        )
    else:
        wires.then("Content-Encoding: gzip", f"Content-Length: {len(body)}", body=body)

    with pytest.raises(NotReadyError, match="gzip body was cut off"):
        await ask()


async def test_body_longer_than_its_length_is_no_answer(wires, ask):
    wires.then("Content-Length: 5", body=b"[1,2]]]]]")

    with pytest.raises(NotReadyError, match="Bad status line"):
        await ask()


async def test_secret_in_an_address_is_in_no_error(wires):
    wires.then("Content-Length: 5", body=b"[1,2]]]]]")
    address = wires.address.replace("http://", "http://user:pa55@") + "?key=pa55&x='pa55"
    async with session() as opened:
        with pytest.raises(NotReadyError, match="Bad status line") as caught:
            await Fetcher(opened, address, user_agent="x", interval_s=1).get(AT)
    assert "pa55" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_cut_that_a_second_try_cures_is_an_answer(wires, ask):
    wires.then("Content-Length: 100", body=b"[1")
    wires.then("Content-Length: 3", body=b"[1]")

    assert (await ask()).body == b"[1]"


async def test_length_over_the_limit_is_not_even_read(wires, ask):
    wires.then("Content-Length: 999999999", body=b"[1")

    with pytest.raises(GarbledError, match="larger than 20000000"):
        await ask()
    assert len(wires.asked) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_bomb_never_fills_the_memory(wires, ask, encoding):
    packing = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join(packing.compress(bytes(1_000_000)) for _ in range(200)) + packing.flush()
    wires.then(f"Content-Encoding: {encoding}", f"Content-Length: {len(bomb)}", body=bomb)

    tracemalloc.start()
    with pytest.raises(GarbledError, match="more than 100 times its size"):
        await ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3 * len(bomb) + 6_000_000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"[1]", mtime=0)),
        ("x-gzip", gzip.compress(b"[1]", mtime=0)),
        ("GZIP", gzip.compress(b"[", mtime=0) + gzip.compress(b"1]", mtime=0)),
        ("deflate", zlib.compress(b"[1]")),
        ("deflate", zlib.compress(b"[1]", wbits=-15)),
        ("identity", b"[1]"),
    ],
)
async def test_encodings_that_were_asked_for_are_read(wires, ask, encoding, body):
    wires.then(f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}", body=body)

    assert (await ask()).body == b"[1]"
    assert b"Accept-Encoding: gzip, deflate\r\n" in wires.asked[0]


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "åäö"])
async def test_encoding_that_was_not_asked_for_is_garbled(wires, ask, encoding):
    wires.then(f"Content-Encoding: {encoding}", "Content-Length: 3", body=b"[1]")

    with pytest.raises(GarbledError, match="not asked for"):
        await ask()


async def test_body_that_is_not_as_it_says_is_garbled(wires, ask):
    wires.then("Content-Encoding: gzip", "Content-Length: 3", body=b"[1]")

    with pytest.raises(GarbledError, match="is not gzip, as it says"):
        await ask()


async def test_refusal_is_read_though_it_is_packed(wires, ask):
    body = gzip.compress(b"no such key", mtime=0)
    wires.then("Content-Encoding: gzip", f"Content-Length: {len(body)}", body=body, status="403 Forbidden")

    with pytest.raises(DeniedError, match="no such key"):
        await ask()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Length: 100"], b""),
        (["Content-Encoding: br", "Content-Length: 1"], b"x"),
        (["Content-Encoding: gzip", "Content-Length: 1"], b"x"),
    ],
)
async def test_refusal_is_one_whatever_is_wrong_with_its_body(wires, ask, headers, body):
    wires.then(*headers, body=body, status="401 Unauthorized")

    with pytest.raises(DeniedError, match="says: nothing"):
        await ask()


@pytest.mark.parametrize("status", ["500 x", "502 x", "503 x", "504 x", "507 x", "520 x", "530 x", "408 x", "425 x"])
async def test_fault_of_the_server_is_tried_again_and_then_left(wires, ask, status):
    wires.then("Content-Length: 0", status=status)

    with pytest.raises(NotReadyError, match=f"answered {status[:3]}"):
        await ask()
    assert len(wires.asked) == 3


@pytest.mark.parametrize("status", ["201 x", "202 x", "204 x", "206 x"])
async def test_success_without_a_list_is_no_answer(wires, ask, status):
    wires.then("Content-Length: 0", status=status)

    with pytest.raises(NotReadyError, match=f"answered {status[:3]}"):
        await ask()
    assert len(wires.asked) == 1


async def test_source_under_probe_gets_one_request(wires, ask):
    wires.then("Content-Length: 0", status="503 x")
    breaker = Breaker(1)
    for _ in range(3):
        breaker.failed()

    with pytest.raises(NotReadyError):
        await ask(breaker=breaker)
    assert len(wires.asked) == 1


@pytest.mark.parametrize("headers", [["ETag: åäö"], ["ETag: \x7f\xff"], ["ETag: " + "x" * 2000], ["Last-Modified: "]])
async def test_validator_that_cannot_be_sent_back_is_left_out(wires, headers):
    wires.then(*headers, "Server: \xff\xfe", "Content-Length: 2", body=b"[]")
    async with session() as opened:
        fetcher = Fetcher(opened, wires.address, user_agent="x", interval_s=1)
        raw = (await fetcher.get(AT)).raw
        await fetcher.get(AT)

    assert b"If-" not in wires.asked[1]
    assert all(value.encode("utf-8") or not value for value in raw.headers.values())


async def test_304_to_a_question_without_conditions_says_nothing(wires):
    wires.then("Content-Length: 2", body=b"[]")
    wires.then(status="304 Not Modified")
    async with session() as opened:
        fetcher = Fetcher(opened, wires.address, user_agent="x", interval_s=1)
        await fetcher.get(AT)
        with pytest.raises(NotReadyError, match="without conditions"):
            await fetcher.get(AT)


async def test_garbage_instead_of_http_is_not_ready(wires, ask):
    wires.answers = [b"\x15\x03\x01\x00\x02\x02\x16"]

    with pytest.raises(NotReadyError):
        await ask()


async def test_connection_closed_without_a_word_is_not_ready(wires, ask):
    wires.answers = [b""]

    with pytest.raises(NotReadyError, match="disconnected"):
        await ask()


async def test_drip_without_an_end_is_given_up(wires):
    wires.then("Content-Length: 100", body=b"[1")
    wires.drip = asyncio.Event()
    async with session() as opened:
        wire = Wire(opened, Reach(wires.address), aiohttp.ClientTimeout(total=0.1), 1000)
        with pytest.raises(TimeoutError):
            await wire.send("GET", wires.address, {}, None)
    wires.drip.set()


@pytest.mark.parametrize(
    ("said", "wanted", "expected"),
    [
        ("application/json", ["application/json"], True),
        ("Application/JSON; charset=utf-8", ["application/json"], True),
        ("application/geo+json", ["application/json"], True),
        ("text/html; charset=utf-8", ["application/json"], False),
        ("text/plain", ["application/json"], False),
        ("text/plain", ["application/json", "text/plain"], True),
        ("application/cap+xml", ["text/xml"], True),
        ("application/xml", ["application/json"], False),
        ("", ["application/json"], True),
        ("text/html", [], True),
    ],
)
async def test_answer_tells_whether_it_calls_itself_what_was_expected(wires, said, wanted, expected):
    wires.then(f"Content-Type: {said}", 'ETag: "a"', "Content-Length: 2", body=b"[]")
    wires.then("Content-Length: 0", status="304 Not Modified")
    async with session() as opened:
        fetcher = Fetcher(opened, wires.address, user_agent="x", interval_s=1, content_types=wanted)
        first, again = await fetcher.get(AT), await fetcher.get(AT)

    assert (first.expected, first.raw.expected) == (expected, expected)
    assert (again.raw.status, again.expected) == (304, expected)
