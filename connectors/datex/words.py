"""What DATEX II's words mean to us: levels, exercise marks, who may read, kinds of records, and the fields we know.

In: words as a publication writes them. Out: the same in this project's words. The mapping of levels is this project's;
no publisher has made a statement on it. `informationStatus` is the mark of exercises and tests.
"""

import re
from collections.abc import Iterable

from connectors.reading.values import Drift
from schemas.sectors import Label, Severity, Status

_SEVERITY = {
    "highest": Severity.EXTREME,
    "high": Severity.SEVERE,
    "medium": Severity.MODERATE,
    "low": Severity.MINOR,
    **dict.fromkeys(("lowest", "none", "unknown", ""), Severity.INFORMATION),
}
_STATUS = {
    **dict.fromkeys(("real", ""), Status.ACTUAL),
    "test": Status.TEST,
    **dict.fromkeys(("technicalExercise", "securityExercise"), Status.EXERCISE),
}
_MARKED = re.compile(r"(ÖVNING|EXERCISE|TEST(?:MEDDELANDE)?)\b")
VALIDITY = frozenset({"", "active", "planned", "suspended", "definedByValidityTimeSpec"})
"""Known words of `validityStatus`."""

KINDS = {
    "AbnormalTraffic": "Trafikstörning",
    "Accident": "Olycka",
    "AnimalPresenceObstruction": "Djur på vägen",
    "AuthorityOperation": "Myndighetsinsats",
    "CarParks": "Parkering",
    "Conditions": "Väglag",
    "ConstructionWorks": "Vägarbete",
    "DisturbanceActivity": "Ordningsstörning",
    "EnvironmentalObstruction": "Hinder på vägen",
    "EquipmentOrSystemFault": "Fel på vägutrustning",
    "GeneralInstructionOrMessageToRoadUsers": "Meddelande till trafikanter",
    "GeneralNetworkManagement": "Trafikstyrning",
    "GeneralObstruction": "Hinder på vägen",
    "GenericSituationRecord": "Trafikhändelse",
    "InfrastructureDamageObstruction": "Skada på vägen",
    "MaintenanceWorks": "Vägarbete",
    "NetworkManagement": "Trafikstyrning",
    "NonWeatherRelatedRoadConditions": "Väglag",
    "OperatorAction": "Åtgärd av väghållaren",
    "PoorEnvironmentConditions": "Svårt väder",
    "PublicEvent": "Evenemang",
    "ReroutingManagement": "Omledning",
    "RoadConditions": "Väglag",
    "RoadOrCarriagewayOrLaneManagement": "Avstängning eller begränsning",
    "RoadsideAssistance": "Vägassistans",
    "RoadsideServiceDisruption": "Störning vid rastplats",
    "ServiceDisruption": "Störning i service",
    "SignSetting": "Vägskylt",
    "SpeedManagement": "Hastighetsbegränsning",
    "TransitInformation": "Kollektivtrafik",
    "VehicleObstruction": "Fordonshinder",
    "WeatherRelatedRoadConditions": "Väglag",
    "WinterDrivingManagement": "Vinterväghållning",
}
"""Each kind of record (`xsi:type`) in Swedish, for a headline where the publisher wrote none."""

FIELDS = frozenset(
    {
        *("cause", "comment", "confidentialityOverride", "generalPublicComment", "groupOfLocations", "impact"),
        *("headerInformation", "informationUsageOverride", "locationReference", "management", "mobility"),
        *("mobilityOfObstruction", "nonGeneralPublicComment", "probabilityOfOccurrence", "safetyRelatedMessage"),
        *("severity", "situationRecordCreationReference", "situationRecordCreationTime"),
        *("situationRecordFirstSupplierVersionTime", "situationRecordObservationTime", "situationRecordVersion"),
        *("situationRecordVersionTime", "source", "urlLink", "validity"),
        # of the kinds
        *("actionOrigin", "alternativeRoute", "automaticallyInitiated", "capacityRemaining", "complianceOption"),
        *("forVehiclesWithCharacteristicsOf", "groupOfPeopleInvolved", "groupOfVehiclesInvolved"),
        *("journeyReference", "maintenanceVehicles", "numberOfObstructions", "numberOfVehiclesWaiting"),
        *("obstructingVehicle", "operatorActionStatus", "placesAtWhichApplicable", "precipitation"),
        *("provider", "queueLength", "relativeTrafficFlow", "reroutingItineraryDescription"),
        *("roadSurfaceConditionMeasurements", "roadworksDuration", "roadworksScale", "signedRerouting", "subjects"),
        *("temperature", "temporarySpeedLimit", "totalNumberOfPeopleInvolved", "totalNumberOfVehiclesInvolved"),
        *("trafficFlowCharacteristics", "transitServiceInformation", "underTraffic", "urgentRoadworks"),
        *("usageOfReroutingItinerary", "visibility", "wind"),
    }
)
"""Fields of a record that are no surprise; so are those that end in Type or Extension."""


def severity(own: str, overall: str, drift: Drift) -> Severity:
    """Severity of a record; the whole situation's where the record tells none."""
    told = own if own not in {"", "unknown"} else overall
    if told not in _SEVERITY:
        drift.note("=", f"severity:{told}")
    return _SEVERITY.get(told, Severity.INFORMATION)


def status(word: str, drift: Drift) -> Status:
    """Status by `informationStatus`. An unknown word that speaks of a test or an exercise is never taken for real."""
    if word in _STATUS:
        return _STATUS[word]
    drift.note("=", f"informationStatus:{word}")
    low = word.lower()
    return Status.EXERCISE if "exercise" in low else Status.TEST if "test" in low else Status.ACTUAL


def spoken_status(texts: Iterable[str]) -> Status:
    """Status by how the texts begin."""
    begun = [match[1] for text in texts if (match := _MARKED.match(text))]
    if not begun:
        return Status.ACTUAL
    return Status.TEST if any(word.startswith("TEST") for word in begun) else Status.EXERCISE


def label(word: str, drift: Drift) -> Label:
    """Who may read, by `confidentiality`: anything but free to all stays among the actors."""
    if word in {"", "noRestriction"}:
        return Label.OPEN
    if not word.startswith(("restricted", "internal")):
        drift.note("=", f"confidentiality:{word}")
    return Label.INTERNAL
