"""A page's own files: style sheets, scripts, its icon.

Their address carries the digest of them all. Modules name one another by relative paths, so those of a page are always
of one making: none is taken from what the browser kept of an older program, and each is fetched once and not asked for
again. In: `dashboards/static`. Out: addresses, and the files at them.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PLACE = Path(__file__).with_name("static")
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""For an address of another program's making, as while servers are updated one by one."""


@cache
def digest() -> str:
    """Of every file's name and content: ten hexadecimal digits, read once."""
    held = sha256()
    for path in sorted(PLACE.iterdir()):
        held.update(path.name.encode() + b"\0" + path.read_bytes())
    return held.hexdigest()[:10]


@cache
def asset(name: str) -> str:
    """Address of a file relative to the site's root. Raises FileNotFoundError for one that does not exist."""
    if not (PLACE / name).is_file():
        raise FileNotFoundError(PLACE / name)
    return f"/static/{digest()}/{name}"


class Files(StaticFiles):
    """The files, each below the digest of them all."""

    def __init__(self) -> None:
        super().__init__(directory=PLACE)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; kept for good where the address names just these files."""
        made, _, name = path.rpartition("/")
        response = await super().get_response(name, scope)
        response.headers["Cache-Control"] = FOR_GOOD if made == digest() else ASK_AGAIN
        return response
