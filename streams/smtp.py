"""A letter handed to a mail server: one conversation, in a thread of its own, with an end to every wait.

In: a message. Out: None when the server took it, else in a few words why not, without an address. A conversation that
breaks after the text was sent counts as not taken: the letter comes again with the same `Message-ID`.
"""

import asyncio
import contextlib
import os
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any

from streams.errors import StartError
from streams.settings import Settings

REPLY_S = 10
"""Longest wait for one reply."""
WHOLE_S = 30
"""Longest conversation: a server that answers letter by letter holds nobody up."""
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


class Smtp:
    """One mail server."""

    def __init__(self, settings: Settings) -> None:
        """Check the settings.

        Raises:
            StartError: a setting would send letters in the open, or nowhere.
        """
        self._host = settings.smtp_host or ""
        self._tls = settings.smtp_tls
        self._port = settings.smtp_port or _PORTS[self._tls]
        self.sender = settings.smtp_sender
        self._user, self._password = settings.smtp_user, settings.smtp_password_file
        if self._tls == "none" and not _loopback(self._host):
            raise StartError("LAGESBILD_SMTP_TLS=none is for a mail server on this machine: use starttls or ssl.")
        if "@" not in self.sender.strip("@"):
            raise StartError("LAGESBILD_SMTP_SENDER is not a mail address: letters need a sender.")
        if self._user and self._password is None:
            raise StartError("LAGESBILD_SMTP_USER needs LAGESBILD_SMTP_PASSWORD_FILE.")
        try:
            self._context = ssl.create_default_context(cafile=settings.smtp_ca)
        except (OSError, ssl.SSLError) as error:
            raise StartError(f"LAGESBILD_SMTP_CA cannot be used: {error}") from error

    async def send(self, message: EmailMessage) -> str | None:
        """Hand over once."""
        try:
            password = self._password.read_text(encoding="utf-8").strip() if self._password is not None else ""
        except (OSError, UnicodeError):
            return "the file with the mail server's password cannot be read"
        talk = _Talk()
        try:
            work = asyncio.to_thread(_told, lambda: self._converse(talk, message, password))
            return await asyncio.wait_for(work, WHOLE_S)
        except TimeoutError:
            talk.break_off()
            return f"not done within {WHOLE_S} s"

    def _converse(self, talk: "_Talk", message: EmailMessage, password: str) -> None:
        client = self._client(talk)
        try:
            if self._tls == "starttls":
                client.starttls(context=self._context)
            if self._user:
                client.login(self._user, password)
            client.send_message(message)
        finally:
            _goodbye(client)

    def _client(self, talk: "_Talk") -> smtplib.SMTP:
        # the name is given, since smtplib would look up this machine's own without a limit in time
        name = self.sender.rpartition("@")[2]
        if self._tls == "ssl":
            return _OverTls(talk, self._host, self._port, name, context=self._context, timeout=REPLY_S)
        return _Plain(talk, self._host, self._port, name, timeout=REPLY_S)


class _Talk:
    """The conversation under way, so that it can be ended from outside."""

    client: smtplib.SMTP | None = None

    def break_off(self) -> None:
        """The thread's next read meets the end; closing would wait for the read that is under way."""
        sock = None if self.client is None else self.client.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Known:
    """Makes a client known before its first wait."""

    def __init__(self, talk: _Talk, *args: Any, **more: Any) -> None:
        talk.client = self  # type: ignore[assignment]
        super().__init__(*args, **more)


class _Plain(_Known, smtplib.SMTP):
    """In the open, or until STARTTLS."""


class _OverTls(_Known, smtplib.SMTP_SSL):
    """TLS from the first byte."""


def _goodbye(client: smtplib.SMTP) -> None:
    """What was taken stays taken even if nobody answers."""
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def _told(converse: Callable[[], None]) -> str | None:
    """None, or what went wrong, without an address."""
    try:
        converse()
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"the recipient was refused ({', '.join(map(str, codes))})"
    except smtplib.SMTPAuthenticationError as error:
        return f"the login was refused ({error.smtp_code})"
    except smtplib.SMTPResponseException as error:
        return f"the letter was refused ({error.smtp_code})"
    except smtplib.SMTPNotSupportedError:
        return "the mail server cannot do what is asked (STARTTLS or login)"
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        return _broken(error)
    except ssl.SSLError:
        return "its certificate was not accepted"
    except OSError as error:
        return f"no connection ({os.strerror(error.errno).lower() if error.errno else type(error).__name__})"
    except (smtplib.SMTPException, UnicodeError, ValueError) as error:
        return f"the letter could not be sent ({type(error).__name__})"
    return None


def _broken(error: Exception) -> str:
    late = isinstance(error, TimeoutError) or "timed out" in str(error)
    return f"no answer within {REPLY_S} s" if late else "the connection broke"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
