"""Mappings of lists of outages: held to their rules, every fault named at once."""

import pytest

from connectors.outages.mapping import FaultyMapping, load, names, read

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
