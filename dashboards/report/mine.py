"""An actor's earlier reports with what became of each, and on whose screens they have been.

Pure but for what `Readers` remembers. In: a scene, an actor, what this server accepted, what the log answered. Out:
pages of rows; one row a matter, its sendings below it.
Next: dashboards/templates/report_parts.html
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from dashboards.report.blank import RELAYED
from dashboards.report.readers import Readers, Sent
from dashboards.report.told import own_items
from dashboards.telling.going import is_open
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.ids import actor_source, item_key
from schemas.sectors import ItemState

ROWS, SENDINGS, NAMED = 6, 4, 3
"""Matters on a page, sendings under each, organisations named before the rest are counted."""


class Answers(Protocol):
    """What the log has answered, by receipt."""

    def said(self, receipt: str) -> Mapping[str, Json]:
        """Region -> outcome."""
        ...


class Sending(NamedTuple):
    """One time that a matter was sent through this server."""

    receipt: str
    what: str
    when: str
    outcome: str
    """What became of it, as a sentence."""
    bad: bool
    read: str
    """Who has had it on a screen, as a sentence; empty when nobody is known to."""


class Matter(NamedTuple):
    """One of the actor's reports."""

    id: str
    key: str
    """Item to open; empty when the picture has none."""
    title: str
    state: str
    """`active`, ... as the item's; `refused` when nothing of it ever came into the picture."""
    state_word: str
    when: str
    why: str
    """Why it was taken back; empty otherwise."""
    open: bool
    label: str
    revision: str
    """The next one, where revisions order it."""
    edit: str
    """Query of the form that goes on with it."""
    read: str
    sendings: tuple[Sending, ...]
    more: int


class Page(NamedTuple):
    """Some of the matters, newest first."""

    rows: tuple[Matter, ...]
    number: int
    pages: int


def mine(scene: Scene, actor: str, readers: Readers, answers: Answers, number: int = 1) -> Page:
    """One page; a number outside is the nearest one."""
    sent: dict[str, list[Sent]] = {}
    for one in readers.by(actor):
        sent.setdefault(one.id, []).append(one)
    items = {item["id"]: item for item in own_items(scene, actor)}
    newest = {
        i: max([items[i]["sent"] if i in items else "", *(s.sent for s in sent.get(i, ()))]) for i in {*items, *sent}
    }
    ids = sorted(newest, key=lambda i: (newest[i], i), reverse=True)
    pages = max(1, -(-len(ids) // ROWS))
    number = min(max(1, number), pages)
    telling = _Telling(scene, actor, readers, answers)
    rows = [telling.matter(i, items.get(i), sent.get(i, [])) for i in ids[(number - 1) * ROWS : number * ROWS]]
    return Page(tuple(rows), number, pages)


class _Telling(NamedTuple):
    scene: Scene
    actor: str
    readers: Readers
    answers: Answers

    def matter(self, report_id: str, item: Json | None, sent: list[Sent]) -> Matter:
        words = self.scene.words
        sendings = tuple(self.sending(one) for one in sent[:SENDINGS])
        more = max(0, len(sent) - SENDINGS)
        if item is None:
            word, when = words("mine.not_in"), sendings[0].when
            edit = urlencode({"id": report_id})
            never = Matter(report_id, "", report_id, "refused", word, when, "", False, "internal", "", edit, "", (), 0)
            return never._replace(sendings=sendings, more=more)
        why = item["texts"].get("closing_headline", "") if item["state"] == ItemState.CANCELLED else ""
        key = item_key(actor_source(self.actor), report_id)
        revision = str(item["revision"] + 1) if "revision" in item else ""
        return Matter(
            report_id,
            key,
            headline(self.scene, item),
            item["state"],
            words(f"mine_state.{item['state']}"),
            self.scene.clock(item["sent"]),
            why,
            is_open(item),
            item["label"],
            revision,
            _edit(item),
            self.opened(key, item["sent"]),
            sendings,
            more,
        )

    def sending(self, one: Sent) -> Sending:
        words, said = self.scene.words, self.answers.said(one.receipt)
        outcome: Json = next(iter(said.values())) if said else {"result": "received"}
        version = outcome.get("version")
        shown = words.result(outcome["result"], version, outcome.get("reason"))
        bad = outcome["result"] in {"refused", "rejected", "not_folded"}
        read = "" if bad or version is None else self.screens(version)
        return Sending(one.receipt, words(f"mine_type.{one.type}"), self.scene.clock(one.sent), shown, bad, read)

    def opened(self, key: str, revision: str) -> str:
        """Who has opened this revision of a report."""
        return self._told("mine.opened", self.readers.openers(key, revision))

    def screens(self, version: int) -> str:
        """Whose screens have shown a picture that has it."""
        return self._told("mine.on_screen", self.readers.screens(version))

    def _told(self, key: str, at: Mapping[str, int]) -> str:
        """Organisations with times: the county board first, then by time; the sender itself is nobody."""
        scene, kinds = self.scene, self.scene.region.reference["actors"]
        others = [actor for actor in at if actor != self.actor]
        others.sort(key=lambda a: (kinds.get(a, {}).get("kind") != "county_board", at[a], a))
        if not others:
            return ""
        named = [f"{scene.region.owner(a)} {scene.words.when(at[a], scene.now)}" for a in others[:NAMED]]
        named += [scene.words.count("actors_more", len(others) - NAMED)] if len(others) > NAMED else []
        return scene.words(key, who=scene.words.listing(named))


def _edit(item: Json) -> str:
    passed_on = item["origin"] == "relayed" and item["id"].startswith(RELAYED)
    return urlencode({"for": item["id"].removeprefix(RELAYED)} if passed_on else {"id": item["id"]})


def read_by(scene: Scene, readers: Readers, answers: Answers, receipt: str) -> tuple[str, str] | None:
    """Of a receipt: who has opened the report, whose screens have shown it; None where it is no report's."""
    found = readers.of(receipt)
    if found is None:
        return None
    actor, one = found
    telling = _Telling(scene, actor, readers, answers)
    return telling.opened(item_key(actor_source(actor), one.id), one.sent), telling.sending(one).read
