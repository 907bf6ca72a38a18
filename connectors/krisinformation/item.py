"""One item of Krisinformation.se: news, or a copy of a VMA. Pure.

In: an item with its field names in lower case. Out: a `FeedReport`, or None where no time tells when it was.
Next: connectors/krisinformation/parse.py
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from sys import intern
from typing import Any

from connectors.krisinformation.area import place
from connectors.krisinformation.markup import plain
from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, clean, first_text, line, listing, mapping
from schemas.report import FeedReport
from schemas.sectors import Kind, Severity, Status

SITE = "https://www.krisinformation.se"
NEWS_ENDS_AFTER = timedelta(hours=72)
"""This project's rule: news have no end of their own; three days after the last change they are no longer news."""
VMA_ENDS_AFTER = timedelta(days=7)
"""As Sveriges Radio's own `expires`: a copy is never known to be cancelled."""
THEME_ENDS_AFTER = timedelta(days=30)
"""This project's rule: a theme that nobody has changed for a month is background, and no part of what is going on."""

FIELDS = {
    *("identifier", "id", "pushmessage", "updated", "published", "headline", "preamble", "bodytext", "area", "web"),
    *("language", "event", "sendername", "push", "bodylinks", "sourceid", "isvma", "istestvma", "status", "url"),
    *("imagelinks", "geometryinformation", "imagelink", "links", "istest", "contentid", "contenttypename"),
    *("changeddate", "featuresection", "checklist", "facts"),
    *("mobilebody", "noticetype", "imagecaption", "videourl", "videocaption", "youtubeid", "sortorder", "layout"),
    *("infodata", "sender", "sent", "msgtype", "scope", "resources", "active", "isnewvma"),
}
"""Fields of recorded items, of somebody's model of this interface, and of its version 1, in lower case."""

_INSTEAD = ("headline_en", "push", "preamble", "push_en", "preamble_en")
"""What stands for a headline that is missing."""
_CHANGED = ("Updated", "ChangedDate", "Sent")
"""When an item was changed: of news, of notices, of version 1."""
_OWN = re.compile(r"krisinformation|\bmsb\b|samhällsskydd|\bmcf\b|civilt försvar", re.IGNORECASE)
_SENDERS = {"1": "SMHI", "2": "Trafikverket"}
"""`SourceID` of the service's feeds of others."""
_VMA = re.compile(r"\bvma\b|viktigt meddelande till allmänheten|important public announcement", re.IGNORECASE)
_TEST = re.compile(
    r"^(övning|exercise|test(meddelande)?)\b|[-–:(]\s*(övning|exercise|test)\W*$"
    r"|\bdetta är (ett test|en övning)\b|\bthis is (a test|an exercise)\b",
    re.IGNORECASE,
)
"""How texts of tests begin or end, or say it in a sentence."""
_OVER = re.compile(
    r"(?:^|[.:!]\s+)(?:Faran (?:är )?(?:nu )?över|(?:Detta m|M)eddelande(?:t)? gäller (?:nu )?inte längre"
    r"|The danger is (?:now )?over)"
)
"""How a VMA that is over is told: as a sentence of its own, since "stay inside until the danger is over" is none."""


def lowered(value: object) -> dict[str, Any]:
    """An object with its field names in lower case: models of this interface disagree on their case."""
    return {str(name).casefold(): inner for name, inner in mapping(value).items()}


def report(source: str, key: str, item: dict[str, Any], drift: Drift, *, vma: bool) -> FeedReport | None:
    """Report of an item; `vma`: it stands in a list of VMA. None without any time. ValidationError as FeedReport."""
    published = local_instant(item.get("published"), drift, "item.Published")
    sent = next((m for n in _CHANGED if (m := local_instant(item.get(n.lower()), drift, f"item.{n}"))), published)
    if sent is None:
        return None
    said = _said(item)
    item = item | said[0]
    is_vma, sender = _is_vma(item, vma=vma), _sender(item)
    status = _status(item, drift, is_vma=is_vma)
    texts = {name: text for one in reversed(said) for name, text in _texts(item | one).items()}
    areas = [lowered(area) or {"description": area} for area in listing(item.get("area"))]
    over = is_vma and _over(item)
    grave = is_vma and status is Status.ACTUAL and not over
    return FeedReport(
        source=source,
        id=key,
        sent=sent,
        kind=Kind.MESSAGE,
        status=status,
        severity=Severity.SEVERE if grave else Severity.INFORMATION,
        native=_native(item, sender, areas, is_vma=is_vma) | ({"over": "true"} if over else {}),
        headline=texts.pop("headline", "") or first_text(map(texts.get, _INSTEAD))[:500] or "Krisinformation",
        texts=texts,
        ends=(published or sent) + VMA_ENDS_AFTER if is_vma else sent + _lasts(item),
        place=place(areas, drift),
        origin="relayed" if is_vma or (sender and not _OWN.search(sender)) else "own",
        url=_url(first_text((item.get("web"), item.get("url")))),
    )


