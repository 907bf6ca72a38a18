"""The catalogue: every key that is asked for is there, every key that is there is asked for, in Swedish form."""

import re
from pathlib import Path

import pytest

from dashboards.access import Role
from dashboards.picture.difference import What
from schemas.outcome import Refusal, Result
from schemas.sectors import IMPACT_NAMES, SECTORS, ItemState, Kind, Label, Severity, Unknown
from schemas.times import DAY, HOUR, MINUTE, SECOND, parse
from streams.settings import PROJECT
from streams.words import fill, load_words, notice_text, reason_text

W = load_words()
NOW = parse("2027-01-20T10:10:24+01:00")
REFERENCE = {
    "municipalities": {"0180": {"name": "Stockholm"}, "0188": {"name": "Norrtälje"}, "0120": {"name": "Värmdö"}},
    "actors": {"sbff": {"name": "Södertörns brandförsvarsförbund"}},
}
OPEN_TABLES = {"weather", "source", "field", "group", "six", "count", "meeting_form"}
"""Tables whose keys are looked up by codes from outside, or by names that the code puts together."""
SOURCES = [
    path
    for folder in ("dashboards", "streams")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".js", ".svg"} and "cli" not in path.parts
]


def asked() -> set[str]:
    """Keys as they stand in the code, and `table.` of those that are put together."""
    found: set[str] = set()
    for path in SOURCES:
        text = Path(path).read_text(encoding="utf-8")
        found |= set(re.findall(r"""["'`]([a-z_]+\.[a-z_]+)["'`]""", text))
        found |= set(re.findall(r"""["'`]([a-z_]+\.)(?:\{|["'`] ~)""", text))
        found |= {f"desk.{name}" for name in re.findall(r'"desk\.(\w+)"', text)}
    return found


def test_no_key_is_missing():
    tables = {key.split(".")[0] for key in W}
    literal = {key for key in asked() if not key.endswith(".") and key.split(".")[0] in tables}
    real = {key for key in literal if not re.search(r"\.(html|js|css|svg|py|toml|json|typ)$", key)}

    assert sorted(key for key in real if not W.known(key) and key not in NOT_TEXTS) == []


NOT_TEXTS = {"region.log", "page.evaluate", "picture.changes", "picture.snapshots", "notices.log"}


def asked_by_the_command_line() -> set[str]:
    """Tables of this catalogue that the command line reads, beside its own."""
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT / "streams" / "cli").glob("*.py")]
    return {found for text in texts for found in re.findall(r"""words\(f?["']([a-z_]+\.)""", text)}


def test_no_key_is_unused():
    used = asked() | asked_by_the_command_line()
    unused = [key for key in W if key not in used and f"{key.split('.')[0]}." not in used]

    assert sorted(key for key in unused if key.split(".")[0] not in OPEN_TABLES) == []


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("impact", IMPACT_NAMES[1:]),
        ("impact_short", IMPACT_NAMES[1:]),
        ("unknown", list(Unknown)),
        ("unknown_why", list(Unknown)),
        ("sector", list(SECTORS)),
        ("kind", list(Kind)),
        ("item_state", list(ItemState)),
        ("severity", list(Severity)),
        ("label", list(Label)),
        ("refusal", list(Refusal)),
        ("result", [*Result, "received"]),
        ("role", list(Role)),
        ("role_about", list(Role)),
        ("what", list(What)),
    ],
)
def test_every_code_has_its_word(table: str, codes: list[str]):
    assert [code for code in codes if not W.known(f"{table}.{code}")] == []


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (8 * SECOND, "8 s"),
        (3 * MINUTE + 59 * SECOND, "3 min"),
        (2 * HOUR, "2 h"),
        (2 * HOUR + 5 * MINUTE, "2 h 5 min"),
        (3 * DAY, "3 dygn"),
    ],
)
def test_a_length_of_time(ms: int, shown: str):
    assert W.age(ms) == shown


def test_times_have_a_point_and_a_date_unless_today():
    assert W.when(parse("2027-01-20T07:00:00+01:00"), NOW) == "07.00"
    assert W.when(parse("2027-01-19T23:59:00+01:00"), NOW) == "tis 19 jan 23.59"
    assert W.when(parse("2026-12-24T15:00:00+01:00"), NOW) == "tors 24 dec 2026 15.00"
    assert W.ago(NOW - 8 * MINUTE, NOW) == "för 8 min sedan"
    assert W.ago(NOW + 20 * MINUTE, NOW) == "om 20 min"


def test_both_nights_when_the_clocks_change():
    spring, autumn = parse("2027-03-28T01:30:00Z"), parse("2027-10-31T00:30:00Z")

    assert W.clock(spring) == "03.30"
    assert (W.clock(autumn), W.clock(autumn + HOUR)) == ("02.30", "02.30")


def test_numbers_and_counts():
    assert W.number(1847) == "1\u00a0847"
    assert (W.count("areas", 1), W.count("areas", 24)) == ("1 kommun", "24 kommuner")


def test_places_are_named_while_few_counted_when_many_and_whole_when_all():
    names = {str(n): f"Ort {n}" for n in range(6)}

    assert W.places(["2", "1"], names) == "Ort 1 och Ort 2"
    assert W.places(["1", "2", "3", "4", "5"], names) == "5 kommuner"
    assert W.places(names, names) == "hela länet"
    assert W.places(["9"], names) == "ingen kommun"


def test_a_reason_is_filled_with_names_and_times():
    reason = {
        "text": "Röd varning för {types} i {areas} från {onset}",
        "params": {"types": "SNOW+WIND", "areas": ["0188", "0180"], "onset": "2027-01-20T06:00:00.000Z"},
    }

    assert (
        reason_text(reason, REFERENCE, now=NOW)
        == "Röd varning för snöfall och vind i Norrtälje och Stockholm från 07.00"
    )
    assert reason_text(reason, REFERENCE).endswith("från ons 20 jan 07.00")


def test_a_reasons_sector_and_sender_are_named():
    sector = {
        "text": "{sector} är {impact} i {areas}",
        "subject": "transit",
        "params": {"areas": ["0120"], "impact": "4"},
    }
    asked_for = {"text": "{by} begär ett forum", "params": {"by": "sbff+okand"}}

    assert reason_text(sector, REFERENCE) == "Kollektivtrafik är allvarlig i Värmdö"
    assert reason_text(asked_for, REFERENCE) == "Södertörns brandförsvarsförbund och okand begär ett forum"


def test_a_field_the_picture_does_not_give_stays_visible_and_a_broken_text_is_shown_as_it_is():
    assert fill("Väntat {what}", {}) == "Väntat (what)"
    assert fill("Halv {klammer", {}) == "Halv {klammer"


def test_a_notice_can_be_read_on_the_telephone():
    suggestion = {"act": "convene", "reasons": [{"text": "Röd varning", "params": {}}]}

    said = notice_text({"level": "samordnande"}, suggestion, REFERENCE)

    assert said == "Sammankalla samordnande forum. Röd varning. Kvittera i lägesbilden."


def test_an_outcome_is_a_sentence():
    assert W.result("applied", 1847) == "I lägesbilden, version 1\u00a0847."
    assert W.result("refused", reason="not_there") == "Avvisad: det som åtgärden gäller finns inte."
    assert "okänt skäl (nytt)" in W.result("rejected", reason="nytt")


def test_a_sentence_names_a_few_actors_and_counts_the_rest():
    words = load_words()
    assert words.few(["a", "b", "c", "d"]) == "a, b, c och d"
    assert words.few(["a", "b", "c", "d", "e"]) == "a, b, c och 2 till"
