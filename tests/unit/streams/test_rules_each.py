"""Every rule of the county has a picture that makes it speak, and one just below in which it is silent."""

from collections.abc import Callable

import pytest
from support.world import RULES, T0, TOWNS, World

from schemas.times import DAY, HOUR, MINUTE

NINE = TOWNS[:9]
IDS = [rule["id"] for rule in RULES["rule"]]


def spoke(world: World) -> set[str]:
    """Rules that have stood as a reason of any suggestion that was raised."""
    changes = (c for v in world.versions for c in v.changes if c.kind == "suggestion" and c.value)
    return {r["rule"] for c in changes if c.value["state"] != "holding" for r in c.value["reasons"]}


def feed(world: World, minute: float, source: str, name: str, areas: list[str], **more) -> None:
    """An item of a feed that is no warning."""
    body = {"source": source, "id": name, "group": name, "native": {}, "kind": "disruption", **more}
    world.warning(minute, "", 1, areas, **body)


def level(world: World, minute: float, actor: str, said: str) -> None:
    world.report(minute, actor, "level", native={"level": said})


def counted(world: World, minute: float, actor: str, number: int, areas: list[str], name: str = "x", **more) -> None:
    kind = more.pop("kind", "customers_without_power")
    counts = [{"kind": kind, "low": number, "high": number, "owner": actor, "areas": areas}]
    world.report(minute, actor, name, counts=counts, **more)


def forum(world: World, minute: float = 0, level: str = "samordnande", **more) -> None:
    args = {"forum": f"f-{level}", "level": level, "at": T0 + 30 * DAY, "form": "telefon", **more}
    world.command(minute, "convene", args=args)


def planned(world: World, *, marked: list[str], attendance: int = 10_000, days: int = 9, **more) -> None:
    starts = T0 + days * DAY
    body = {"kind": "planned_event", "onset": starts, "ends": starts + 4 * HOUR, "attendance": attendance, **more}
    world.report(0, "polisen-sthlm", "E2", {"order 0180": 1}, **body)
    for actor in marked:
        world.command(
            1, "mark_affected", role="reporter", who=actor, on="actor.polisen-sthlm/E2", args={"how": "direct"}
        )


def shared(world: World, sharers: list[str]) -> None:
    world.report(0, "kommun-0136", "I1", kind="issue")
    for actor in sharers:
        world.command(1, "share_issue", role="reporter", who=actor, on="actor.kommun-0136/I1")


def bandvagn(world: World, lent: int) -> None:
    forum(world)
    for actor, number in (("region-sthlm-vard", 6), ("ssbf", 4), ("kommun-0120", 2)):
        world.report(1, actor, "need", need=[{"kind": "bandvagn", "number": number}])
    world.report(2, "mrm", "lend", lend=[{"kind": "bandvagn", "number": lent}])


def three_sectors(world: World, minute: float, areas: str, impact: int, **more) -> None:
    for actor, sector in (
        ("region-sthlm-trafik", "transit"),
        ("trafikverket-vag", "road"),
        ("region-sthlm-vard", "health"),
    ):
        world.report(minute, actor, "x", {f"{sector} {areas}": {"now": impact, **more}})


def orange(world: World) -> None:
    world.warning(0, "ORANGE", 1, TOWNS[:2])


def silent_actor(world: World, until: float) -> None:
    forum(world)
    world.report(1, "kommun-0188", "x", {"care 0188": 3}, next_report=T0 + 121 * MINUTE)
    world.tick(until)


def silent_source(world: World, until: float) -> None:
    orange(world)
    world.health(0, "trafikverket")
    world.tick(until)


def silent_three(world: World, actors: list[str]) -> None:
    for actor in actors:
        world.report(0, actor, "x", {f"care {actor[-4:]}": 3}, next_report=T0 + HOUR)
    world.report(0, "ellevio", "x", {"energy 0120 0182 0188": 3})
    world.tick(91)


