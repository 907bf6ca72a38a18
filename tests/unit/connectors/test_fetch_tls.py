"""TLS against a real server: a certificate that is not trusted is a setting to correct, never an answer."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import aiohttp
import pytest
import stamina
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.asking.fetch import Fetcher
from connectors.errors import DeniedError, NotReadyError

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""


def certificate(folder, names, *, days=1):
    """Files of a self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class Secure:
    """A server with a self-signed certificate for `localhost` and 127.0.0.1."""

    def __init__(self, folder):
        self.folder = folder
        self.port = 0
        self.asked: list[str] = []

    async def start(self, names, **more):
        cert, key = certificate(self.folder, names, **more)
        self.trusting = ssl.create_default_context(cafile=str(cert))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        app = web.Application()
        app.router.add_get("/", self.answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self):
        await self._runner.cleanup()

    async def answer(self, request):
        self.asked.append(request.host)
        return web.Response(body=b"[1]")


BOTH = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(testing=True, attempts=2):
        yield


@pytest.fixture
async def secure(tmp_path) -> AsyncIterator[Secure]:
    secure = Secure(tmp_path)
    yield secure
    await secure.stop()


async def ask(address, trusting=None):
    connector = aiohttp.TCPConnector(ssl=trusting) if trusting else None
    async with aiohttp.ClientSession(connector=connector) as session:
        return (await Fetcher(session, address, user_agent="x", interval_s=1).get(AT)).raw.body


async def test_certificate_that_nobody_vouches_for_is_denied_and_nothing_is_asked(secure):
    await secure.start(BOTH)

    with pytest.raises(DeniedError, match=r"its certificate is not trusted .*self.signed"):
        await ask(f"https://localhost:{secure.port}/")
    assert secure.asked == []


async def test_certificate_is_judged_by_the_name_though_the_number_is_connected_to(secure):
    await secure.start([x509.DNSName("localhost")])

    assert await ask(f"https://localhost:{secure.port}/", secure.trusting) == b"[1]"
    with pytest.raises(DeniedError, match="certificate is not trusted"):
        await ask(f"https://127.0.0.1:{secure.port}/", secure.trusting)
    assert secure.asked == [f"localhost:{secure.port}"]


async def test_certificate_for_a_number_is_judged_by_the_number(secure):
    await secure.start(BOTH)

    assert await ask(f"https://127.0.0.1:{secure.port}/", secure.trusting) == b"[1]"


async def test_certificate_of_another_name_is_denied(secure):
    await secure.start([x509.DNSName("other.example")])

    with pytest.raises(DeniedError, match="certificate is not trusted"):
        await ask(f"https://localhost:{secure.port}/", secure.trusting)
    assert secure.asked == []


async def test_certificate_that_has_run_out_is_denied(secure):
    await secure.start(BOTH, days=-1)

    with pytest.raises(DeniedError, match=r"certificate is not trusted .*expired"):
        await ask(f"https://localhost:{secure.port}/", secure.trusting)


async def test_server_that_speaks_no_tls_is_denied_in_other_words(secure):
    await secure.start(BOTH)
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    with pytest.raises((DeniedError, NotReadyError)) as caught:
        await ask(f"https://localhost:{runner.addresses[0][1]}/", secure.trusting)
    assert "certificate" not in str(caught.value)
    await runner.cleanup()
