"""Rules and reference data from their files into the log, at start and whenever a file changes.

In: the region folder, the file of contacts. Out: records on `control`; of contacts only who has one. A file that cannot
be read as rules is told with every fault, so that the picture shows the refusal; the set in force stays. The same file
again is no news to the fold.
"""

import asyncio
import tomllib
from pathlib import Path

import structlog

from schemas.codec import Json, canon
from schemas.rules import RulesRefused, read_rules
from schemas.topics import CONTROL
from streams.bus import Out, Producer
from streams.contacts import Contacts
from streams.settings import Settings

log = structlog.get_logger()

LOOK_S = 0.5
"""How often the file's stamp is looked at."""


def rules_body(path: Path) -> Json:
    """Body of the control record of a rules file: the rules, or every fault of it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        read_rules(raw)
    except OSError as error:
        return {"refused": [f"{path.name} cannot be read: {error.strerror}"]}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {"refused": [f"{path.name} is not TOML: {error}"]}
    except RulesRefused as error:
        return {"refused": error.faults}
    return {"rules": raw}


async def watch_region(settings: Settings, reference: Json) -> None:
    """Publish reference data and the rules at start, and at each change of the files. Until cancelled."""
    producer = Producer(settings.bootstrap, "lagesbild.control")
    await producer.start()
    try:
        contacts: tuple[int, int] | None = (0, 0)
        stamp: tuple[int, int] | None = (0, 0)
        while True:
            seen = _stamp(settings.contacts_file)
            if seen != contacts:
                contacts = seen
                reachable = Contacts(settings.contacts_file).of(reference["actors"])
                await producer.send([_out(settings, "reference", {**reference, "contacts": reachable})])
            now = _stamp(settings.rules_file)
            if now != stamp:
                stamp = now
                body = rules_body(settings.rules_file)
                await producer.send([_out(settings, "rules", body)])
                log.info("rules_published", file=settings.rules_file.name, refused=len(body.get("refused", ())))
            await asyncio.sleep(LOOK_S)
    finally:
        await producer.stop()


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file does; None when it is gone."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def _out(settings: Settings, kind: str, body: Json) -> Out:
    topic = settings.where.topic(CONTROL)
    return Out(topic, canon({"kind": kind, "body": body}), settings.region.encode())
