"""The watched folder: what an actor without anything else puts into its own folder becomes reports on its topic.

In: files in `<inbox>/<actor id>/`. Out: records on `reports.actor.<id>` as the server writes them, then the file in
`done` with its receipts, or in `refused` with every fault; files in `test` are only told about. Published first, moved
after: killed in between, the same reports are published again, which counts once.
Next: connectors/actors/folder.py
"""

import asyncio
import time
from pathlib import Path

import structlog
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.actors.folder import Ruling, Seen, Settling, Terms, plain, published, receipts_file, rejected, rule
from connectors.actors.letters import result, why
from connectors.actors.shelf import DONE, RECEIPTS, REFUSED, RESULT, TEST, WHY, Shelf
from connectors.run import rest
from connectors.telling.outgoing import Sender
from schemas.times import DAY, SECOND, z
from streams.clock import SpaceClock, wall_ms
from streams.reference import load_names, load_reference
from streams.seal import Seal, new_receipt
from streams.settings import Settings

log = structlog.get_logger()

LOOK_S = 1.0
"""Wall seconds between two looks."""
TIDY_S = 3_600.0
KEPT_S = 30 * DAY // SECOND
"""Wall seconds that files stay in `done` and `refused`."""
BATCH = 200
"""Reports published at once."""
AGAIN = 60
"""Looks until a file that could not be published or moved is tried again."""


class InboxSettings(BaseSettings):
    """Where the actors' folders lie."""

    model_config = SettingsConfigDict(env_prefix="LAGESBILD_", frozen=True, extra="ignore")

    inbox: Path | None = None
    """Folder with a folder for each actor; default `inbox` in the data folder. An exercise has one of its own in it."""


def root_of(settings: Settings, inbox: Path | None) -> Path:
    """Where the folders of this space lie: two spaces never take from the same one."""
    if inbox is None:
        return settings.data / "inbox"
    return inbox / settings.where.name if settings.where.exercise else inbox


class Inbox:
    """The folders of all actors of a space. One look is `look`; whatever takes time is done off the loop."""

    def __init__(self, settings: Settings, sender: Sender, clock: SpaceClock) -> None:
        self._space, self._sender, self._clock = settings.where, sender, clock
        self._reference = load_reference(settings.region_folder)
        self._outside = frozenset(load_names(settings.region_folder))
        self._seal = Seal(settings.text_secret.get_secret_value(), settings.space)
        actors = self._reference["actors"]
        assert isinstance(actors, dict)
        self.shelf = Shelf(root_of(settings, InboxSettings().inbox), actors)
        self._settling = Settling()
        self._strangers: set[str] = set()
        self._tested: dict[tuple[str, str], Seen] = {}
        self._tidy_at = 0.0

    async def look(self) -> None:
        """One look at every folder; what is whole is taken. OSError when the inbox itself cannot be read."""
        found = await asyncio.to_thread(self._found)
        for at in self._settling.look(found):
            try:
                await self._take(*at)
            except (OSError, RuntimeError) as error:  # aiokafka's errors are RuntimeErrors
                log.warning("inbox_file_left", folder=at[0], file=plain(at[1].name), error=str(error))
                self._settling.postpone(at, AGAIN)

    def _found(self) -> list[tuple[str, Seen]]:
        self.shelf.make()
        for name in {*self.shelf.strangers()} - self._strangers:
            self._strangers.add(name)
            log.warning("inbox_of_nobody", folder=plain(name), do="name it after an actor of the registry")
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_S
            self.shelf.tidy(wall_ms() / SECOND - KEPT_S)
        found = self.shelf.look()
        tests = {(folder, seen.name): seen for folder, seen in found if folder.endswith(f"/{TEST}")}
        self._tested = {at: seen for at, seen in self._tested.items() if at in tests}
        return [at for at in found if self._tested.get((at[0], at[1].name)) != at[1]]

    async def _take(self, folder: str, seen: Seen) -> None:
        actor, _, trial = folder.partition("/")
        terms = Terms(self._reference, self._outside, self._space, self._clock.now())
        ruling = await asyncio.to_thread(self._rule, folder, actor, seen, terms)
        if ruling is None or (ruling.broken and self._settling.patient((folder, seen))):
            return
        if trial:
            await asyncio.to_thread(self._tell, folder, actor, seen, ruling)
        else:
            await self._publish(actor, seen, ruling, terms)

    def _rule(self, folder: str, actor: str, seen: Seen, terms: Terms) -> Ruling | None:
        if folder.endswith(f"/{TEST}") and self.shelf.told(folder, seen, RESULT):
            self._tested[folder, seen.name] = seen
            return None
        raw = self.shelf.read(folder, seen)
        # the space's time at which the file was written: the same at every reading, so that a repeat is a repeat
        sent = z(self._clock.setting.now(seen.mtime_ns // 1_000_000))
        return None if raw is None else rule(raw, actor, terms, sent)

    def _tell(self, folder: str, actor: str, seen: Seen, ruling: Ruling) -> None:
        self.shelf.tell(folder, seen.name, RESULT, result(seen.name, ruling, actor, self._reference).encode())
        self._tested[folder, seen.name] = seen
        log.info("inbox_tested", actor=actor, file=plain(seen.name), refused=len(ruling.refused))

    async def _publish(self, actor: str, seen: Seen, ruling: Ruling, terms: Terms) -> None:
        receipts = [new_receipt(self._seal, actor) for _ in ruling.taken]
        notes = {RECEIPTS: receipts_file(ruling.taken, receipts)} if ruling.taken else {}
        notes |= {WHY: why(seen.name, ruling).encode()} if ruling.refused else {}
        where = REFUSED if ruling.refused else DONE
        name = await asyncio.to_thread(self.shelf.prepare, actor, seen, where, notes)
        outs = published(self._space, actor, ruling.taken, receipts)
        for start in range(0, len(outs), BATCH):
            await self._sender.send(outs[start : start + BATCH])
        if ruling.refused:
            await self._sender.send([rejected(terms, actor, seen, ruling.refused)])
        await asyncio.to_thread(self.shelf.put_away, actor, seen, where, name, list(notes))
        log.info(
            "inbox_taken",
            actor=actor,
            file=plain(seen.name),
            reports=len(ruling.taken),
            refused=len(ruling.refused),
            where=where,
        )


async def watch(
    settings: Settings,
    sender: Sender,
    clock: SpaceClock,
    stop: asyncio.Event,
    *,
    look_s: float = LOOK_S,
) -> None:
    """Look at the folders until told to stop. A folder that cannot be read is said once, and looked at again."""
    inbox, said = Inbox(settings, sender, clock), ""
    log.info("inbox_watched", folder=str(inbox.shelf.root), actors=len(inbox.shelf.actors))
    if not settings.text_secret.get_secret_value():
        log.warning("inbox_receipts_unreadable", do="give LAGESBILD_TEXT_SECRET, the same as the server's")
    while not stop.is_set():
        try:
            await inbox.look()
            said = ""
        except OSError as error:
            if said != str(error):
                said = str(error)
                log.warning("inbox_not_read", folder=str(inbox.shelf.root), error=said)
        await rest(stop, look_s)
