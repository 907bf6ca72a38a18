"""Signatures: what holds, what does not, who vouches, and that nothing signed can be moved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner, methods

from connectors.cap.gather import Rules, read
from connectors.cap.parse import parse
from connectors.cap.signature import LIMIT, check

CORPUS = Path(__file__).parents[2] / "corpora" / "cap"
SENT = datetime(2027, 1, 19, 6, tzinfo=UTC)
ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A</identifier><sender>varning@example.se</sender>'
    "<sent>2027-01-19T07:00:00+01:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><event>Snö</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty></info>"
    "</alert>"
)


class Signer:
    """Somebody with a key and a certificate of their own making, valid for a month around `SENT`."""

    def __init__(self, at=SENT):
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "varning.example.se")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        builder = builder.serial_number(7).not_valid_before(at - timedelta(15)).not_valid_after(at + timedelta(15))
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM)

    def signed(self, text=ALERT):
        root = etree.fromstring(text.encode())
        signed = XMLSigner(method=methods.enveloped, signature_algorithm="ecdsa-sha256").sign(
            root, key=self.key, cert=self.pem.decode()
        )
        return etree.tostring(signed)


@pytest.fixture(scope="module")
def sender():
    return Signer()


@pytest.mark.parametrize("file", ["canada-signed.cap.xml", "earthquake-signed.cap.xml"])
def test_recorded_signatures_hold_by_their_own_keys_with_sha_1(file):
    assert parse((CORPUS / file).read_bytes()).items[0].native["signature"] == "intact-weak"


def test_recorded_signature_of_a_pinned_certificate_is_valid():
    raw = (CORPUS / "canada-signed.cap.xml").read_bytes()
    held = etree.fromstring(raw).findall(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    pems = [f"-----BEGIN CERTIFICATE-----\n{h.text.strip()}\n-----END CERTIFICATE-----\n".encode() for h in held]
    certificates = [x509.load_pem_x509_certificate(pem) for pem in pems]

    for certificate in certificates:
        assert check(raw, datetime(2013, 1, 24, 21, 26, tzinfo=UTC), [certificate]) == "valid-weak"
        assert check(raw, datetime(2027, 1, 1, tzinfo=UTC), [certificate]) == "intact-weak"


@pytest.mark.parametrize("file", ["canada-signed.cap.xml", "earthquake-signed.cap.xml"])
def test_recorded_signature_breaks_with_one_letter(file):
    raw = (CORPUS / file).read_bytes().replace(b"<severity>", b"<severity> ", 1)

    assert parse(raw).items[0].native["signature"].startswith("broken")


def test_signature_is_valid_only_by_a_certificate_that_is_trusted_and_was_in_time(sender):
    raw = sender.signed()

    assert check(raw, SENT, [sender.certificate]) == "valid"
    assert check(raw, SENT, [Signer().certificate]) == "intact"
    assert check(raw, SENT + timedelta(60), [sender.certificate]) == "intact"
    assert check(raw, SENT) == "intact"


def test_changed_alert_is_broken_whoever_is_trusted(sender):
    raw = sender.signed().replace(b"Severe", b"Minor")

    assert check(raw, SENT, [sender.certificate]) == "broken"


def test_signed_alert_moved_into_another_is_not_vouched_for(sender):
    inner = sender.signed().decode()
    signature = inner[inner.index("<ds:Signature") : inner.rindex("</alert>")]
    forged = ALERT.replace("Severe", "Minor").replace("</alert>", f"{signature}<old>{inner}</old></alert>")

    assert check(forged.encode(), SENT, [sender.certificate]) == "broken"
    nested = ALERT.replace("</alert>", f"<old>{inner}</old></alert>")
    assert "signature" not in parse(nested.encode()).items[0].native


def test_signature_over_a_part_does_not_count(sender):
    raw = sender.signed().replace(b'<ds:Reference URI=""', b'<ds:Reference URI="#part"')

    assert check(raw, SENT, [sender.certificate]) == "broken"


def test_unsigned_alert_has_no_word_of_a_signature():
    assert check(ALERT.encode(), SENT) == ""
    assert "signature" not in parse(ALERT.encode()).items[0].native


def test_large_document_is_not_checked(sender):
    raw = sender.signed(ALERT.replace("Snö", "x" * LIMIT))

    assert check(raw, SENT, [sender.certificate]) == "unchecked"


def test_source_that_signs_everything_keeps_the_rest_apart(sender):
    trusting = Rules((sender.certificate,), signed=True)
    stranger = Signer().signed()

    assert len(read(sender.signed(), trusting).kept) == 1
    for raw in (ALERT.encode(), stranger, sender.signed().replace(b"Severe", b"Minor")):
        found = read(raw, trusting)
        assert found.kept == []
        assert [piece.reason for piece in found.rejected] == ["signature"]
    assert len(read(stranger, Rules(signed=True)).kept) == 1


@pytest.mark.parametrize("name", ["SignatureValue", "DigestValue", "X509Certificate"])
@pytest.mark.parametrize("text", ["", "x", "AAAA", "ö"])
def test_nonsense_in_a_signature_never_raises(sender, name, text):
    root = etree.fromstring(sender.signed())
    next(root.iter(f"{{http://www.w3.org/2000/09/xmldsig#}}{name}")).text = text

    assert check(etree.tostring(root), SENT, ()) == "broken"


@pytest.mark.parametrize(
    "name", ["SignedInfo", "SignatureMethod", "SignatureValue", "KeyInfo", "DigestMethod", "Transforms"]
)
def test_signature_that_lacks_a_part_is_broken(sender, name):
    root = etree.fromstring(sender.signed())
    part = next(root.iter(f"{{http://www.w3.org/2000/09/xmldsig#}}{name}"))
    part.getparent().remove(part)

    assert check(etree.tostring(root), SENT, ()) == "broken"
