"""What the reader of XML promises of bytes that declare a false encoding, or do not begin with their declaration."""

import random

import pytest

from connectors.reading.xml_pieces import document, each, read_xml
from schemas.codec import Malformed

BODY = "<a><b>Översvämning å – på väg</b></a>"
DECLARED = '<?xml version="1.0" encoding="{}"?>' + BODY


@pytest.mark.parametrize(
    "raw",
    [
        BODY.encode(),
        b"\n \n" + DECLARED.format("utf-8").encode(),
        b"\xef\xbb\xbf\r\n" + DECLARED.format("utf-8").encode(),
        b"\n\xef\xbb\xbf" + DECLARED.format("utf-8").encode(),
        DECLARED.format("utf-16").encode(),
        DECLARED.format("UTF-16").encode("utf-16"),
        b"\xfe\xff" + DECLARED.format("UTF-16").encode("utf-16-be"),
        DECLARED.format("UTF-16").encode("utf-16-le"),
        DECLARED.format("utf-8").encode("utf-16"),
        DECLARED.format("utf-32").encode("utf-32"),
        BODY.encode("utf-16"),
        DECLARED.format("windows-1252").encode("cp1252"),
        BODY.encode("cp1252"),
    ],
)
def test_letters_are_kept_whatever_the_writer_declared(raw):
    told = [element.text for element in each(raw, "b")]
    assert told == ["Översvämning å – på väg"]
    assert read_xml(raw)[0].text == told[0]


def test_what_is_as_it_should_be_is_left_as_it_came():
    raw = DECLARED.format("utf-8").encode()
    assert document(raw) is raw


def test_damaged_and_cut_utf_8_is_not_taken_for_an_old_encoding():
    raw = BODY.encode()
    for spoilt in (raw.replace("Ö".encode(), b"\xff", 1), raw[: raw.index("Ö".encode()) + 1]):
        with pytest.raises(Malformed):
            list(each(spoilt, "b"))


def test_dtd_behind_a_mended_start_is_still_refused():
    with pytest.raises(Malformed, match="DTD"):
        read_xml(b'\n<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')


def test_any_spoilt_start_gives_bytes():
    dice = random.Random(5)
    for encoding in ("utf-8", "utf-16", "utf-32", "cp1252"):
        whole = DECLARED.format(encoding).encode(encoding)
        for _ in range(200):
            spoilt = bytearray(whole[: dice.randrange(len(whole))])
            for _ in range(min(3, len(spoilt))):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            assert isinstance(document(bytes(spoilt)), bytes)
