"""A Java is believed only after it was started; the one that came with us is the last resort."""

from pathlib import Path

import pytest

from streams.errors import JavaError
from streams.java import Java, bundled_java, find_java, system_java


def java(directory: Path, script: str, *, mode: int = 0o755) -> Path:
    directory.mkdir(parents=True)
    file = directory / "java"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(mode)
    return file


def says(version: str) -> str:
    return f"""echo 'openjdk version "{version}" 2026-01-20' >&2"""


@pytest.mark.parametrize(("version", "major"), [("17.0.15", 17), ("25", 25), ("21-ea", 21)])
def test_a_java_that_works_is_used_as_it_is(tmp_path, version, major):
    file = java(tmp_path / "bin", says(version))

    assert find_java(pytest.fail, system=[file]) == Java(file, major)


@pytest.mark.parametrize(
    ("script", "mode", "why"),
    [
        ("echo 'no such machine' >&2; exit 1", 0o755, "ended with 1: no such machine"),
        (says("11.0.2"), 0o755, "version 11 is too old, 17 is needed"),
        (says("1.8.0_412"), 0o755, "version 1 is too old"),
        ("echo hello", 0o755, "does not say its version: hello"),
        ("exit 3", 0o755, "ended with 3: it said nothing"),
        (says("17"), 0o644, "permission denied"),
        ("kill -9 $$", 0o755, "ended with -9"),
    ],
)
def test_a_java_that_does_not_work_is_passed_over_with_the_reason(tmp_path, script, mode, why):
    broken = java(tmp_path / "broken", script, mode=mode)
    ours = java(tmp_path / "ours", says("25.0.2"))
    said: list[str] = []

    found = find_java(said.append, system=[broken, tmp_path / "missing/java"], bundled=ours)

    assert found == Java(ours, 25)
    assert why in said[0]
    assert "no such file" in said[1]


def test_when_ours_is_broken_too_it_is_one_clear_line(tmp_path):
    ours = java(tmp_path / "ours", "echo broken; exit 1")

    with pytest.raises(JavaError, match="Install a Java 17 or later") as refused:
        find_java(print, system=[], bundled=ours)

    assert str(ours) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_java_that_came_with_us_works():
    assert find_java(pytest.fail, system=[]).path == bundled_java()


def test_java_home_is_asked_before_the_path(tmp_path, monkeypatch):
    home, path = java(tmp_path / "home/bin", says("21")), java(tmp_path / "path", says("17"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(path.parent))

    assert system_java() == (home, path)


def test_without_java_home_or_java_on_the_path_there_is_no_candidate(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert system_java() == ()
