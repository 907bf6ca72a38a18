"""What a space keeps in its data folder: which space it is, its secret, the actors' keys, its ports, what runs.

In: DATA. Out: files of mode 0600, written whole or not at all. Everything else lies in Kafka or can be made again.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schemas.topics import EXERCISE_PREFIX, REAL
from streams.datadir import writing_to
from streams.errors import PortTakenError, StartError

DISPOSABLE = (
    "kafka",
    "connectors",
    "outbox",
    "faust",
    "logs",
    "player.json",
    "receiver",
    "receiver.jsonl",
    "texts",
    "sheets",
)
"""What `--fresh` removes when the broker is our own: the exercise is played anew in a new space."""


class SpaceFiles:
    """The data folder of one space. The caller holds its lock."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.data / name).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StartError(f"{self.data / name} cannot be read ({error}): mend it or move it away.") from error
        return dict(found) if isinstance(found, dict) else {}

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Replace a file as a whole, readable by its owner only."""
        with writing_to(self.data):
            new = self.data / f".{name}.new"
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1, sort_keys=True)
            new.replace(self.data / name)

    def space(self, exercise: str | None, *, fresh: bool) -> str:
        """Name of the space that lives here; `fresh` gives the exercise a new one. StartError if another lives here."""
        known = self._read("space.json")
        kind = exercise or REAL
        if known and known.get("kind") != kind:
            raise StartError(f"{self.data} holds {known.get('kind')}, not {kind}: name another folder with --data.")
        number = int(known.get("number", 0 if fresh else 1)) + int(fresh)
        self.write("space.json", {"kind": kind, "number": number})
        if exercise is None:
            return REAL
        return f"{EXERCISE_PREFIX}{exercise}" + (f"-{number}" if number > 1 else "")

    def forget(self) -> None:
        """Remove what the space before left, but for keys, secret and ports."""
        for name in DISPOSABLE:
            path = self.data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def secret(self) -> str:
        """The space's own secret, made at the first start: lost, no text could be found under its key again."""
        known = self._read("secret.json")
        if "text" not in known:
            known["text"] = secrets.token_hex(32)
            self.write("secret.json", known)
        return str(known["text"])

    def keys(self, actors: Iterable[str]) -> dict[str, Any]:
        """Keys of the actors and of the operator, made where they are missing."""
        known = self._read("keys.json")
        keys = dict(known.get("keys", {}))
        missing = [actor for actor in actors if actor not in keys]
        if missing or "operator_key" not in known:
            keys |= {actor: secrets.token_urlsafe(24) for actor in missing}
            known = {"keys": keys, "operator_key": known.get("operator_key", secrets.token_urlsafe(32))}
            self.write("keys.json", known)
        return known

    def port(self, name: str, wanted: int | None, default: int) -> int:
        """A port that is free: the wanted one or PortTakenError; else the one of last time, the default, any."""
        if wanted:
            if not _free(wanted):
                raise PortTakenError(f"Port {wanted} is taken by another program: name another with --port.")
            return wanted
        known = self._read("ports.json")
        for port in (int(known.get(name, 0)) or default, default, 0):
            if _free(port):
                chosen = port or _any()
                self.write("ports.json", {**known, name: chosen})
                return chosen
        raise PortTakenError("No port is free on 127.0.0.1.")

    def running(self, content: Mapping[str, Any]) -> None:
        """Say in `run.json` what runs: the command line finds everything there."""
        self.write("run.json", content)

    def stopped(self) -> None:
        """Nothing runs any more."""
        with contextlib.suppress(OSError):
            (self.data / "run.json").unlink(missing_ok=True)


def _free(port: int) -> bool:
    """Can we listen there?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
