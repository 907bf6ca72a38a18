"""Careful reading of XML that strangers send: no DTD, no entities, bounded in size and depth.

In: bytes. Out: an element of the standard library's ElementTree, or `Malformed` with the reason in one line.
"""

import codecs
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from connectors.reading.values import PAYLOAD_LIMIT
from schemas.codec import Malformed

DEPTH_LIMIT = 60
"""Deepest nesting that is read; the formats here need about twenty."""

_ENCODING = re.compile(rb"""(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*["']([^"'>]*)["']""")
_WIDE = ("utf-16", "utf16", "utf-32", "utf32", "ucs-2", "ucs-4", "unicode")
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UNREAD = "refused unread: {}; a document with a DTD or entities is never used"


def document(raw: bytes) -> bytes:
    """The bytes as their writer meant them: nothing before the declaration, and no encoding but their own.

    .NET writes `encoding="utf-16"` into what it then saves as UTF-8; old writers declare nothing and mean cp1252.
    """
    wide = next((name for bom, name in _BOMS.items() if raw.startswith(bom)), None)
    if wide is not None:
        try:
            raw = raw.decode(wide).encode()
        except UnicodeError:
            return raw
    if b"\0" in raw[:4]:
        # two or four bytes a letter without a mark: the parser tells by itself
        return raw
    if raw[:1] in {b"\xef", b" ", b"\t", b"\r", b"\n"}:
        raw = raw.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").removeprefix(codecs.BOM_UTF8)
    told = _ENCODING.match(raw)
    if told is not None and not wide and not told[2].lower().decode("ascii", errors="replace").startswith(_WIDE):
        return raw
    raw = raw if told is None else told[1] + raw[told.end() :]
    return raw if wide or raw.isascii() or not _is_old(raw) else raw.decode("cp1252", errors="replace").encode()


def _is_old(raw: bytes) -> bool:
    """No UTF-8, and not a letter of it either: one that was only damaged or cut keeps some."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.reason != "unexpected end of data" and raw.decode(errors="ignore").isascii()
    return False


def read_xml(raw: bytes) -> Element:
    """Root element of a document. Malformed if it is no XML, or holds a DTD, entities or too deep a nest."""
    if len(raw) > PAYLOAD_LIMIT:
        raise Malformed(f"payload is {len(raw)} bytes, the limit is {PAYLOAD_LIMIT}")
    try:
        root: Element = defusedxml.ElementTree.fromstring(document(raw), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Malformed(_UNREAD.format(type(error).__name__)) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Malformed(f"not XML: {error}; it begins with {_start(raw)!r}") from error
    if _deeper_than(root, DEPTH_LIMIT):
        raise Malformed(f"XML is nested deeper than {DEPTH_LIMIT}")
    return root


def each(raw: bytes, name: str) -> Iterator[Element]:
    """Every element of that local name, in document order, one at a time: it is emptied once the next is asked for.

    For long lists: the whole tree of 20 MB would take ten times that. Malformed as `read_xml`, also half-way through.
    """
    for parents, element in _ends(raw):
        if local(element) == name:
            yield element
            _drop(parents, element)


def each_child(raw: bytes, *names: str) -> Iterator[tuple[Element, Element]]:
    """Every element right under one of those local names, after that parent, as its end is read; then it is emptied.

    Of the parent only its attributes are sure to be there. For documents whose head is wanted too. Malformed as `each`.
    """
    for parents, element in _ends(raw):
        if parents and local(parents[-1]) in names:
            yield parents[-1], element
            _drop(parents, element)


def _drop(parents: list[Element], element: Element) -> None:
    element.clear()
    if parents:
        parents[-1].remove(element)


def events(raw: bytes) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of every element, as they are read. Malformed as `read_xml`, but for the depth."""
    if len(raw) > PAYLOAD_LIMIT:
        raise Malformed(f"payload is {len(raw)} bytes, the limit is {PAYLOAD_LIMIT}")
    try:
        stream = io.BytesIO(document(raw))
        yield from defusedxml.ElementTree.iterparse(stream, ("start", "end"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Malformed(_UNREAD.format(type(error).__name__)) from None
    except (ParseError, ValueError, LookupError) as error:
        raise Malformed(f"not XML: {error}; it begins with {_start(raw)!r}") from error


def _ends(raw: bytes) -> Iterator[tuple[list[Element], Element]]:
    """Each element as its end is read, after the elements that are still open around it."""
    parents: list[Element] = []
    for event, element in events(raw):
        if event == "start":
            parents.append(element)
            if len(parents) > DEPTH_LIMIT:
                raise Malformed(f"XML is nested deeper than {DEPTH_LIMIT}")
            continue
        parents.pop()
        yield parents, element


def local(element: Element) -> str:
    """Name of an element without its namespace: prefixes are free, and versions differ in it."""
    return _bare(element.tag)


@lru_cache(maxsize=2_048)
def _bare(tag: object) -> str:
    """Long documents repeat a hundred names a million times."""
    return str(tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """Namespace of an element, empty if it has none."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of that local name, in document order."""
    return (child for child in element if local(child) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """First child along a path of local names; None if there is none."""
    for name in path:
        if element is None:
            return None
        for found in element:
            if local(found) == name:
                element = found
                break
        else:
            return None
    return element


def text(element: Element | None, *path: str) -> str:
    """Trimmed text of the first element along a path; empty if there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def _start(raw: bytes) -> str:
    return raw[:60].decode("utf-8", errors="replace").strip()


def _deeper_than(root: Element, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
