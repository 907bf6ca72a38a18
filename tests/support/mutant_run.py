"""Mutation testing: each small fault in its own process, against the tests that reach it. Prints what survived.

All tests are collected and run once, and who runs which line is kept. Then each mutant gets a fork of this process: its
functions are given the mutant's code in place, and the tests that run its statement are run, quickest first, until one
fails. A table at the top of a module is put in place under its name wherever it was imported.

    ./scripts/mutate streams/core/items.py streams/core/rules.py --most 100 --seed 1
"""

import argparse
import gc
import importlib
import inspect
import os
import random
import re
import resource
import signal
import sys
import time
import types
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol
from support.mutants import Mutant, mutants, original

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/unit/streams", "tests/unit/schemas", "tests/properties")
SAYS_CORE = ("support.world", "streams.core", "from schemas")
CACHED = type(lru_cache(lambda: None))
SLOW = 0.5
"""Seconds of a test, traced."""
KILLED, SURVIVED, TIMEOUT, APART = "killed", "survived", "timeout", "not applicable"


class Reach(NamedTuple):
    """What one test runs, and how long it takes."""

    item: pytest.Item
    seconds: float
    lines: dict[str, frozenset[int]]
    """Path -> lines."""


class Live(NamedTuple):
    """What a mutant has to take hold of in this process, found once: to look through the heap in each fork is slow."""

    functions: list[types.FunctionType]
    caches: list[Any]


class Plan(NamedTuple):
    """What is asked for on the command line."""

    paths: list[Path]
    most: int
    seed: int
    minutes: float
    seconds: float
    """Tests of at most so many seconds of CPU (as measured without a fault) are run against one mutant."""
    again: frozenset[str]
    """Only mutants that bear one of these names; all if there are none."""


class Run:
    """The plugin that takes over pytest's loop once everything is collected."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.verdicts, self.began = plan, dict[Mutant, str](), time.monotonic()
        self.killers: dict[Path, list[str]] = defaultdict(list)
        """Tests that noticed a mutant of a file: they are asked first about the next one."""

    def pytest_configure(self) -> None:
        """The same few examples each time, and no deadline: the machine is shared."""
        import hypothesis  # noqa: PLC0415 - after pytest has, else it cannot rewrite its assertions

        same = hypothesis.settings(deadline=None, max_examples=30, derandomize=True, database=None)
        hypothesis.settings.register_profile("mutants", same)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, then each mutant."""
        chosen, same = self._chosen(), [one for one in map(original, self.plan.paths) if one.where]
        reaches = list(_reaches(session.items, self.plan.paths))
        reached = f"{len(reaches)} of {len(session.items)} tests reach them"
        say(f"{reached} ({self._took()}); {len(chosen)} mutants, seed {self.plan.seed}")
        live = _live(self.plan.paths)
        gc.freeze()
        self._control(same, reaches, live)
        for mutant in chosen:
            if time.monotonic() - self.began > self.plan.minutes * 60:
                say(f"stopped after {self.plan.minutes:g} min: the rest was not tried")
                break
            first = self.killers[mutant.path]
            tests = _against(mutant, reaches, self.plan.seconds, first)
            verdict, killer = _tried([mutant], tests, live, self.plan.seconds) if tests else (SURVIVED, None)
            self.verdicts[mutant] = verdict
            if killer is not None and killer not in first:
                first.append(killer)
            note = "" if tests else " (no test runs it)"
            say(f"{verdict:14} {_name(mutant, f':{mutant.line}')}{note}")
        return True

    def _control(self, same: list[Mutant], reaches: list[Reach], live: Live) -> None:
        """The same way without any fault must survive, else a kill means nothing."""
        least = min(self.plan.seconds, 5)
        wanted = {id(reach): reach for one in same for reach in _against(one, reaches, least)}
        verdict, _ = _tried(same, list(wanted.values()), live, self.plan.seconds)
        if verdict != SURVIVED:
            raise SystemExit(f"{verdict} without any fault; the tests do not bear a fork")

    def _took(self) -> str:
        return f"{time.monotonic() - self.began:.0f} s"

    def _chosen(self) -> list[Mutant]:
        found = [mutant for path in self.plan.paths for mutant in mutants(path)]
        found = [mutant for mutant in found if not self.plan.again or _name(mutant) in self.plan.again]
        if len(found) > self.plan.most:
            found = random.Random(self.plan.seed).sample(found, self.plan.most)
        return found

    def table(self) -> bool:
        """Print the score of each file; True if nothing survived."""
        rows: dict[Path, list[str]] = defaultdict(list)
        for mutant, verdict in self.verdicts.items():
            rows[mutant.path].append(verdict)
        for path, verdicts in sorted(rows.items()):
            say(f"{path.relative_to(ROOT)!s:40} {_score(verdicts)}")
        every = [verdict for verdicts in rows.values() for verdict in verdicts]
        say(f"{'all':40} {_score(every)} ({self._took()})")
        return bool(every) and SURVIVED not in every