def is_theme(item: dict[str, Any]) -> bool:
    """A theme (`features`): a page on something that goes on for long."""
    return "featuresection" in item


def _lasts(item: dict[str, Any]) -> timedelta:
    return THEME_ENDS_AFTER if is_theme(item) else NEWS_ENDS_AFTER


def _said(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Version 1 tells its words in `InfoData`, once for each language: these by the names of version 3."""
    infos = [lowered(info) for info in listing(item.get("infodata"))]
    for info in infos:
        info["preamble"] = info.pop("description", None)
        info["area"] = [{"description": (a := lowered(one)).get("areadesc")} | a for one in listing(info.get("area"))]
    return infos or [{}]


def _over(item: dict[str, Any]) -> bool:
    """Its own words say that the danger is over. Told as information and not as a cancel: words are no flag."""
    said = (clean(item.get(name)) for name in ("headline", "preamble", "pushmessage"))
    return line(item.get("msgtype")).lower() == "cancel" or any(_OVER.search(text) for text in said)


def _is_vma(item: dict[str, Any], *, vma: bool) -> bool:
    """By its own flags; where they are missing by the list it stands in, or by its words."""
    if any(_true(item.get(name)) for name in ("isvma", "istestvma", "isnewvma")):
        return True
    if item.get("isvma") is not None:
        return False
    return vma or bool(_VMA.search(f"{line(item.get('event'))} {line(item.get('headline'))}"))


def _true(value: object) -> bool:
    return value is True or str(value).strip().casefold() in {"true", "1"}


def _status(item: dict[str, Any], drift: Drift, *, is_vma: bool) -> Status:
    """A test by its flag; without a flag by how the texts of tests begin. Never real because a word is new."""
    word = line(item.get("status"), 40).lower()
    if word and word not in set(Status):
        drift.note("=", f"item.Status:{word}")
    if word in set(Status) and word != Status.ACTUAL:
        return Status(word)
    flags = [item.get(name) for name in ("istestvma", "istest") if item.get(name) is not None]
    if any(map(_true, flags)):
        return Status.TEST
    said = (line(item.get(name)) for name in ("headline", "preamble", "pushmessage"))
    begins = is_vma and not flags and any(_TEST.search(text) for text in said)
    return Status.TEST if begins else Status.ACTUAL


def _sender(item: dict[str, Any]) -> str:
    return first_text((item.get("sendername"), _SENDERS.get(line(item.get("sourceid")))))


def _texts(item: dict[str, Any]) -> dict[str, str]:
    ending = "_en" if line(item.get("language")).casefold().startswith("en") else ""
    found = {"headline": line(plain(clean(item.get("headline"))), 500), "preamble": plain(clean(item.get("preamble")))}
    body = clean(item.get("bodytext"), 100_000) or clean(item.get("mobilebody"), 100_000)
    found["body"] = plain(body)
    found["push"] = plain(clean(item.get("pushmessage")))
    found["links"] = "\n".join(dict.fromkeys([*_links(item.get("bodylinks")), *_links(item.get("links"))]))
    if found["push"] in {found["headline"], found["preamble"]}:
        del found["push"]
    return {f"{name}{ending}": clean(text) for name, text in found.items() if text}


def _links(value: object) -> Iterator[str]:
    for link in value if isinstance(value, list) else []:
        part = lowered(link)
        text = " ".join(t for t in (line(part.get("text")), line(part.get("url"), 500)) if t) or line(link, 500)
        if text:
            yield text


def _native(item: dict[str, Any], sender: str, areas: list[dict[str, Any]], *, is_vma: bool) -> dict[str, str]:
    where = ", ".join(dict.fromkeys(text for area in areas if (text := line(area.get("description")))))
    words = {"event": line(item.get("event")), "sender": sender, "area": where[:200], "vma": "true" if is_vma else ""}
    words["theme"] = "true" if is_theme(item) else ""
    return {name: intern(text) for name, text in words.items() if text}


def _url(address: str) -> str | None:
    if address.startswith("/"):
        return SITE + address
    return address if address.startswith(("https://", "http://")) else None
