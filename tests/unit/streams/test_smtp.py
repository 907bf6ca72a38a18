"""Letters to those on duty: a real conversation with a mail server, its ways to fail, and what the letter says."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from support.smtp_server import HANG_UP, SILENT, MailServer, certificate, mail_server
from support.waiting import PATIENCE_S

import streams.smtp
from schemas.codec import Json
from streams.errors import StartError
from streams.mail import letter
from streams.settings import Settings
from streams.smtp import Smtp

AT = 1_800_338_400_000
TO = "tib@lansstyrelsen.test"
FIELDS: Json = {
    "key": "n1/0/mail.tib",
    "notice": "n1",
    "call": True,
    "act": "convene",
    "level": "samordnande",
    "space": "ovning-prov",
    "exercise": True,
    "version": 1100,
    "opened_at": "2027-01-19T06:00:00.000Z",
    "text": "ÖVNING. Sammankalla samordnande forum. Röd varning för snö. Kvittera i lägesbilden.",
    "reasons": ["Röd varning för snö i Stockholm"],
    "falls_away": ["SMHI häver den röda varningen"],
    "link": "https://lagesbild.test/k/n1.100.5.tib.tib-1.00ff",
    "link_until": "2027-01-19T10:00:00.000Z",
    "picture": "https://lagesbild.test/",
}


def smtp(server: MailServer | None = None, *, port: int = 0, **more: Any) -> Smtp:
    settings = {"smtp_host": "127.0.0.1", "smtp_tls": "none", "smtp_sender": "larm@lagesbild.test", **more}
    return Smtp(Settings(smtp_port=server.port if server else port, **settings))


async def sent(client: Smtp, **more: Any) -> str | None:
    return await client.send(letter({**FIELDS, **more}, client.sender, TO, AT))


# ---- the conversation ----------------------------------------------------------------------------------------------


async def test_the_server_gets_the_letter_as_it_was_written() -> None:
    async with mail_server() as server:
        assert await sent(smtp(server)) is None

    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == ("larm@lagesbild.test", (TO,))
    assert server.heard == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert taken.message["Subject"] == "ÖVNING – LARM: Sammankalla samordnande forum"
    assert FIELDS["text"] in taken.message.get_content()


async def test_the_way_there_is_secret_and_the_password_comes_from_a_file(tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text("hemlig\n", encoding="utf-8")
    more = {"smtp_ca": authority, "smtp_user": "lagesbild", "smtp_password_file": password}
    login = ("lagesbild", "hemlig")

    async with mail_server(tls=context, login=login) as server:
        assert await sent(smtp(server, smtp_tls="starttls", **more)) is None
    assert [(t.tls, t.user) for t in server.taken] == [(True, "lagesbild")]
    assert server.heard[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]

    async with mail_server(tls=context, login=login, at_once=True) as server:
        assert await sent(smtp(server, smtp_tls="ssl", **more)) is None
    assert [(t.tls, t.user) for t in server.taken] == [(True, "lagesbild")]


async def test_no_word_goes_to_a_server_that_is_not_trusted_or_speaks_in_the_open(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    async with mail_server(tls=context) as server:
        assert await sent(smtp(server, smtp_tls="starttls")) == "its certificate was not accepted"
    async with mail_server(tls=context, at_once=True) as server:
        assert await sent(smtp(server, smtp_tls="ssl")) == "its certificate was not accepted"
    async with mail_server() as server:
        said = await sent(smtp(server, smtp_tls="starttls"))
        assert said == "the mail server cannot do what is asked (STARTTLS or login)"
    assert server.taken == []


@pytest.mark.parametrize(
    ("verb", "answer", "said"),
    [
        ("greeting", "421 busy", "the letter was refused (421)"),
        ("greeting", HANG_UP, "the connection broke"),
        ("MAIL", "451 later", "the letter was refused (451)"),
        ("RCPT", "550 no such mailbox tib@lansstyrelsen.test", "the recipient was refused (550)"),
        ("DATA", "552 too much", "the letter was refused (552)"),
        ("text", "554 no", "the letter was refused (554)"),
        ("text", HANG_UP, "the connection broke"),
    ],
)
async def test_what_the_server_refuses_is_told_without_an_address(verb: str, answer: str, said: str) -> None:
    async with mail_server(answers={verb: answer}) as server:
        assert await sent(smtp(server)) == said


async def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("fel", encoding="utf-8")
    async with mail_server(login=("lagesbild", "hemlig")) as server:
        client = smtp(server, smtp_user="lagesbild", smtp_password_file=password)
        assert await sent(client) == "the login was refused (535)"
        password.unlink()
        assert await sent(client) == "the file with the mail server's password cannot be read"


async def test_a_server_that_is_not_there_is_told() -> None:
    assert await sent(smtp(port=unused_port())) == "no connection (connection refused)"


async def test_a_server_that_takes_the_letter_and_does_not_say_goodbye_has_taken_it() -> None:
    async with mail_server(answers={"QUIT": HANG_UP}) as server:
        assert await sent(smtp(server)) is None


async def test_a_server_that_falls_silent_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.smtp, "REPLY_S", 0.2)
    async with mail_server(answers={"RCPT": SILENT}) as server:
        assert await sent(smtp(server)) == "no answer within 0.2 s"


async def test_a_server_that_answers_letter_by_letter_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.smtp, "WHOLE_S", 0.5)

    left = asyncio.Event()

    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()
        left.set()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await sent(smtp(port=port)) == "not done within 0.5 s"
        await asyncio.wait_for(left.wait(), PATIENCE_S)


# ---- settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"smtp_host": "mail.example.org"}, "starttls or ssl"),
        ({"smtp_sender": ""}, "LAGESBILD_SMTP_SENDER"),
        ({"smtp_user": "lagesbild"}, "LAGESBILD_SMTP_PASSWORD_FILE"),
        ({"smtp_ca": Path("/nowhere.pem")}, "LAGESBILD_SMTP_CA"),
    ],
)
def test_settings_that_would_send_in_the_open_or_nowhere_are_refused_at_the_start(more: dict, said: str) -> None:
    with pytest.raises(StartError, match=said):
        smtp(**more)


# ---- the letter ----------------------------------------------------------------------------------------------------


def test_the_letter_says_what_to_say_where_to_acknowledge_and_why() -> None:
    text = letter(FIELDS, "larm@lagesbild.test", TO, AT).get_content()

    assert text.startswith(FIELDS["text"])
    assert f"Kvittera: {FIELDS['link']}\n" in text
    assert "till tis 19 jan 2027 11.00" in text
    assert "Skäl:\n- Röd varning för snö i Stockholm" in text
    assert "Faller bort om:\n- SMHI häver den röda varningen" in text
    assert "version 1\u00a0100" in text


def test_the_same_key_gives_the_same_message_id_and_another_space_another() -> None:
    def name(**more: Any) -> str:
        return str(letter({**FIELDS, **more}, "larm@lagesbild.test", TO, AT)["Message-ID"])

    assert name() == name(text="annat")
    assert name() != name(key="n1/1/mail.tib")
    assert name() != name(space="real")


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({"exercise": False}, "LARM: Sammankalla samordnande forum"),
        ({"exercise": False, "call": False}, "För kännedom: Sammankalla samordnande forum"),
        ({"exercise": False, "call": False, "reminds": "n1"}, "Påminnelse: Sammankalla samordnande forum"),
    ],
)
def test_the_subject_tells_a_call_from_what_is_only_told(more: dict, subject: str) -> None:
    assert letter({**FIELDS, **more}, "larm@lagesbild.test", TO, AT)["Subject"] == subject


def test_a_list_of_missed_ones_is_a_letter_too() -> None:
    bare = {name: FIELDS[name] for name in ("key", "notice", "space", "exercise", "text")}
    message = letter({**bare, "call": False, "reasons": [], "falls_away": []}, "larm@lagesbild.test", TO, AT)

    assert message["Subject"] == "ÖVNING – För kännedom: larm i lägesbilden"
    assert "Skäl" not in message.get_content()
