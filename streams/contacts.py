"""Addresses of those on duty and of actors: a file of secrets beside the system, never written anywhere.

In: a JSON file {alias: {"mail": address}}. Out: an address, or in a few words why there is none.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streams.errors import NoContactError

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Contacts:
    """The file, read anew each time: a change holds from the next notice."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, actors: Iterable[str]) -> list[str]:
        """Who of these has an address, sorted; nobody where the file is missing or cannot be read."""
        try:
            rows = self._rows()
        except NoContactError:
            return []
        return sorted(actor for actor in actors if _has(rows, actor))

    def mail(self, person: str) -> str:
        """Mail address of a person. NoContactError says what is missing."""
        return _mail(self._rows(), person)

    def _rows(self) -> Any:
        try:
            return json.loads(self._path.read_bytes())
        except FileNotFoundError as error:
            raise NoContactError("the file of contacts is missing: set LAGESBILD_CONTACTS") from error
        except (OSError, ValueError) as error:
            raise NoContactError("the file of contacts cannot be read") from error


def _mail(rows: Any, person: str) -> str:
    try:
        address = str(rows[person]["mail"])
    except (LookupError, TypeError) as error:
        raise NoContactError(f"no mail address for {person}") from error
    if not _MAIL.fullmatch(address):
        raise NoContactError(f"the mail address of {person} is not one")
    return address


def _has(rows: Any, person: str) -> bool:
    try:
        return bool(_mail(rows, person))
    except NoContactError:
        return False
