"""Lists of outages whose owners nobody has written a mapping for: what the plain names of their columns give."""

import json

import pytest

from connectors.outages.parse import parse


def one(value):
    (item,) = parse(json.dumps(value).encode()).items
    return item


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"incidentreference": "I-1", "powercuttype": "Unplanned", "nocustomeraffected": 10}, ("I-1", 10, False)),
        (
            {"reference": "R-1", "natureofoutage": "Planned Work on System", "totalconfirmedpowercut": 5},
            ("R-1", 5, True),
        ),
        ({"fault_id": "F-1", "planned": True, "affectedCustomerCount": 17}, ("F-1", 17, True)),
        ({"faultNumber": "N-1", "consumersOff": 12}, ("N-1", 12, False)),
        ({"sourceEventNumber": "E-1", "customersAffected": 130}, ("E-1", 130, False)),
        ({"avbrottsId": "A-1", "antalPåverkadeKunder": 312, "planerat": False}, ("A-1", 312, False)),
        ({"Ärendenummer": "Å-1", "Antal kunder utan el": "1 234"}, ("1-", 1234, False)),
        ({"OutageId": 77, "AffectedCustomers": 1543, "OutageType": "Planned"}, ("77", 1543, True)),
    ],
)
def test_number_of_customers_is_found_under_the_names_that_owners_use(row, expected):
    found = one([row | {"area": "Väddö", "start": "2026-01-10T08:00:00+01:00"}])
    name, customers, planned = expected

    assert found.id.startswith(name)
    assert [count.high for count in found.counts] == [customers]
    assert (found.native.get("planned") == "true") is planned


@pytest.mark.parametrize(
    "name",
    [
        *("StartDateTime", "loggedAtUtc", "creationdatetime", "date_of_reported_fault", "outageStartTime"),
        *("starttidpunkt", "startTid"),
    ],
)
def test_beginning_is_found_under_the_names_that_owners_use(name):
    found = one([{"id": 1, "kommun": "Nacka", "kunder": 5, name: "2026-07-01T13:00:00"}])

    assert found.onset.isoformat() == "2026-07-01T11:00:00+00:00"


def test_every_list_of_a_payload_is_read():
    row = {"kommun": "Nacka", "kunder": 5, "start": "2026-01-10 08:00"}
    parsed = parse(json.dumps({"pagaende": [row | {"id": 1}], "planerade": [row | {"id": 2}], "antal": 2}).encode())

    assert [item.id for item in parsed.items] == ["1", "2"]
    assert not parsed.rejected


def test_rows_of_map_servers_and_portals_lie_in_an_inner_object():
    fields = {"OUTAGE_ID": "X1", "CUSTOMERS_OUT": 55, "START_DATE": 1_767_945_600_000, "MUNICIPALITY": "Sigtuna"}
    for holder in ("attributes", "properties", "fields", "desc"):
        found = one({"features": [{holder: fields, "geometry": {"x": 17.7, "y": 59.6}}]})
        assert (found.id, found.place.codes, found.counts[0].high) == ("X1", ["0191"], 55)
        assert found.place.geometries[0]["coordinates"] == [17.7, 59.6]


def test_features_without_their_collection_are_features():
    shape = {"type": "Point", "coordinates": [18.1, 59.4]}
    properties = {
        "CustomersAffected": 29,
        "Cause": "Tree growth",
        "StartTime": "2018-09-01T18:24:49",
        "Substation": "A",
    }
    found = one({"features": [{"type": "Feature", "geometry": shape, "properties": properties}]})

    assert found.place.geometries == [shape]
    assert found.native["cause"] == "Tree growth"


def test_number_in_an_object_of_its_own_is_read():
    found = one([{"inc_id": "7", "title": "Norr", "start_time": "2026-01-10T08:00:00Z", "cust_a": {"val": 8}}])

    assert [(count.low, count.high) for count in found.counts] == [(8, 8)]
