"""A meeting's sheet as a letter: what is owed to whom, written down before it is sent, and the letter itself.

Pure but for one file. In: a sheet that was made, who is to have it. Out: rows in `mail.json` beside the sheets, so
that a server that starts again sends what is left and nothing twice; messages with the PDF in them.
Next: dashboards/sheet/post.py
"""

import json
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from dashboards.sheet.archive import write
from schemas.codec import Json
from schemas.times import DAY, HOUR
from streams.words import Words

FILE = "mail.json"
LATE = HOUR
"""So long after its sheet was made a letter is still tried: by then the meeting is under way."""
KEPT = DAY


class Letter(NamedTuple):
    """One sheet to one of those who are to have it."""

    sheet: str
    """Name of its file without the ending."""
    at: int
    """Moment of the sheet, ms UTC of the space's clock."""
    to: str
    """Alias or actor in the file of contacts; never an address."""
    subject: str
    about: str
    """Version and hash, in words."""
    taken: bool = False
    """True once a mail server has it."""


def letters(stem: str, at: int, content: Json, to: Iterable[str], words: Words) -> list[Letter]:
    """A letter to each; `content` is that of a meeting's sheet."""
    subject = words("sheet_mail.subject", title=content["title"], time=content["meets"])
    subject = words("mail.exercise", subject=subject) if content["exercise"] else subject
    about = words("sheet_mail.about", version=content["version_words"], hash=content["hash_short"])
    return [Letter(stem, at, person, subject, about) for person in to]


def owed(rows: Iterable[Letter], now: int) -> list[Letter]:
    """Those that nobody has taken, of the last hour of the space's clock."""
    return [row for row in rows if not row.taken and 0 <= now - row.at <= LATE]


def load(folder: Path) -> list[Letter]:
    """What was written down; nothing where the file is missing or is not one of ours."""
    try:
        return [Letter(*row) for row in json.loads((folder / FILE).read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


def keep(folder: Path, rows: Iterable[Letter], now: int) -> None:
    """Write them down, without those a day old. OSError when the disk refuses."""
    write(folder, FILE, json.dumps([row for row in rows if now - row.at <= KEPT], ensure_ascii=False).encode())


def message(row: Letter, body: bytes, sender: str, to: str, address: str, words: Words, at: int) -> EmailMessage:
    """The letter; `to` is the address, `at` wall time, ms UTC. The same row gives the same `Message-ID`."""
    made = EmailMessage()
    made["Subject"] = row.subject
    made["From"], made["To"] = sender, to
    made["Date"] = formatdate(at / 1_000, localtime=False)
    made["Message-ID"] = f"<{sha256(f'{row.sheet} {row.to}'.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    parts = [row.subject, row.about]
    if address:
        parts.append(words("mail.picture", address=address))
    parts.append(words("sheet_mail.keep"))
    made.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    made.add_attachment(body, maintype="application", subtype="pdf", filename=f"{row.sheet}.pdf")
    return made
