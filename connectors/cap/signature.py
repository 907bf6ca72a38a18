"""Whether an alert is as its sender signed it: an enveloped XML signature, checked on the bytes as they came. Pure.

In: a document with one alert as its root, certificates that the operator trusts. Out: a word. The signature must cover
the alert itself, so that a signed alert cannot be moved into another. A certificate need only have been valid when the
alert was sent. SHA-1, which real feeds still use, is taken and told as `-weak`.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import Certificate, load_der_x509_certificate
from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConfiguration,
    SignatureMethod,
    XMLVerifier,
)
from signxml.exceptions import SignXMLException

VALID, INTACT, BROKEN, UNCHECKED = "valid", "intact", "broken", "unchecked"
"""Vouched for by a certificate we trust; whole by its own; neither; too large or not alone in its document."""
LIMIT = 2_000_000
"""Largest document, in bytes, whose signature is checked: it takes the whole in memory several times."""
SIGNATURES = 4
"""Most signatures of one alert that are looked at: relays add their own beside the sender's."""

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_TRANSFORMS = {f"{_DS[1:-1]}enveloped-signature", *(method.value for method in CanonicalizationMethod)}
_METHODS = frozenset(method for method in SignatureMethod if not method.name.startswith("HMAC"))
_FAULTS = (
    *(SignXMLException, InvalidSignature, UnsupportedAlgorithm, etree.LxmlError, binascii.Error),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
)
"""What the library raises for signatures that do not hold or are none."""


class _Lenient(XMLVerifier):  # type: ignore[misc] # the library is untyped here
    """lxml writes `xmlns=""` into what it canonicalises from within a default namespace; signers did not."""

    excise_empty_xmlns_declarations = True


def check(raw: bytes, at: datetime | None, trusted: Sequence[Certificate] = ()) -> str:
    """Word for a document that holds a signature; `at` is when the alert was sent. Empty if it holds none."""
    if len(raw) > LIMIT:
        return UNCHECKED
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError):
        return BROKEN
    count = len(root.findall(f"{_DS}Signature"))
    found = [_one(root, index, at, trusted) for index in range(min(count, SIGNATURES))]
    return min(found, key=[f"{w}{s}" for w in (VALID, INTACT, BROKEN) for s in ("", "-weak")].index, default="")


def _one(root: Any, index: int, at: datetime | None, trusted: Sequence[Certificate]) -> str:
    """What one of several signatures is worth, the others put aside: none of them covers another."""
    alone = etree.fromstring(etree.tostring(root))
    signatures = alone.findall(f"{_DS}Signature")
    for other in signatures:
        if other is not signatures[index]:
            _drop(other)
    signature = signatures[index]
    if not _covers_all(signature):
        return BROKEN
    weak = "-weak" if _is_weak(signature) else ""
    for certificate in trusted:
        in_time = at is not None and certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
        if in_time and _holds(alone, certificate):
            return VALID + weak
    try:
        held = signature.find(f".//{_DS}X509Certificate")
        own = None if held is None else load_der_x509_certificate(b64decode(held.text))
    except _FAULTS:
        return BROKEN
    return INTACT + weak if _holds(alone, own) else BROKEN


def _covers_all(signature: Any) -> bool:
    """It says that it covers the whole document but itself, and nothing else."""
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    transforms = {t.get("Algorithm") for t in signature.findall(f".//{_DS}Transform")}
    return len(references) == 1 and references[0].get("URI") == "" and transforms <= _TRANSFORMS


def _is_weak(signature: Any) -> bool:
    info = signature.find(f"{_DS}SignedInfo")
    return any("sha1" in (part.get("Algorithm") or "") for part in info.iter())


def _holds(document: Any, certificate: Certificate | None) -> bool:
    """Digest and signature fit, with this certificate or, without one, with the key that the signature brings."""
    configuration = SignatureConfiguration(
        require_x509=certificate is not None,
        location="./",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        # whether it was in time is asked above: of a stranger's certificate it says nothing
        verification_time=certificate.not_valid_before_utc if certificate else None,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    return any(_verified(verifier, document, certificate, configuration) for verifier in (XMLVerifier, _Lenient))


def _verified(verifier: Any, document: Any, certificate: Certificate | None, configuration: Any) -> bool:
    try:
        result = verifier().verify(document, x509_cert=certificate, expect_config=configuration, validate_schema=False)
    except _FAULTS:
        return False
    return result.signed_xml is not None and etree.QName(result.signed_xml).localname == "alert"


def _drop(element: Any) -> None:
    """Take an element out and leave the blanks after it, which were signed too."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
