"""Frames on the line, ids, and indexes that follow topics."""

import asyncio
import re
from pathlib import Path

import pytest
from support.waiting import PATIENCE_S

from dashboards.api.stream import MARK_S, event_id, sse, version_of
from dashboards.picture.receipts import Outcomes, receipt_body
from dashboards.picture.texts import Text, TextIndex, text_keys
from schemas.codec import canon
from schemas.outcome import Outcome
from streams.bus import In
from streams.settings import PROJECT
from streams.words import load_words


def record(value: object, key: str = "k", offset: int = 0) -> In:
    raw = None if value is None else value if isinstance(value, bytes) else canon(value)
    return In("t", 0, offset, 0, key.encode(), raw, {})


def test_a_frame_is_one_event_with_its_id():
    assert sse("change", b'{"to":2}', "real.2") == b'event: change\nid: real.2\ndata: {"to":2}\n\n'
    assert b"id:" not in sse("mark", b"{}")


def test_two_marks_fit_into_the_silence_after_which_a_page_says_that_its_link_is_lost():
    script = (PROJECT / "dashboards" / "static" / "link.js").read_text(encoding="utf-8")
    found = re.search(r"const SILENT = ([\d_]+);", script)

    assert found is not None
    assert int(found[1]) > 2 * MARK_S * 1_000


def test_json_never_breaks_a_frame():
    frame = sse("change", canon({"text": "rad ett\nrad två\r\n\n"}))

    assert frame.count(b"\n") == 3


@pytest.mark.parametrize("given", [None, "", "real", "real.x", "real.-1", "other.3", "real.3.4", "ovning-a.b.3"])
def test_an_id_that_is_not_ours_is_no_version(given: str | None):
    assert version_of(given, "real") is None


def test_an_id_of_ours_is_read_back():
    assert version_of(event_id("ovning-a", 17), "ovning-a") == 17


def test_texts_come_go_and_may_be_broken():
    index = TextIndex()
    index.take([record({"text": "Hej", "label": "open"}, "a"), record(b"{", "b"), record({"text": 1}, "c")])
    assert index.get("a") == Text("Hej", "open")
    assert index.missing(["a", "b", "c"]) == ["b", "c"]

    index.take([record(None, "a")])
    assert index.get("a") == Text(None, "open")
    assert index.erased == 1


def test_a_damaged_index_is_thrown_away(tmp_path: Path):
    path = tmp_path / "texts.sqlite"
    path.write_bytes(b"this is no database" * 100)
    index = TextIndex(path)
    index.take([record({"text": "Hej", "label": "open"}, "a")])

    assert index.get("a") is not None
    index.close()


async def test_waiting_for_a_text_ends_when_it_comes_or_when_the_time_is_out():
    index = TextIndex()
    waiting = asyncio.create_task(index.wait_for(["a"], 2 * PATIENCE_S))
    await asyncio.sleep(0)
    index.take([record({"text": "Hej", "label": "open"}, "a")])
    await asyncio.wait_for(waiting, PATIENCE_S)

    await index.wait_for(["never"], 0.01)


def test_keys_of_texts_are_found_wherever_an_entity_has_them():
    assert text_keys({"texts": {"headline": "a"}, "reason_text": "b"}) == ["a", "b"]
    assert text_keys(None) == []


def test_the_first_outcome_of_a_region_stands():
    outcomes = Outcomes()
    outcomes.take([record(Outcome("applied", 4).encode("r", "01", 1).decode().encode())])
    outcomes.take([record(Outcome("duplicate_of", 4).encode("r", "01", 2))])

    assert receipt_body("r", outcomes.said("r"), load_words()) == {
        "receipt": "r",
        "result": "applied",
        "version": 4,
        "detail": "I lägesbilden, version 4.",
        "regions": [{"region": "01", "result": "applied", "version": 4, "detail": "I lägesbilden, version 4."}],
    }


def test_before_any_outcome_a_receipt_says_received():
    assert receipt_body("r", {}, load_words())["result"] == "received"
