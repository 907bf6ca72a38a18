"""Sends meetings' sheets by mail: what is written down as owed, each letter until a mail server has taken it.

In: rows of `mail.json`, PDFs beside it, addresses from the file of contacts. Out: letters; a line in the log and a
count for each try. Only the server that is told `LAGESBILD_SHEET_TO` sends: with several servers, one.
Next: streams/smtp.py
"""

import asyncio
import time
from pathlib import Path

import structlog

from dashboards.metrics import SHEET_LETTERS
from dashboards.server import Server
from dashboards.sheet.mailing import Letter, keep, letters, load, message, owed
from schemas.codec import Json
from streams.clock import wall_ms
from streams.contacts import Contacts
from streams.errors import NoContactError
from streams.smtp import Smtp

log = structlog.get_logger()

LOOK_S = 1.0
AGAIN_S = 60.0
"""Wall seconds between two tries of one letter."""


class Post:
    """One server's letters. `run()` as a task; does nothing unless somebody is to have sheets and a mail server is set.

    StartError where the mail server's settings would send letters in the open, or nowhere.
    """

    def __init__(self, server: Server, folder: Path) -> None:
        settings = server.settings
        self._server, self._folder = server, folder
        self.to = [name for name in (part.strip() for part in settings.sheet_to.split(",")) if name]
        self._smtp = Smtp(settings) if self.to and settings.smtp_host is not None else None
        self._contacts = Contacts(settings.contacts_file)
        self._rows = load(folder) if self._smtp is not None else []
        self._tried: dict[tuple[str, str], float] = {}

    async def hand_in(self, stem: str, at: int, content: Json) -> None:
        """A meeting's sheet has been made: write down to whom it is owed. OSError when the disk refuses."""
        if self._smtp is not None:
            self._rows = [*self._rows, *letters(stem, at, content, self.to, self._server.words)]
            await asyncio.to_thread(keep, self._folder, self._rows, at)

    async def run(self) -> None:
        """Look each second; never returns."""
        while True:
            for row in owed(self._rows, self._server.now()):
                if (
                    self._smtp is not None
                    and time.monotonic() - self._tried.get((row.sheet, row.to), -AGAIN_S) >= AGAIN_S
                ):
                    await self._try(self._smtp, row)
            await asyncio.sleep(LOOK_S)

    async def _try(self, smtp: Smtp, row: Letter) -> None:
        self._tried[row.sheet, row.to] = time.monotonic()
        why = await self._sent(smtp, row)
        SHEET_LETTERS.labels("taken" if why is None else "not_taken").inc()
        if why is not None:
            log.warning("sheet_not_mailed", sheet=row.sheet, to=row.to, why=why)
            return
        log.info("sheet_mailed", sheet=row.sheet, to=row.to)
        self._rows = [r._replace(taken=True) if r == row else r for r in self._rows]
        try:
            await asyncio.to_thread(keep, self._folder, self._rows, self._server.now())
        except OSError as error:
            # sent twice after a restart rather than not at all
            log.warning("sheet_mail_not_kept", error=repr(error))

    async def _sent(self, smtp: Smtp, row: Letter) -> str | None:
        """None when it was taken, else why not, without an address."""
        try:
            to = self._contacts.mail(row.to)
            body = await asyncio.to_thread((self._folder / f"{row.sheet}.pdf").read_bytes)
        except NoContactError as error:
            return str(error)
        except OSError:
            return "its file is gone"
        server = self._server
        address = server.settings.address or ""
        return await smtp.send(message(row, body, smtp.sender, to, address, server.words, wall_ms()))
