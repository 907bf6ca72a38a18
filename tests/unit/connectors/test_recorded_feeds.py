"""The timed script of the recorded service: what each kind of answer looks like to a plain client on the wire."""

import asyncio
import gzip
import ssl
from email.utils import parsedate_to_datetime

import aiohttp
import pytest
from support.waiting import PATIENCE_S

from connectors.errors import ScriptError
from connectors.reading.values import PAYLOAD_LIMIT
from connectors.recorded import Script, load_script, serve
from connectors.recorded.timed import Answer, Timed, load_timed
from schemas.times import DAY, HOUR, MINUTE

T = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
BODY = b'[{"id":1},{"id":2},{"id":3},{"id":4}]'


class Play:
    """A service with one feed and a clock set by hand."""

    def __init__(self):
        self.at = T
        self.feeds = {"list": Timed(empty="[]")}

    async def open(self, folder):
        script = Script("timed", "", T, T, T + DAY, 1, {"smhi": (), "trafikverket": ()}, (), self.feeds)
        self.running = await serve(script, lambda: self.at, 0, folder)
        self.session = aiohttp.ClientSession()
        return self

    async def close(self):
        await self.session.close()
        await self.running.stop()

    def say(self, kind="ok", **more):
        self.running.feeds.say("list", Answer(at=self.at, kind=kind, **({"body": BODY} | more)))

    async def ask(self, path="", method="GET", data=None, **headers):
        url = f"{self.running.feed('list')}/{path}"
        async with self.session.request(method, url, data=data, headers=headers, allow_redirects=False) as response:
            return response.status, response.headers, await response.read()


@pytest.fixture
async def play(tmp_path):
    made = await Play().open(tmp_path)
    yield made
    await made.close()


def seconds(headers, name):
    """A date in a header, ms UTC after T."""
    return int(parsedate_to_datetime(headers[name]).timestamp() * 1000) - T


async def test_nothing_holds_before_its_time(play):
    play.running.feeds.say("list", Answer(at=T + MINUTE, body=BODY))

    assert (await play.ask())[0] == 404
    play.at += MINUTE
    assert (await play.ask())[2] == BODY


async def test_the_newest_answer_holds(play):
    play.say(body=b"[1]")
    play.at += MINUTE
    play.say(body=b"[2]")

    assert (await play.ask())[2] == b"[2]"
    play.at -= MINUTE
    assert (await play.ask())[2] == b"[1]"


async def test_an_answer_may_be_for_one_address_or_for_what_was_asked(play):
    play.say(body=b"any")
    play.say(body=b"document", path="one.xml")
    play.say(body=b"changes", match='changeid="7"')

    assert (await play.ask("one.xml"))[2] == b"document"
    assert (await play.ask("other"))[2] == b"any"
    assert (await play.ask("other", "POST", b'<QUERY changeid="7"/>'))[2] == b"changes"
    assert (await play.ask("other?changeid=%227%22"))[2] == b"changes"


async def test_an_answer_is_given_as_often_as_it_may_be(play):
    play.say(body=b"[1]")
    play.say("error", times=2)

    assert [(await play.ask())[0] for _ in range(4)] == [503, 503, 200, 200]


async def test_who_has_it_already_is_told_so_by_tag_and_by_time(play):
    play.say()
    _, headers, _ = await play.ask()

    assert (await play.ask(**{"If-None-Match": headers["ETag"]}))[::2] == (304, b"")
    assert (await play.ask(**{"If-Modified-Since": headers["Last-Modified"]}))[0] == 304
    assert (await play.ask(**{"If-None-Match": '"another"', "If-Modified-Since": headers["Last-Modified"]}))[0] == 200
    assert (await play.ask(**{"If-Modified-Since": "no date"}))[0] == 200
    play.at += MINUTE
    play.say(body=b"[]")
    assert (await play.ask(**{"If-None-Match": headers["ETag"]}))[0] == 200


async def test_unchanged_is_said_whatever_was_asked(play):
    play.say("unchanged")

    assert (await play.ask())[0] == 304


async def test_waiting_is_asked_for_in_both_forms(play):
    play.say("busy", seconds=90)
    status, headers, _ = await play.ask()
    assert (status, headers["Retry-After"]) == (429, "90")

    play.say("busy_until", seconds=90)
    status, headers, _ = await play.ask()
    assert (status, seconds(headers, "Retry-After"), seconds(headers, "Date")) == (429, 90_000, 0)


async def test_an_error_has_its_status(play):
    play.say("error", status=502)

    assert (await play.ask())[0] == 502


async def test_a_slow_answer_drips(play):
    play.say("drip")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(play.ask(), 0.7)


async def test_a_cut_answer_breaks_off_in_the_middle(play):
    play.say("cut")
    with pytest.raises(aiohttp.ClientPayloadError):
        await play.ask()