def vma(world: World, areas: list[str], until: float, **more) -> None:
    feed(world, 0, "vma", "v", areas, kind="message", severity="severe", **more)
    world.tick(until)


def roads(world: World, names: list[str], until: float, at: float = 0) -> None:
    for name in names:
        native = {"level_text": "Mycket stor påverkan", "road": name}
        feed(world, at, "trafikverket", name, ["0180"], native=native)
    world.tick(until)


def moved(world: World, hours: list[int]) -> None:
    for number, hour in enumerate(hours):
        world.report(number * 10, "ellevio", "x", {"energy 0188": 3}, promised=T0 + hour * HOUR)


def dry(world: World, number: int, hours: list[int]) -> None:
    """Without water for two hours, and the promised end moves."""
    for minute, hour in enumerate(hours):
        kind = "people_without_water"
        counted(world, minute * 130, "svoa", number, ["0126"], kind=kind, promised=T0 + hour * HOUR)


def agreed(world: World, towns: list[str]) -> None:
    forum(world)
    args = {"asks": [f"kommun-{town}" for town in towns]}
    world.command(1, "agree", id="D1", on="f-samordnande", args=args, texts={"what": "skolor stängs"})


def calm(world: World, level: str, until: float, worst: int = 2) -> None:
    forum(world, level=level)
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": worst}, valid_until=T0 + 2 * DAY)
    world.tick(until)


def power(world: World, number: int, areas: list[str], until: float, **more) -> None:
    counted(world, 0, "ellevio", number, areas, **more)
    world.tick(until)


def detonations(world: World, areas: list[str]) -> None:
    for area in areas:
        feed(world, 0, "polisen", area, [area], kind="message", native={"type": "Detonation"})
    world.tick(15)


def contradicted(world: World, other: int) -> None:
    world.report(0, "kommun-0180-trafik", "x", {"road 0180": other})
    world.report(0, "trafikverket-vag", "x", {"road 0180": 4})
    world.tick(30)


def weather(world: World, impact: int) -> None:
    world.warning(0, "YELLOW", 1, ["0180"])
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 3})
    world.report(0, "trafikverket-vag", "x", {"road 0180": impact})
    world.tick(15)


def operators(world: World, areas: str) -> None:
    world.report(0, "telia", "x", {f"ecom {areas}": 3})
    world.tick(60)


def at_work(world: World, level_: str) -> None:
    forum(world)
    level(world, 1, "region-sthlm-vard", level_)


def long_and_wide(world: World, hours: int) -> None:
    forum(world)
    three_sectors(world, 1, "01", 4, expected=4, until=T0 + hours * HOUR)
    world.tick(31)


def long_outage(world: World, number: int, hours: int) -> None:
    counted(world, 0, "ellevio", number, ["0188"], promised=T0 + hours * HOUR)