def _name(mutant: Mutant, line: str = "") -> str:
    return f"{mutant.path.relative_to(ROOT)}{line} {mutant.where or '(module)'}: {mutant.what}"


def _survivors(told: str) -> frozenset[str]:
    """Names, without lines, of what survived by the output of an earlier run."""
    rows = re.findall(r"^survived +(\S+?):\d+ (\S+: [^(\n]+)", told, re.MULTILINE)
    return frozenset(f"{path} {rest.strip()}" for path, rest in rows)


def _score(verdicts: list[str]) -> str:
    tried = [verdict for verdict in verdicts if verdict != APART]
    killed = sum(verdict in {KILLED, TIMEOUT} for verdict in tried)
    late = f", {tried.count(TIMEOUT)} of them by the limit" if TIMEOUT in tried else ""
    return f"{killed} of {len(tried)} killed{late}" + (f", {100 * killed // len(tried)} %" if tried else "")


def _live(paths: list[Path]) -> Live:
    """Functions of these modules, and every cache of the project."""
    wanted, objects = {str(path) for path in paths}, gc.get_objects()
    functions = [o for o in objects if isinstance(o, types.FunctionType) and o.__code__.co_filename in wanted]
    ours = ("streams", "schemas")
    return Live(functions, [o for o in objects if isinstance(o, CACHED) and str(o.__module__).startswith(ours)])


def _reaches(items: list[pytest.Item], paths: list[Path]) -> Iterator[Reach]:
    """Run every test as it is; those that fail without any fault say nothing of mutants."""
    wanted = {str(path) for path in paths}
    caches = [cached for cached in _live(paths).caches if inspect.getsourcefile(cached.__wrapped__) in wanted]
    for item, following in zip(items, [*items[1:], None], strict=True):
        lines: dict[str, set[int]] = defaultdict(set)

        def called(frame: types.FrameType, *_: object, lines: dict[str, set[int]] = lines) -> Any:
            if frame.f_code.co_filename not in wanted:
                return None
            ran = lines[frame.f_code.co_filename]

            def runs(frame: types.FrameType, event: str, _: object) -> Any:
                if event == "line":
                    ran.add(frame.f_lineno)
                return runs

            return runs

        for cached in caches:
            cached.cache_clear()
        started = time.process_time()
        sys.settrace(called)
        try:
            reports = runtestprotocol(item, log=False, nextitem=following)
        finally:
            sys.settrace(None)
        if any(report.failed for report in reports):
            say(f"left out, it fails as it is: {item.nodeid}")
        elif lines:
            kept = {path: frozenset(ran) for path, ran in lines.items()}
            yield Reach(item, time.process_time() - started, kept)


def _against(mutant: Mutant, reaches: list[Reach], seconds: float, first: Sequence[str] = ()) -> list[Reach]:
    """Tests that run the mutant's statement, or anything of its module: quickest first, for so many seconds.

    Before others of their kind come those in `first` and those named after the module; what is slow comes last.
    """
    path, lines = str(mutant.path), frozenset(mutant.lines)
    found = [reach for reach in reaches if path in reach.lines and (not mutant.where or lines & reach.lines[path])]
    own = f"test_{mutant.path.stem}"

    def late(reach: Reach) -> tuple[bool, bool, bool, float]:
        name = reach.item.nodeid
        return reach.seconds > SLOW, name not in first, own not in name, reach.seconds

    found.sort(key=late)
    kept, spent = list[Reach](), 0.0
    for reach in found:
        if spent + reach.seconds <= seconds or not kept:
            kept.append(reach)
            spent += reach.seconds
    return kept