@pytest.mark.parametrize(("kind", "length"), [("half", len(BODY) // 2), ("short", len(BODY) * 2 // 3)])
async def test_a_wrong_length_looks_right_to_a_plain_client(play, kind, length):
    play.say(kind)
    status, headers, body = await play.ask()

    assert (status, headers["Content-Length"], body) == (200, str(length), BODY[:length])


async def test_a_page_a_wrong_type_and_an_empty_list_come_with_200(play):
    found = []
    for kind in ("page", "type", "empty"):
        play.say(kind, body=b"" if kind == "empty" else BODY)
        status, headers, body = await play.ask()
        found.append((status, headers["Content-Type"], body[:15]))

    assert found == [
        (200, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        (200, "application/x-other", BODY[:15]),
        (200, "application/json", b"[]"),
    ]


async def test_yesterdays_file_has_yesterdays_headers(play):
    play.at = T + HOUR
    play.say("old")
    _, headers, body = await play.ask()

    assert (seconds(headers, "Date"), seconds(headers, "Last-Modified"), body) == (HOUR - DAY, HOUR - DAY, BODY)


@pytest.mark.parametrize("off", [86_400, -86_400])
async def test_a_clock_is_off_by_as_much_as_told(play, off):
    play.say("clock", seconds=off)
    _, headers, _ = await play.ask()

    assert (seconds(headers, "Date"), seconds(headers, "Last-Modified")) == (off * 1000, 0)


async def test_a_redirect_leads_where_it_is_told(play):
    play.say("redirect", to="http://elsewhere.example/")
    status, headers, _ = await play.ask()

    assert (status, headers["Location"]) == (302, "http://elsewhere.example/")


async def test_a_bomb_is_small_on_the_wire_and_larger_than_anything_that_is_read(play):
    play.say("bomb")
    async with (
        aiohttp.ClientSession(auto_decompress=False) as plain,
        plain.get(play.running.feed("list") + "/") as response,
    ):
        packed = await response.read()

    assert response.headers["Content-Encoding"] == "gzip"
    assert len(packed) < 500_000
    assert len(gzip.decompress(packed)) > 5 * PAYLOAD_LIMIT


async def test_too_much_is_more_than_is_read(play):
    play.say("large")

    assert len((await play.ask())[2]) > PAYLOAD_LIMIT


async def test_a_connection_may_end_without_an_answer(play):
    play.say("close")
    with pytest.raises(aiohttp.ClientError):
        await play.ask()


async def test_a_request_that_hangs_is_let_go(play):
    play.say("hang")
    asked = asyncio.create_task(play.ask())
    while not play.running.feeds.asked:
        await asyncio.sleep(0.01)
    assert not asked.done()
    play.running.feeds.release()
    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(asked, PATIENCE_S)


async def test_the_distrusted_listener_is_believed_by_nobody_who_looks(play):
    play.say()
    address = await play.running.distrusted()
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await play.session.get(f"{address}/feeds/list/")
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    async with play.session.get(f"{address}/feeds/list/", ssl=anyone) as response:
        assert await response.read() == BODY


async def test_what_was_asked_is_kept(play):
    play.say()
    await play.ask("a/b", "POST", b"question", **{"User-Agent": "somebody"})

    (asked,) = play.running.feeds.asked
    assert (asked.name, asked.path, asked.method, asked.body) == ("list", "a/b", "POST", b"question")
    assert asked.headers["User-Agent"] == "somebody"
    assert play.running.feeds.at_once["list"] == 1


FEEDS = """
[power]
content_type = "application/json"
empty = '{"outages": []}'
[[power.answers]]
at = "T+00:10"
kind = "busy"
seconds = 30
times = 2
[[power.answers]]
at = "T-01:00"
file = "power.json"
headers = { "Content-Type" = "text/json" }
"""


def test_a_timed_script_is_data(tmp_path):
    (tmp_path / "feeds.toml").write_text(FEEDS)
    (tmp_path / "power.json").write_bytes(BODY)
    found = load_timed(tmp_path, T)

    assert list(found) == ["power"]
    assert [(a.at, a.kind, a.body) for a in found["power"].answers] == [
        (T - HOUR, "ok", BODY),
        (T + 10 * MINUTE, "busy", b""),
    ]
    assert load_timed(tmp_path / "nowhere", T) == {}


@pytest.mark.parametrize(
    "text",
    [
        '[a]\nanswers = "none"',
        '[[a.answers]]\nat = "soon"',
        '[[a.answers]]\nkind = "ok"',
        '[[a.answers]]\nat = "T+00:00"\nkind = "explode"',
        '[[a.answers]]\nat = "T+00:00"\nfile = "missing.json"',
        '[[a.answers]]\nat = "T+00:00"\nunknown = 1',
        "a = 1",
        "not toml",
    ],
)
def test_a_timed_script_that_cannot_be_played_says_so(tmp_path, text):
    (tmp_path / "feeds.toml").write_text(text)
    with pytest.raises(ScriptError, match=r"feeds\.toml cannot be played"):
        load_timed(tmp_path, T)


def test_an_exercise_may_have_feeds_beside_its_story(tmp_path):
    (tmp_path / "exercises" / "small").mkdir(parents=True)
    (tmp_path / "actors.toml").write_text("")
    head = 't = "2027-01-19T07:00:00+01:00"\nstart = "T-01:00"\nend = "T+01:00"\ntitle = "Liten"\nspeed = 1\n'
    (tmp_path / "exercises" / "small" / "script.toml").write_text(head)
    (tmp_path / "exercises" / "small" / "feeds.toml").write_text('[[power.answers]]\nat = "T+00:00"\ntext = "[]"\n')

    assert load_script(tmp_path / "exercises" / "small").feeds["power"].answers[0].body == b"[]"
