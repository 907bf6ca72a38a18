"""The whole site below a path of its own, behind a reverse proxy: `https://lst.example/lagesbild/`.

In: a request with the path in it, or with the path taken away by the proxy; both are common. Out: the same request with
`root_path`, which every link and form of a page begins with.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


class Subpath:
    """ASGI middleware; `root` is empty or begins with a slash and ends without one."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app, self._root = app, root.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, with the path as the application wants it: whole, and its root named."""
        root = self._root
        if root and scope["type"] in {"http", "websocket"}:
            path: str = scope["path"]
            whole = path if path == root or path.startswith(f"{root}/") else root + path
            scope = {**scope, "root_path": root, "path": f"{root}/" if whole == root else whole}
        await self._app(scope, receive, send)
