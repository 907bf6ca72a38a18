"""Writes the golden logs of tests/corpora/golden/ and what the fold makes of them.

In: the stories of tests/support/golden.py, the fold as it is. Out: NAME.log.jsonl where there is none yet, and
NAME.folded.jsonl; a kept log is never changed, kept hashes only together with a raised epoch.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from support.golden import EPOCH_FILE, FOLDER, SPACE, STORIES, folded, kept_epoch, lines_of, read  # noqa: E402
from support.world import World  # noqa: E402

from schemas.codec import canon  # noqa: E402
from schemas.record import EPOCH  # noqa: E402

REFUSED = """\
These logs fold to other bytes than are kept: {names}
Every log that anybody keeps would do so too. Raise EPOCH in schemas/record.py above {epoch} first, or take the change
of the fold back. While nobody keeps a log yet (before the first release): --nothing-kept.
"""


def write(name: str, what: str, lines: list[bytes]) -> None:
    """Write one file, a line each."""
    (FOLDER / f"{name}.{what}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def story(name: str) -> list[bytes]:
    """A story's log, made anew."""
    world = World(space=SPACE)
    STORIES[name](world)
    return lines_of(world.records)


def main() -> int:
    """Exit status: 1 when hashes would change and the epoch was not raised."""
    parser = argparse.ArgumentParser(description="Make the golden logs' hashes anew, together with a raised epoch.")
    parser.add_argument("--nothing-kept", action="store_true", help="nobody keeps a log of this epoch: write all anew")
    anew = parser.parse_args().nothing_kept
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in STORIES:
        if anew or not (FOLDER / f"{name}.log.jsonl").exists():
            log = story(name)
            write(name, "log", log)
            write(name, "folded", folded(log))
    changed = {}
    for path in sorted(FOLDER.glob("*.log.jsonl")):
        name = path.name.removesuffix(".log.jsonl")
        now = folded(read(name, "log"))
        if now != read(name, "folded"):
            changed[name] = now
    if changed and kept_epoch() >= EPOCH:
        print(REFUSED.format(names=", ".join(changed), epoch=kept_epoch()), end="", file=sys.stderr)
        return 1
    for name, lines in changed.items():
        write(name, "folded", lines)
    EPOCH_FILE.write_bytes(canon({"epoch": EPOCH}) + b"\n")
    print(f"{len(STORIES)} golden logs of epoch {EPOCH}, {len(changed)} with new hashes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
