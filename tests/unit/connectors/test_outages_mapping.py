"""Mappings of lists of outages: held to their rules, every fault named at once."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

import connectors.outages
from connectors.outages.mapping import FaultyMapping, load, names, read
from connectors.outages.parse import parse_as

LEAST = """
title = "Prov"
format = "json"
recognise = "type(@) == 'array'"
supply = "power"
[fields]
identity = "id"
updated = "updated"
"""


@pytest.mark.parametrize("name", names())
def test_every_mapping_of_the_folder_is_free_of_faults(name):
    assert load(name).title


def test_smallest_mapping_is_seven_lines():
    one = read(LEAST)

    assert (one.zone, one.rows, one.whole.complete) == ("Europe/Stockholm", ("@",), False)


def test_all_faults_are_named_at_once():
    text = """
title = ""
format = "xml"
recognise = "type(@ =="
zone = "Europe/Stokholm"
colour = "red"
headline = "{what} i {town}"
identity_from = ["place"]
[fields]
start = "a..b"
lat = "lat"
customers_low = "low"
[severity]
steps = [{ customers = 1000, severity = "bad" }, { customers = 10, severity = "severe" }]
"""
    with pytest.raises(FaultyMapping) as caught:
        read(text)

    told = str(caught.value)
    for fault in (
        *("/title", "/format", "/recognise", "no JMESPath", "no time zone", "/colour", "unknown words town"),
        *("no field is called place", "/fields/start", "both or none", "customers_low", "/severity/steps/0/severity"),
        *("from few customers to many", "/supply: wanted"),
    ):
        assert fault in told, fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('identity = "id"', ""), "/fields/identity: wanted"),
        (('updated = "updated"', ""), "/fields/updated: wanted"),
        (('supply = "power"', ""), "/supply: wanted"),
        (('supply = "power"', 'supply = "gas"'), "/supply"),
        (('format = "json"', 'format = "json"\n[csv]\n'), "/csv: only with format csv"),
        (('"id"', "7"), "/fields/identity"),
        (('"id"', '"id'), "not TOML"),
    ],
)
def test_what_is_missing_or_does_not_go_together_is_refused(change, fault):
    with pytest.raises(FaultyMapping, match=fault):
        read(LEAST.replace(*change))


def test_name_without_a_file_is_refused_with_those_that_there_are():
    with pytest.raises(FaultyMapping, match="there are example-power, example-telecom, example-water, generic"):
        load("../mappings/generic")


def test_mapping_told_in_the_readme_reads_the_list_told_there():
    """What a newcomer copies works, and gives what it should."""
    page = (Path(connectors.outages.__file__).parent / "README.md").read_text(encoding="utf-8")
    answer = dedent(re.search(r"^    \{.*?\]\}$", page, re.DOTALL | re.MULTILINE)[0])
    mapping = dedent(re.search(r"^       title = .*?(?=\n\n   `)", page, re.DOTALL | re.MULTILINE)[0])

    parsed = parse_as(answer.encode(), read(mapping))

    assert [(i.id, i.change, i.place.codes) for i in parsed.items] == [
        ("4711", "report", ["0188"]),
        ("4712", "cancel", ["0160"]),
    ]
    assert [(c.low, c.high) for i in parsed.items for c in i.counts] == [(100, 200), (310, 310)]
    assert (parsed.complete, parsed.rejected, parsed.drift) == (True, (), {})
