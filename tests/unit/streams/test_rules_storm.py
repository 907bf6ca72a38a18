"""The snowstorm of the third scene, minute by minute: what rings, what only adds a reason, and what stays silent."""

import pytest
from support.world import T0, TOWNS, World

from schemas.times import HOUR, MINUTE, parse

H = 60
LAST = ["0117", "0120", "0136", "0182", "0186", "0187", "0188", "0192"]
CLOSED = [t for t in TOWNS if t not in {"0140", "0187"}]


def power(world: World, minute: float, actor: str, number: int, areas: list[str], impact: int, **more) -> None:
    told = {"kind": "customers_without_power", "low": number, "high": number, "owner": actor, "areas": areas}
    world.report(minute, actor, "power", {f"energy {' '.join(areas)}": impact}, counts=[told], **more)


def convene(world: World, minute: float, level: str, at: float) -> None:
    args = {"forum": level, "level": level, "at": T0 + int(at * MINUTE), "form": "telefon"}
    world.command(minute, "convene", args=args)


@pytest.fixture(scope="module")
def storm() -> World:
    w = World()
    onset, until = T0 + 24 * HOUR, T0 + 42 * HOUR
    w.warning(-18 * H, "YELLOW", 1, onset=T0 + 22 * HOUR, ends=T0 + 40 * HOUR)
    w.warning(-6 * H, "ORANGE", 2, onset=T0 + 23 * HOUR, ends=T0 + 41 * HOUR)
    w.warning(0, "RED", 3, onset=onset, ends=until)
    w.command(6, "acknowledge", on=w.suggestions("raised")[0]["id"])
    convene(w, 15, "samordnande", H)
    later = {"expected_from": onset}
    w.report(20, "region-sthlm-trafik", "t", {"transit 01": {"now": 1, "expected": 4}}, **later)
    w.report(25, "trafikverket-vag", "v", {"road 01": {"now": 1, "expected": 4}})
    for town in ("0180", "0120", "0182", "0188", "0136"):
        lines = {f"{s} {town}": {"now": 1, "expected": 3} for s in ("school", "care")}
        w.report(50, f"kommun-{town}", "k", lines)
    w.command(80, "need_direction", on="samordnande")
    w.command(85, "acknowledge", on=w.suggestions("raised")[0]["id"])
    convene(w, 86, "inriktande", 200)
    for actor, number in (("region-sthlm-vard", 6), ("ssbf", 4), ("kommun-0120", 2)):
        w.report(90, actor, "need", need=[{"kind": "bandvagn", "number": number}])
    for actor, number in (("mrm", 6), ("kommun-0182", 2)):
        w.report(105, actor, "lend", lend=[{"kind": "bandvagn", "number": number}])
    for actor in ("region-sthlm-vard", "ssbf", "kommun-0120"):
        w.report(8 * H, actor, "need", change="cancel")
    for town in CLOSED:
        more = {"next_report": T0 + 28 * HOUR} if town == "0188" else {"valid_until": T0 + 48 * HOUR}
        w.report(24 * H, f"kommun-{town}", "k", {f"school {town}": 4, f"care {town}": 1}, **more)
    kept = {"valid_until": T0 + 44 * HOUR}
    w.report(24 * H + 30, "region-sthlm-trafik", "t", {"transit 01": 3}, **kept)
    w.report(24 * H + 30, "trafikverket-vag", "v", {"road 0120 0182 0188": 3}, **kept)
    w.report(26 * H, "kommun-0188", "k", {"school 0188": 4, "care 0188": 1}, next_report=T0 + 28 * HOUR)
    lines = {"transit 0120 0182 0188": 4, **{f"transit {t}": 3 for t in TOWNS if t not in {"0120", "0182", "0188"}}}
    w.report(26 * H + 30, "region-sthlm-trafik", "t", lines, **kept)
    w.report(27 * H, "kommun-0180-trafik", "r", {"road 0180": 2}, **kept)
    w.report(27 * H, "trafikverket-vag", "v", {"road 0120 0182 0188": 3, "road 0180": 4}, **kept)
    power(w, 28 * H, "ellevio", 6_000, ["0120", "0182"], 3, **kept)
    power(w, 29 * H, "vattenfall-eld", 8_000, ["0188"], 3, **kept)
    power(w, 29 * H + 30, "ellevio", 6_000, ["0120", "0182"], 3, promised=T0 + 44 * HOUR, **kept)
    w.report(31 * H + 10, "lansstyrelsen-01", "rakel", {"care 0188": 4, "energy 0188": 4}, origin="relayed")
    w.warning(36 * H, "ORANGE", 4, LAST, ends=T0 + 40 * HOUR)
    w.tick(43 * H + 50)
    calm(w)
    return w


