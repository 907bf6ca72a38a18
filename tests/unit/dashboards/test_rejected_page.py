"""What could not be used, shown safely and told what to do; what was driven again is told by what came of it."""

import pytest
from support.desk import scene_of
from support.world import World

from dashboards.picture.rejected import MOST, Driven, RejectedTail
from dashboards.rejected.rows import SHOWN, excerpt, rejected_page
from schemas.outcome import Refusal
from schemas.rejected import Rejected
from streams.redrive import Done
from streams.words import LANGUAGES, load_words

SCENE = scene_of(World(), 1)
TOPIC = "ovning-world.reports.actor.kommun-0180"


def rejected(offset: int, value: bytes = b"{", **more: object) -> Rejected:
    fields: dict[str, object] = {
        "source": "actor.kommun-0180",
        "stage": "intake",
        "reason": "schema",
        "detail": "/headline: missing\n: not JSON",
        "topic": TOPIC,
        "partition": 0,
        "offset": offset,
        "at": offset,
        "value": value,
    }
    return Rejected(**(fields | more))  # type: ignore[arg-type]


def tail(*found: Rejected) -> RejectedTail:
    made = RejectedTail()
    for one in found:
        made.take(one)
    return made


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"id": "a"}\n', ('{"id": "a"}\n', False)),
        ("räksmörgå".encode()[:-1], ("räksmörg", False)),
        (b"\x00\x01", ("00 01", True)),
        (b"a\x1b[31mred", ("61 1b 5b 33 31 6d 72 65 64", True)),
        ("a\u202eb".encode(), ("61 e2 80 ae 62", True)),
        (b"\xff" * 17, (" ".join(["ff"] * 16) + "\nff", True)),
        (b"", ("", True)),
    ],
)
def test_bytes_are_text_only_where_every_sign_can_be_shown(raw: bytes, shown: tuple[str, bool]):
    assert excerpt(raw) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_cure_and_every_outcome_its_words(language: str):
    words = load_words(language)

    assert [code for code in Refusal if not words.known(f"rejected_cure.{code}")] == []
    assert [done for done in Done if not words.known(f"rejected_done.{done}")] == []
    assert [stage for stage in ("connector", "intake", "fold") if not words.known(f"rejected_stage.{stage}")] == []


def test_a_row_names_place_faults_and_what_to_do():
    (row,) = rejected_page(SCENE, tail(rejected(7)), {}, None).rows

    assert (row.source, row.stage) == ("Stockholms stad", "vid intaget")
    assert (row.topic, row.partition, row.offset) == (TOPIC, 0, 7)
    assert (row.reason, row.detail) == ("Fält saknas eller har fel form.", ["/headline: missing", "not JSON"])
    assert row.cure.startswith("Be avsändaren rätta fälten")
    assert (row.drives, row.driven) == (True, "")


def test_what_a_connector_refused_is_not_driven_from_here():
    (row,) = rejected_page(SCENE, tail(rejected(1, stage="connector", source="smhi")), {}, None).rows

    assert not row.drives


def test_the_list_is_filtered_and_paged_newest_first():
    held = tail(*(rejected(n, str(n).encode(), reason="schema" if n % 2 else "too_old") for n in range(60)))

    first = rejected_page(SCENE, held, {"reason": "schema"}, None)
    second = rejected_page(SCENE, held, {"reason": "schema"}, first.next.partition("cursor=")[2])

    assert (first.total, len(first.rows), first.rows[0].offset) == (30, SHOWN, 59)
    assert [row.offset for row in second.rows] == [9, 7, 5, 3, 1]
    assert (second.next, second.before) == ("", True)
    assert [(value, chosen) for value, _, chosen in first.choices[2].options] == [("schema", True), ("too_old", False)]


def test_driven_again_tells_whether_it_was_refused_again():
    held = tail(rejected(1, b"same"), rejected(2, b"other"))
    held.driven[f"{TOPIC}:0:1"] = Driven(Done.SENT, TOPIC, SCENE.now)

    (_, before) = rejected_page(SCENE, held, {}, None).rows
    held.take(rejected(3, b"same"))
    (_, _, after) = rejected_page(SCENE, held, {}, None).rows

    assert before.driven == f"Sänt igen 07.01 till {TOPIC}."
    assert (before.again, after.again) == ("", f"{TOPIC}:0:3")


def test_what_falls_out_of_the_list_is_forgotten_whole():
    held = tail(rejected(0))
    held.driven[f"{TOPIC}:0:0"] = Driven(Done.SENT, TOPIC, 0)
    for n in range(1, MOST + 1):
        held.take(rejected(n))

    assert (held.find(f"{TOPIC}:0:0"), dict(held.driven)) == (None, {})
