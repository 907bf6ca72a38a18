"""Where this command finds things: the data folder, what runs by `run.json`, settings, keys.

In: flags, the environment, DATA. Out: `Running` and `Settings`; flag > `LAGESBILD_*` > `run.json` > default.
"""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import typer

from schemas.codec import Json, load
from streams.errors import BrokerError, LagesbildError
from streams.probe import answers
from streams.settings import Settings

T = TypeVar("T")

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="Data folder [LAGESBILD_DATA, else the default one].", show_default=False
    ),
]
Bootstrap = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", metavar="A,B", help="Kafka [LAGESBILD_BOOTSTRAP, else the running one]."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


class NotRunningError(LagesbildError):
    """Nothing runs in the data folder."""


class NoKeyError(LagesbildError):
    """No key is known for who is to send."""


class Running(NamedTuple):
    """`DATA/run.json`, as `lagesbild up` writes it while it runs."""

    folder: Path
    address: str
    space: str
    bootstrap: str
    pids: dict[str, int]
    keys: dict[str, str]
    """Actor id -> key; in an exercise only."""
    operator_key: str


def folder(data: Path | None) -> Path:
    """The data folder."""
    return (data or Settings().data).expanduser().absolute()


def find_running(data: Path | None) -> Running | None:
    """What runs in the data folder, None when nothing does. LagesbildError if the file cannot be read."""
    place = folder(data)
    path = place / "run.json"
    try:
        told: Json = load(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LagesbildError(f"{path} cannot be read ({error}): is it yours? Stop and start lagesbild up.") from error
    return Running(
        place,
        str(told.get("address", "")),
        str(told.get("space", "")),
        str(told.get("bootstrap", "")),
        dict(told.get("pids", {})),
        dict(told.get("keys", {})),
        str(told.get("operator_key", "")),
    )


def need_running(data: Path | None) -> Running:
    """What runs in the data folder.

    Raises:
        NotRunningError: nothing does; the text says how to start it, or where something else runs.
    """
    found = find_running(data)
    if found is not None:
        return found
    place = folder(data)
    other = place / "real"
    hint = f"; one runs in {other}: name it with --data" if (other / "run.json").exists() else ": start `lagesbild up`"
    raise NotRunningError(f"nothing runs in {place}{hint}")


def settings_for(data: Path | None, bootstrap: str | None = None) -> Settings:
    """Settings of the space that is meant: the running one's Kafka and name unless said otherwise."""
    running = find_running(data)
    given: dict[str, Any] = {} if data is None else {"data": folder(data)}
    if bootstrap is not None:
        given["bootstrap"] = bootstrap
    elif running is not None and "LAGESBILD_BOOTSTRAP" not in os.environ:
        given["bootstrap"] = running.bootstrap
    if running is not None and "LAGESBILD_SPACE" not in os.environ:
        given["space"] = running.space
    return Settings(**given)


def environment_for(data: Path | None) -> dict[str, str]:
    """Environment of a process that works beside what runs: the same Kafka, space and data folder."""
    settings = settings_for(data)
    told = {"BOOTSTRAP": settings.bootstrap, "SPACE": settings.space, "DATA": str(settings.data)}
    return {**os.environ, **{f"LAGESBILD_{name}": value for name, value in told.items()}}


async def kafka_answers(bootstrap: str) -> bool:
    """True if one of the brokers answers."""
    return any([await answers(server.strip()) for server in bootstrap.split(",")])


def with_kafka(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Result of work that needs Kafka.

    Raises:
        BrokerError: no broker answers, instead of waiting for one for ever.
    """

    async def guarded() -> T:
        if not await kafka_answers(settings.bootstrap):
            work.close()
            raise BrokerError(f"no Kafka answers at {settings.bootstrap}: start `lagesbild up`, or name one by flag")
        return await work

    return asyncio.run(guarded())


def key_of(actor: str | None, data: Path | None) -> str:
    """Key to send with: LAGESBILD_KEY, else the actor's (or, with None, the operator's) of what runs here.

    Raises:
        NoKeyError: none is known.
    """
    if "LAGESBILD_KEY" in os.environ:
        return os.environ["LAGESBILD_KEY"].strip()
    running = find_running(data)
    held = _held(settings_for(data))
    if actor is None:
        key = (running.operator_key if running else "") or str(held.get("operator_key", ""))
    else:
        key = (running.keys.get(actor, "") if running else "") or str(held.get("keys", {}).get(actor, ""))
    if not key:
        who = "the operator" if actor is None else repr(actor)
        raise NoKeyError(f"no key for {who} is known here: set LAGESBILD_KEY, or check the actor's id")
    return key


def _held(settings: Settings) -> Json:
    """Keys in the data folder, empty when there are none or they are not ours to read."""
    try:
        return dict(load(settings.keys_file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}
