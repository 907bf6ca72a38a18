"""A mail server, small and real: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA over a socket; it keeps what it took.

What it answers may be changed by command, and it may hang up or fall silent where a test says so.
"""

import asyncio
import base64
import contextlib
import email
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from support.waiting import PATIENCE_S

HANG_UP = "hang up"
SILENT = "silent"


class Taken(NamedTuple):
    """One letter as it came."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    tls: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.raw, policy=POLICY)
        assert isinstance(found, EmailMessage)
        return found


class MailServer:
    """Answers one conversation at a connection."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        self.taken: list[Taken] = []
        self.heard: list[str] = []
        """Verbs as they came."""
        self.answers = dict(answers or {})
        """Verb -> what is answered instead: a reply, `HANG_UP` or `SILENT`; `greeting` and `text` count as verbs."""
        self.more = asyncio.Condition()
        self.port = 0
        self.talks: set[asyncio.Task[None]] = set()
        self._tls, self._login = tls, login

    async def until(self, count: int, seconds: float = PATIENCE_S) -> None:
        async with asyncio.timeout(seconds), self.more:
            await self.more.wait_for(lambda: len(self.taken) >= count)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.talks.add(task)
        try:
            await _Conversation(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    @property
    def features(self) -> list[str]:
        return [*(["STARTTLS"] if self._tls else []), *(["AUTH PLAIN"] if self._login else []), "8BITMIME"]

    @property
    def tls(self) -> ssl.SSLContext | None:
        return self._tls

    def knows(self, user: str, password: str) -> bool:
        return self._login == (user, password)


class _Conversation:
    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.tls = writer.get_extra_info("ssl_object") is not None
        self.user: str | None = None
        self.sender, self.recipients = "", list[str]()

    async def run(self) -> None:
        if not await self.say("greeting", "220 mail.test ESMTP"):
            return
        while line := await self.reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            self.server.heard.append(verb.upper())
            if not await self.act(verb.upper(), rest):
                return

    async def act(self, verb: str, rest: str) -> bool:
        match verb:
            case "EHLO":
                features = (
                    self.server.features if not self.tls else [f for f in self.server.features if f != "STARTTLS"]
                )
                lines = ["mail.test", *features]
                return await self.say(verb, "\r\n".join([*(f"250-{x}" for x in lines[:-1]), f"250 {lines[-1]}"]))
            case "STARTTLS":
                return await self.start_tls()
            case "AUTH":
                return await self.say(verb, self.log_in(rest))
            case "MAIL":
                self.sender, self.recipients = rest.partition("<")[2].partition(">")[0], []
                return await self.say(verb, "250 ok")
            case "RCPT":
                self.recipients.append(rest.partition("<")[2].partition(">")[0])
                return await self.say(verb, "250 ok")
            case "DATA":
                return await self.say(verb, "354 go on") and ("DATA" in self.server.answers or await self.take())
            case "QUIT":
                await self.say(verb, "221 bye")
                return False
            case _:
                return await self.say(verb, "250 ok")

    async def say(self, verb: str, reply: str) -> bool:
        answer = self.server.answers.get(verb, reply)
        if answer == HANG_UP:
            self.writer.transport.abort()
            return False
        if answer == SILENT:
            await self.reader.read()
            return False
        self.writer.write(f"{answer}\r\n".encode())
        await self.writer.drain()
        return True

    async def start_tls(self) -> bool:
        assert self.server.tls is not None
        going_on = await self.say("STARTTLS", "220 ready")
        await self.writer.start_tls(self.server.tls)
        self.tls = True
        return going_on

    def log_in(self, rest: str) -> str:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        if not self.server.knows(user, password):
            return "535 no"
        self.user = user
        return "235 welcome"

    async def take(self) -> bool:
        raw = (await self.reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        taken = Taken(self.sender, tuple(self.recipients), raw, self.tls, self.user)
        if self.server.answers.get("text", "250").startswith("250"):
            async with self.server.more:
                self.server.taken.append(taken)
                self.server.more.notify_all()
        return await self.say("text", "250 taken")


@asynccontextmanager
async def mail_server(*, at_once: bool = False, **more: Any) -> AsyncIterator[MailServer]:
    """One that listens on this machine; `at_once`: TLS from the first byte."""
    server = MailServer(**more)
    context = server.tls if at_once else None
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
    await asyncio.wait_for(asyncio.gather(*server.talks), 5)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A context with a self-signed certificate for this machine, and the PEM file to trust it by."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    pkcs8, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, bare))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem
