"""What is held for long is set aside from the garbage collector, and is let go all the same."""

import gc
import weakref

import pytest

from streams.settled import settle


class Held:
    """Something that a process keeps."""


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    gc.unfreeze()


def test_what_is_held_is_walked_no_more_and_what_comes_later_is():
    kept = [Held() for _ in range(100)]
    settle()
    assert gc.get_freeze_count() > len(kept)
    later = Held()
    walked = gc.get_objects()
    assert any(one is later for one in walked)
    assert not any(one is kept[0] for one in walked)


def test_what_nobody_refers_to_any_more_is_let_go():
    kept = {"a": Held()}
    gone = weakref.ref(kept["a"])
    settle()
    del kept["a"]
    assert gone() is None
