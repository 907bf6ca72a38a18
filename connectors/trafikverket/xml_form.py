"""An answer of `data.xml` in the form of `data.json`: the same names, repeated elements as lists, all values as text.

In: bytes. Out: what `read_json` gives of the other form, or None where it is no such answer. We ask for JSON; stored
answers of others may be XML.
"""

from typing import Any
from xml.etree.ElementTree import Element

from connectors.reading.xml_pieces import local, read_xml
from schemas.codec import Malformed


def from_xml(raw: bytes) -> dict[str, Any] | None:
    """The answer; None if it is not XML, or of something else than Trafikverket."""
    if not _start(raw).startswith("<"):
        return None
    try:
        root = read_xml(raw)
    except Malformed:
        return None
    return {"RESPONSE": _value(root)} if local(root) == "RESPONSE" else None


def _start(raw: bytes) -> str:
    """How it begins, whatever its encoding."""
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = raw[:400].decode("utf-16" if wide else "utf-8", errors="ignore")
    return text.lstrip("\ufeff \t\r\n")


def _value(element: Element) -> Any:
    if not len(element) and not element.attrib:
        return (element.text or "").strip()
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        name, value = local(child), _value(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found
