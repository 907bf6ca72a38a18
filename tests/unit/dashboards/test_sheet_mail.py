"""A meeting's sheet by mail: to each one once, over a real mail server, whatever stops in between."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.sheets import storm
from support.smtp_server import MailServer, mail_server

from dashboards.sheet import post
from dashboards.sheet.mailing import KEPT, LATE, Letter, keep, letters, load, owed
from dashboards.sheet.post import Post
from schemas.times import parse
from streams.settings import Settings
from streams.words import load_words

SHEET = storm()
AT = parse(SHEET["at"])
STEM = "20270120T155500Z-sam-4.ovning-s"


def settings(folder: Path, port: int, to: str = "tib-1, polisen") -> Settings:
    (folder / "contacts.json").write_text(
        json.dumps({"tib-1": {"mail": "tib@lst.example"}, "polisen": {"mail": "lkc@polisen.example"}})
    )
    where = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "smtp_sender": "lagesbild@lst.example"}
    return Settings(data=folder, sheet_to=to, address="https://lst.example/lagesbild", **where)  # type: ignore[arg-type]


def post_of(given: Settings, now: int = AT) -> Post:
    return Post(SimpleNamespace(settings=given, words=load_words(), now=lambda: now), given.data)  # type: ignore[arg-type]


async def run_until(made: Post, server: MailServer, count: int) -> None:
    running = asyncio.create_task(made.run())
    await server.until(count)
    while owed(made._rows, AT):
        await asyncio.sleep(0.02)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_each_one_gets_it_once_with_the_pdf_also_after_a_restart(tmp_path: Path):
    (tmp_path / f"{STEM}.pdf").write_bytes(b"%PDF-1.7 the sheet")
    async with mail_server() as server:
        made = post_of(settings(tmp_path, server.port))
        await made.hand_in(STEM, AT, SHEET)
        await run_until(made, server, 2)
        again = post_of(settings(tmp_path, server.port))
        assert owed(again._rows, AT) == []

        assert sorted(taken.recipients for taken in server.taken) == [("lkc@polisen.example",), ("tib@lst.example",)]
        message = server.taken[0].message
        assert message["Subject"] == "ÖVNING – Mötesblad: Samordnande forum, möte 4, 17.00"
        (attached,) = message.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (f"{STEM}.pdf", b"%PDF-1.7 the sheet")
        text = message.get_body().get_content()
        assert f"Lägesbild version {SHEET['version']}, {SHEET['hash_short']}" in text
        assert "https://lst.example/lagesbild" in text


async def test_one_that_was_not_taken_comes_again_and_the_other_is_not_held_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(post, "AGAIN_S", 0.0)
    monkeypatch.setattr(post, "LOOK_S", 0.02)
    (tmp_path / f"{STEM}.pdf").write_bytes(b"%PDF")
    async with mail_server(answers={"RCPT": "451 not now"}) as server:
        made = post_of(settings(tmp_path, server.port))
        await made.hand_in(STEM, AT, SHEET)
        running = asyncio.create_task(made.run())
        while server.heard.count("RCPT") < 3:
            await asyncio.sleep(0.02)
        server.answers.clear()
        await server.until(2)
        running.cancel()
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 2


async def test_nobody_named_or_no_mail_server_writes_and_sends_nothing(tmp_path: Path):
    made = post_of(settings(tmp_path, 1, to=""))
    await made.hand_in(STEM, AT, SHEET)

    assert not (tmp_path / "mail.json").exists()


def test_a_letter_is_owed_for_an_hour_and_kept_for_a_day(tmp_path: Path):
    rows = letters(STEM, AT, SHEET, ["tib-1"], load_words())
    assert owed(rows, AT + LATE) == rows
    assert owed(rows, AT + LATE + 1) == []
    assert owed([rows[0]._replace(taken=True)], AT) == []

    keep(tmp_path, rows, AT + KEPT)
    assert load(tmp_path) == rows
    keep(tmp_path, rows, AT + KEPT + 1)
    assert load(tmp_path) == []


@pytest.mark.parametrize("found", ["", "{", "[[1]]", '{"a": 1}'])
def test_a_file_that_is_not_ours_is_as_none(tmp_path: Path, found: str):
    (tmp_path / "mail.json").write_text(found)
    assert load(tmp_path) == []


def test_a_letter_names_nobodys_address():
    (row,) = letters(STEM, AT, SHEET, ["tib-1"], load_words())
    assert row == Letter(STEM, AT, "tib-1", row.subject, row.about)
    assert "@" not in "".join(map(str, row))
