"""A notice as a letter: plain text that can be read aloud, with the link that acknowledges it.

In: the fields that the webhook gets too. Out: a message; the same key gives the same `Message-ID`, so that a mail
server or a reader can tell a letter that came twice.
Next: streams/smtp.py
"""

from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256

from schemas.codec import Json
from schemas.times import parse
from streams.words import load_words


def letter(fields: Json, sender: str, to: str, at: int) -> EmailMessage:
    """The letter; `at` is wall time, ms UTC."""
    message = EmailMessage()
    message["Subject"] = subject(fields)
    message["From"], message["To"] = sender, to
    message["Date"] = formatdate(at / 1_000, localtime=False)
    name = sha256(f"{fields['space']} {fields['key']}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Idempotency-Key"] = fields["key"]
    message["Auto-Submitted"] = "auto-generated"
    if fields["call"]:
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    message.set_content(text(fields), cte="quoted-printable")
    return message


def subject(fields: Json) -> str:
    """What the telephone shows before the letter is opened."""
    words = load_words()
    kind = "reminder" if "reminds" in fields else "call" if fields["call"] else "quiet"
    what = words.advice(fields["act"], fields["level"]) if "act" in fields else words("mail.some")
    said = words(f"mail.subject_{kind}", what=what)
    return words("mail.exercise", subject=said) if fields["exercise"] else said


def text(fields: Json) -> str:
    """The letter's text: what to say, where to acknowledge, why, and what it is."""
    words = load_words()
    parts = [fields["text"]]
    if "link" in fields:
        parts.append(words("mail.link", link=fields["link"], until=words.when(parse(fields["link_until"]), 0)))
    if fields["reasons"]:
        parts.append(_list(words("mail.reasons"), fields["reasons"]))
        parts.append(_list(words("mail.falls_away"), fields["falls_away"]))
    if "picture" in fields:
        parts.append(words("mail.picture", address=fields["picture"]))
    if "version" in fields:
        opened = words.when(parse(fields["opened_at"]), 0)
        parts.append(words("mail.about", version=words.number(fields["version"]), opened=opened))
    parts.append(words("mail.key", notice=fields["notice"], key=fields["key"]))
    return "\n\n".join(parts) + "\n"


def _list(head: str, rows: list[str]) -> str:
    return "\n".join([head, *(f"- {row}" for row in rows)])
