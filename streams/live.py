"""What `lagesbild up --live` says of sources that are not asked: which, why, and how to get a key.

In: settings of the processes. Out: lines. The connectors tell it themselves, in a process of their own.
"""

import asyncio
import sys
from collections.abc import Mapping

from streams.settings import PROJECT

PATIENCE_S = 20.0


async def not_asked(environment: Mapping[str, str]) -> list[str]:
    """A line for each source that is followed but not asked; none when it cannot be told."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "connectors.inquiry", "--lacking"),
        cwd=PROJECT,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            told, _ = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        return []
    return told.decode("utf-8", errors="replace").splitlines()