def calm(w: World) -> None:
    """What ends: everything milder at +44:00, the schools open at +48:00."""
    w.report(44 * H - 1, "region-sthlm-trafik", "t", {"transit 01": 2})
    w.report(44 * H - 1, "trafikverket-vag", "v", {"road 0120 0182 0188 0180": 2})
    power(w, 44 * H - 1, "ellevio", 1_500, ["0120", "0182"], 2)
    power(w, 44 * H - 1, "vattenfall-eld", 0, ["0188"], 2)
    for town in CLOSED:
        w.report(48 * H, f"kommun-{town}", "k", {f"school {town}": 1, f"care {town}": 1})
    w.tick(51 * H + 10)
    w.command(51 * H + 20, "close", on="inriktande")
    w.tick(54 * H + 30)


def first(world: World, rule: str, subject: str | None = None) -> float:
    """Hours from T at which the rule first stood as a reason."""
    for version in world.versions:
        for change in version.changes:
            if change.kind == "suggestion" and change.value and change.value["state"] != "holding":
                for reason in change.value["reasons"]:
                    if reason["rule"] == rule and reason.get("subject") == subject:
                        return (version.at - T0) / HOUR
    raise AssertionError(f"{rule} never spoke")


def last(world: World, rule: str) -> float:
    """Hours from T at which the rule last ceased to stand as a reason."""
    stands, ended = False, 0.0
    for version in world.versions:
        for change in version.changes:
            if change.kind == "suggestion" and change.value and change.value["state"] != "holding":
                now = any(r["rule"] == rule for r in change.value["reasons"])
                if stands and not now and change.value["level"] == "samordnande":
                    ended = (version.at - T0) / HOUR
                stands = now if change.value["level"] == "samordnande" else stands
    return ended


@pytest.mark.parametrize(
    ("rule", "subject", "begin", "end"),
    [
        ("R02", None, -50 * MINUTE, -45 * MINUTE),
        ("R01", None, 0, 2 * MINUTE),
        ("R07a", None, 80 * MINUTE, 82 * MINUTE),
        ("R07b", None, 2 * HOUR, 2 * HOUR + 20 * MINUTE),
        ("R04", "school", 24 * HOUR + 15 * MINUTE, 24 * HOUR + 20 * MINUTE),
        ("R03", None, 24 * HOUR + 15 * MINUTE, 24 * HOUR + 50 * MINUTE),
        ("R04", "transit", 26 * HOUR + 45 * MINUTE, 26 * HOUR + 50 * MINUTE),
        ("R19", None, 27 * HOUR + 30 * MINUTE, 27 * HOUR + 35 * MINUTE),
        ("R10", None, 28 * HOUR + 30 * MINUTE, 28 * HOUR + 35 * MINUTE),
        ("R19-aktor", None, 29 * HOUR, 29 * HOUR + 5 * MINUTE),
        ("R10-prognos", None, 29 * HOUR + 30 * MINUTE, 29 * HOUR + 35 * MINUTE),
        ("R20-inriktande", None, 51 * HOUR, 51 * HOUR + 5 * MINUTE),
        ("R20", None, 54 * HOUR, 54 * HOUR + 5 * MINUTE),
    ],
)
def test_each_reason_comes_in_its_interval(storm, rule, subject, begin, end):
    assert begin / HOUR <= first(storm, rule, subject) <= end / HOUR


def test_the_red_warnings_reason_ends_an_hour_after_it_was_lowered(storm):
    assert 37 <= last(storm, "R01") <= 37 + 5 / 60


def test_one_storm_rings_three_times(storm):
    levels = sorted((parse(n["opened_at"]) - T0, n["level"]) for n in storm.calls())
    assert [level for _, level in levels] == ["tib", "samordnande", "inriktande"]


def test_nothing_failed_and_what_never_was_is_not_a_reason(storm):
    assert not storm.state.picture["failed"]
    for rule in ("R07c", "R15", "R19-tib"):
        with pytest.raises(AssertionError):
            first(storm, rule)


def test_two_owners_counts_were_added(storm):
    told = [c for v in storm.versions for c in v.changes if c.kind == "signal" and "counts" in c.key and c.value]
    assert max(c.value["value"] for c in told) == 14_000