def _tried(become: list[Mutant], tests: list[Reach], live: Live, seconds: float) -> tuple[str, str | None]:
    """In a process of its own, ended when it has used far more CPU than the tests do without a fault.

    Gives the verdict, and the test that noticed.
    """
    reading, writing = os.pipe()
    limit = 5 + int(2 * min(seconds, sum(reach.seconds for reach in tests)))
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        signal.alarm(20 * limit)
        _be(become, tests, live, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        killer = told.read() or None
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM}:
        return TIMEOUT, None
    return {0: SURVIVED, 3: APART}.get(code, KILLED), killer


def _be(become: list[Mutant], tests: list[Reach], live: Live, writing: int) -> None:
    """In the fork: become the mutant, run the tests, say how it went by the exit status. Never returns."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        if not all(_become(mutant, live) for mutant in become):
            os._exit(3)
    except Exception:  # noqa: BLE001 - a module that cannot even be made is noticed by every test
        os._exit(1)
    try:
        for reach, following in zip(tests, [*tests[1:], None], strict=True):
            reports = runtestprotocol(reach.item, log=False, nextitem=following and following.item)
            if any(report.failed for report in reports):
                os.write(writing, reach.item.nodeid.encode())
                os._exit(1)
    except BaseException:  # noqa: BLE001 - whatever it is, it was noticed
        os._exit(1)
    os._exit(0)


def _become(mutant: Mutant, live: Live) -> bool:
    """Give the live functions the mutant's code, or put its table in place; False where neither can be done."""
    changed = _swap(mutant, live.functions) if mutant.where else _replace(mutant)
    for cached in live.caches:
        cached.cache_clear()
    return changed


def _swap(mutant: Mutant, functions: list[types.FunctionType]) -> bool:
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(mutant.code)}
    path, changed = str(mutant.path), False
    for function in functions:
        old = function.__code__
        new = codes.get((old.co_qualname, old.co_firstlineno)) if old.co_filename == path else None
        if new is None or new.co_freevars != old.co_freevars:
            continue
        function.__code__ = new
        changed = changed or old.co_qualname == mutant.where
    return changed


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _replace(mutant: Mutant) -> bool:
    name = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)
    module = importlib.import_module(name)
    fresh: dict[str, Any] = {"__name__": name, "__file__": str(mutant.path)}
    exec(mutant.code, fresh)
    for assigned in mutant.names:
        old = vars(module)[assigned]
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(assigned, fresh) is old:
                setattr(other, assigned, fresh[assigned])
    return bool(mutant.names)


def say(line: str) -> None:
    """One line, at once."""
    print(line, flush=True)


def _files() -> list[str]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("test_*.py"))]
    return [str(path) for path in found if any(word in path.read_text(encoding="utf-8") for word in SAYS_CORE)]


def _sources(named: list[str]) -> list[Path]:
    paths = [ROOT / name for name in named or ("streams/core", "schemas")]
    return [file for path in paths for file in (sorted(path.glob("*.py")) if path.is_dir() else [path.resolve()])]


def main() -> int:
    """Run what the command line asks for; 1 if a mutant survived."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", help="files or folders; default streams/core and schemas")
    parser.add_argument("--most", type=int, default=100, help="mutants tried, drawn by --seed (100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10, help="no new mutant after so long (10)")
    parser.add_argument("--seconds", type=float, default=60, help="CPU time of tests against one mutant, traced (60)")
    parser.add_argument("--tests", nargs="*", help="test files; default those of the core")
    parser.add_argument("--again", type=Path, help="output of an earlier run: only what survived it, and its like")
    asked = parser.parse_args()
    again = _survivors(asked.again.read_text(encoding="utf-8", errors="replace")) if asked.again else frozenset()
    run = Run(Plan(_sources(asked.paths), asked.most, asked.seed, asked.minutes, asked.seconds, again))
    options = ["-q", "-s", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    pytest.main([*options, *(asked.tests or _files())], plugins=[run])
    return 0 if run.table() else 1


if __name__ == "__main__":
    sys.exit(main())
