"""How long a test waits for what must come at last, and ports that stay free until they are used.

The wait guards against hanging and says nothing of how quick a machine is: that is measured in `bench/`.
"""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

PATIENCE_S = 60.0
"""Longest that a test waits for what must come at last."""
START_S = 3 * PATIENCE_S
"""The same for processes to be up: each reads its modules first, on a processor that others use as well."""
_LOWEST, _HIGHEST = 10_081, 19_999
"""Below what the program itself chooses from and what the system gives to outgoing connections; above 10080, which
Chromium will not go to."""
_NEXT = Path(tempfile.gettempdir()) / f"lagesbild-test-ports-{os.getuid()}"


def free_port() -> int:
    """A port of this machine that nobody listens on, and that is given to nobody else for a long while.

    A port that the system gives is free again as soon as it is told: another test may have it before our process is
    up, or while it is killed and started again. So each comes in its turn, whoever asks.
    """
    with _NEXT.open("a+") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        turn.seek(0)
        port = max(_LOWEST, int(turn.read() or _LOWEST))
        while not _free(port):
            port = _after(port)
        turn.truncate(0)
        turn.write(str(_after(port)))
    return port


def _after(port: int) -> int:
    return port + 1 if port < _HIGHEST else _LOWEST


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
