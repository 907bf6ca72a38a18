"""What a figure was measured on: commit, processor, versions, load. It goes on every line."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.yardstick import yardstick
from streams.jar_fetch import ROOTS

ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("aiokafka", "faust-streaming", "orjson", "pydantic")


def about() -> dict[str, Any]:
    """Facts that hold for a whole run."""
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "-uno") else ""),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "versions": {
            "python": platform.python_version(),
            "kafka": ROOTS[0].rsplit(":", 1)[1],
            **{name: version(name) for name in _PACKAGES},
        },
    }


def now() -> dict[str, Any]:
    """What changes while one looks: time, load of the last minute, and how quick plain Python is."""
    sticks = sorted(yardstick() for _ in range(200))
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": [round(n, 2) for n in os.getloadavg()],
        "yardstick_us": round(sticks[len(sticks) // 2]),
    }


def _git(*arguments: str) -> str:
    told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