Play = Callable[[World], object]
EACH: dict[str, tuple[Play, Play]] = {
    "R00": (
        lambda w: w.report(0, "kommun-0188", "need", kind="request"),
        lambda w: w.report(0, "kommun-0188", "need", kind="request", origin="relayed"),
    ),
    "R00-inriktande": (
        lambda w: w.report(0, "kommun-0188", "need", kind="request", forum="inriktande"),
        lambda w: w.report(0, "kommun-0188", "need", kind="request"),
    ),
    "R01": (
        lambda w: w.warning(0, "RED", 1, ["0188"], onset=T0 + 48 * HOUR),
        lambda w: w.warning(0, "RED", 1, ["0188"], onset=T0 + 48 * HOUR + 1),
    ),
    "R02": (
        lambda w: (w.warning(0, "ORANGE", 1, NINE), w.tick(10)),
        lambda w: (w.warning(0, "ORANGE", 1, NINE[:8]), w.tick(600)),
    ),
    "R03": (lambda w: weather(w, 3), lambda w: weather(w, 2)),
    "R04": (
        lambda w: (w.report(0, "region-sthlm-trafik", "x", {"transit 0120 0182 0188": 4}), w.tick(15)),
        lambda w: (w.report(0, "region-sthlm-trafik", "x", {"transit 0120 0182": 4}), w.tick(600)),
    ),
    "R05": (
        lambda w: (three_sectors(w, 0, "0182", 3), w.tick(30)),
        lambda w: (
            three_sectors(w, 0, "0182", 3),
            w.report(29, "region-sthlm-vard", "x", {"health 0182": 2}),
            w.tick(600),
        ),
    ),
    "R06": (
        lambda w: detonations(w, ["0180", "0127", "0163"]),
        lambda w: detonations(w, ["0180", "0127"]),
    ),
    "R07a": (lambda w: (forum(w), w.command(1, "need_direction", on="f-samordnande")), forum),
    "R07b": (lambda w: (bandvagn(w, 11), w.tick(32)), lambda w: (bandvagn(w, 12), w.tick(600))),
    "R07c": (lambda w: long_and_wide(w, 13), lambda w: long_and_wide(w, 12)),
    "R07d": (lambda w: agreed(w, TOWNS), lambda w: agreed(w, TOWNS[1:])),
    "R08": (
        lambda w: planned(w, marked=["region-sthlm-trafik", "trafikverket-vag"]),
        lambda w: planned(w, marked=["region-sthlm-trafik"]),
    ),
    "R08-paminnelse": (
        lambda w: (planned(w, marked=["region-sthlm-trafik", "trafikverket-vag"]), w.tick(8 * 24 * 60)),
        lambda w: (
            planned(w, marked=["region-sthlm-trafik", "trafikverket-vag"]),
            forum(w, 2, "planering", about="actor.polisen-sthlm/E2", at=T0 + 9 * DAY + HOUR),
            w.tick(8 * 24 * 60),
        ),
    ),
    "R09": (
        lambda w: shared(w, ["kommun-0127", "sbff"]),
        lambda w: shared(w, ["kommun-0127"]),
    ),
    "R10": (
        lambda w: power(w, 5_000, ["0180"], 30),
        lambda w: power(w, 4_999, ["0180"], 600),
    ),
    "R10-lanet": (lambda w: power(w, 20_000, ["0180"], 60), lambda w: power(w, 20_000, ["0180"], 59)),
    "R10-kommun": (lambda w: power(w, 7_500, ["0188"], 120), lambda w: power(w, 7_499, ["0188"], 600)),
    "R10-prognos": (lambda w: long_outage(w, 2_000, 12), lambda w: long_outage(w, 1_999, 23)),
    "R11": (
        lambda w: level(w, 0, "svk", "Förbrukningsfrånkoppling beordrad"),
        lambda w: level(w, 0, "svk", "skärpt läge"),
    ),
    "R12": (
        lambda w: w.report(0, "sos-alarm", "x", {"ecom 0188": 3}),
        lambda w: w.report(0, "sos-alarm", "x", {"ecom 0188": 2}),
    ),
    "R12-tele": (lambda w: operators(w, "0187 0188"), lambda w: operators(w, "0188")),
    "R13": (
        lambda w: w.report(0, "svoa", "x", {"water 0126 0127": 3}),
        lambda w: w.report(0, "svoa", "x", {"water 0126": 3}),
    ),
    "R13-tib": (
        lambda w: power(w, 2_000, ["0126"], 120, kind="people_without_water"),
        lambda w: power(w, 1_999, ["0126"], 600, kind="people_without_water"),
    ),
    "R14-stab": (
        lambda w: level(w, 0, "region-sthlm-vard", "stabsläge"),
        lambda w: level(w, 0, "region-sthlm-vard", "normalläge"),
    ),
    "R14": (
        lambda w: level(w, 0, "region-sthlm-vard", "förstärkningsläge"),
        lambda w: level(w, 0, "region-sthlm-vard", "stabsläge"),
    ),
    "R14-inriktande": (
        lambda w: at_work(w, "katastrofläge"),
        lambda w: level(w, 0, "region-sthlm-vard", "katastrofläge"),
    ),
    "R15-tib": (
        lambda w: level(w, 0, "polisen-sthlm", "regional särskild händelse"),
        lambda w: level(w, 0, "polisen-sthlm", "planerad regional särskild händelse"),
    ),
    "R15": (
        lambda w: level(w, 0, "polisen-sthlm", "pågående dödligt våld"),
        lambda w: level(w, 0, "ssbf", "pågående dödligt våld"),
    ),
    "R16-tib": (lambda w: vma(w, ["0180"], 0), lambda w: vma(w, ["0180"], 0, status="test")),
    "R16": (lambda w: vma(w, ["0180", "0182"], 0), lambda w: vma(w, ["0180"], 0)),
    "R16-lange": (lambda w: vma(w, ["0180"], 120), lambda w: vma(w, ["0180"], 119)),
    "R17-bevaka": (lambda w: roads(w, ["E4"], 120), lambda w: roads(w, ["E4"], 119)),
    "R17-dag": (lambda w: roads(w, ["E4", "E18"], 60), lambda w: roads(w, ["E4", "E18"], -8 * 60, at=-10 * 60)),
    "R17-natt": (lambda w: roads(w, ["E4", "E18"], -8 * 60, at=-10 * 60), lambda w: roads(w, ["E4", "E18"], 119)),
    "R17": (lambda w: roads(w, ["E4", "E18", "E20"], 60), lambda w: roads(w, ["E4", "E18", "E6"], 600)),
    "R18": (lambda w: moved(w, [4, 5, 6]), lambda w: moved(w, [4, 5])),
    "R18-upp": (lambda w: dry(w, 2_000, [14, 16, 18]), lambda w: dry(w, 1_999, [14, 16, 18])),
    "R19-aktor": (lambda w: silent_actor(w, 181), lambda w: silent_actor(w, 180)),
    "R19-kalla": (lambda w: silent_source(w, 2.5), lambda w: silent_source(w, 2.4)),
    "R19": (lambda w: contradicted(w, 2), lambda w: contradicted(w, 3)),
    "R19-tib": (
        lambda w: silent_three(w, ["kommun-0120", "kommun-0182", "kommun-0188"]),
        lambda w: silent_three(w, ["kommun-0120", "kommun-0182", "kommun-0127"]),
    ),
    "R20": (lambda w: calm(w, "samordnande", 360), lambda w: calm(w, "samordnande", 359)),
    "R20-inriktande": (lambda w: calm(w, "inriktande", 180), lambda w: calm(w, "inriktande", 600, worst=3)),
    "R20-planering": (lambda w: calm(w, "planering", 360), lambda w: calm(w, "planering", 359)),
    "R20-avsluta": (lambda w: calm(w, "samordnande", 720), lambda w: calm(w, "samordnande", 719)),
    "R20-avsluta-inriktande": (lambda w: calm(w, "inriktande", 360), lambda w: calm(w, "inriktande", 359)),
}


def test_every_rule_of_the_county_stands_here():
    assert sorted(EACH) == sorted(IDS)


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_speaks_in_its_picture_and_not_just_below(rule):
    loud, quiet = World(), World()
    EACH[rule][0](loud)
    EACH[rule][1](quiet)

    assert rule in spoke(loud)
    assert rule not in spoke(quiet)
    assert not loud.state.picture["failed"] | quiet.state.picture["failed"]


@pytest.mark.parametrize("rule", [r for r in IDS if not r.startswith("R20")])
def test_what_rings_in_the_picture_of_a_rule_says_what_would_end_it(rule):
    world = World()
    EACH[rule][0](world)
    called = world.suggestions("raised")
    assert all(
        s.get("falls_away_if", {}).get("changes") for s in called if any(r["rule"] == rule for r in s["reasons"])
    )


@pytest.mark.parametrize("rule", RULES["rule"], ids=IDS)
def test_a_rule_says_where_its_threshold_comes_from(rule):
    assert rule["basis"] in {"documented", "analogy", "proposed"}
    assert len(rule["basis_note"]) > 10
