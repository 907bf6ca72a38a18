"""Who is proposed, how sure that is, who cannot be reached, and the agenda that comes with it."""

from support.forums import agenda_of, proposed_of
from support.world import REFERENCE, T0, World

from schemas.times import DAY, HOUR

E2 = "actor.polisen-sthlm/E2"


def planned(world: World, **more) -> None:
    times = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + 4 * HOUR}
    world.report(0, "polisen-sthlm", "E2", {"order 0180": 1}, kind="planned_event", **{**times, **more})
    for actor, how in (("region-sthlm-trafik", "direct"), ("trafikverket-vag", "direct"), ("ssbf", "indirect")):
        world.command(1, "mark_affected", role="reporter", who=actor, on=E2, args={"how": how})


def with_contacts(*actors: str) -> World:
    world = World()
    world.put(0, "reference", {**REFERENCE, "contacts": sorted(actors)})
    return world


def test_who_nobody_has_marked_is_only_considered():
    world = World()
    planned(world, risk_flags=1)
    seats = {s["actor"]: s["how"] for s in world.suggestions("raised")[0]["seats"]}
    assert seats["trafikverket-vag"] == "direct"
    assert seats["ssbf"] == "indirect"
    assert (seats["sos-alarm"], seats["kommun-0180"]) == ("considered", "considered")
    assert "kommun-0188" not in seats, "not touched"


def test_who_is_only_considered_is_no_member_until_somebody_calls_it():
    world = World()
    planned(world, risk_flags=1)
    args = {"forum": "planf", "level": "planering", "at": T0 + DAY, "form": "telefon", "members": ["sos-alarm"]}
    world.command(2, "convene", on=world.suggestions("raised")[0]["id"], args=args)
    members = world.state.picture["forum"]["planf"]["members"]
    assert members["ssbf"]["how"] == "indirect"
    assert members["sos-alarm"]["how"] == "called_in"
    assert "kommun-0180" not in members


def test_a_planned_event_that_the_police_command_as_one_is_grave_by_its_name():
    world = World()
    planned(world, attendance=300)
    assert world.suggestions("raised") == []
    named = World()
    planned(named, attendance=300, native={"level": "planerad särskild händelse"})
    assert [s["level"] for s in named.suggestions("raised")] == ["planering"]


def test_a_seat_without_an_address_is_flagged():
    world = with_contacts("lansstyrelsen-01", "kommun-0188", "polisen-sthlm")
    world.warning(1, "RED", 1, ["0188"])
    suggestion = world.suggestions("raised")[0]
    assert set(suggestion["no_contact"]) == {s["actor"] for s in suggestion["seats"]} - {
        "lansstyrelsen-01",
        "kommun-0188",
        "polisen-sthlm",
    }


def test_where_everybody_can_be_reached_nothing_is_flagged_and_where_nobody_has_said_neither():
    for world in (with_contacts(*REFERENCE["actors"]), World()):
        world.warning(1, "RED", 1)
        assert "no_contact" not in world.suggestions("raised")[0]


def test_a_flag_goes_when_an_address_has_been_found():
    world = with_contacts()
    world.warning(1, "RED", 1, ["0188"])
    assert "kommun-0188" in world.suggestions("raised")[0]["no_contact"]
    world.put(2, "reference", {**REFERENCE, "contacts": sorted(REFERENCE["actors"])})
    assert "no_contact" not in world.suggestions("raised")[0]


def test_a_suggestion_brings_the_agenda_of_the_meeting_it_proposes():
    world = World()
    world.warning(0, "RED", 1, ["0188"])
    world.report(1, "kommun-0188", "x", {"care 0188": 3})
    suggestion = world.suggestions("raised")[0]
    made = proposed_of(world.state.picture, suggestion["id"])
    assert made is not None
    points = {p["point"]: p["rows"] for p in made["points"]}
    assert (made["number"], made["at"]) == (1, suggestion["proposed_at"])
    assert {"actor": "kommun-0188", "how": "direct", "reason": "R01:KOM"} in points["opening"]
    assert points["weather"] == [{"item": "smhi/1-1", "areas": 1}]
    assert points["reports"][0]["state"] == "not_reported", "the county board has said nothing"
    assert [row["cell"] for row in points["news"] if "cell" in row] == ["0188/care"]
    assert points["ending"] == [{"chair": "lansstyrelsen-01", "level": "samordnande", "planned": []}]


def test_an_agenda_about_a_planned_event_names_it():
    world = World()
    planned(world, risk_flags=1)
    made = proposed_of(world.state.picture, world.suggestions("raised")[0]["id"])
    assert made is not None
    assert {"about": E2} in made["points"][1]["rows"]


def test_a_suggestion_that_is_carried_out_proposes_no_agenda():
    world = World()
    world.warning(0, "RED", 1, ["0188"])
    name = world.suggestions("raised")[0]["id"]
    args = {"forum": "sam", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(1, "convene", on=name, args=args)
    assert proposed_of(world.state.picture, name) is None


def slowed(world: World) -> list[str]:
    return [s["level"] for s in world.suggestions("raised", "active") if s["act"] == "slow_down"]


def about(world: World, *, ends: int | None) -> None:
    """A planning forum about an event that begins in a day."""
    times = {"onset": T0 + DAY} | ({} if ends is None else {"ends": ends})
    world.report(0, "polisen-sthlm", "E2", {"order 0180": 1}, kind="planned_event", valid_until=T0 + 3 * DAY, **times)
    args = {"forum": "planf", "level": "planering", "at": T0 + 30 * DAY, "form": "telefon", "about": E2}
    world.command(1, "convene", args=args)


def test_a_planning_forum_is_not_slowed_down_before_its_event_is_over():
    world = World()
    about(world, ends=T0 + 30 * HOUR)
    world.tick(30 * 60 - 1)
    assert slowed(world) == []
    world.tick(30 * 60)
    assert slowed(world) == ["planering"]


def test_an_event_that_is_put_off_keeps_its_forum_at_work():
    world = World()
    about(world, ends=T0 + 30 * HOUR)
    times = {"onset": T0 + DAY, "ends": T0 + 35 * HOUR, "valid_until": T0 + 3 * DAY}
    world.report(29 * 60, "polisen-sthlm", "E2", {"order 0180": 1}, kind="planned_event", **times)
    world.tick(35 * 60 - 1)
    assert slowed(world) == []
    world.tick(35 * 60)
    assert slowed(world) == ["planering"]


def test_of_an_event_without_an_end_nobody_knows_when_it_is_over():
    world = World()
    about(world, ends=None)
    world.tick(48 * 60)
    assert slowed(world) == []


def test_a_reason_that_comes_later_says_whom_the_forum_lacks():
    world = World()
    args = {"forum": "sam", "level": "samordnande", "at": T0 + HOUR, "form": "telefon", "members": ["kommun-0180"]}
    world.command(0, "convene", args=args)
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180 0182 0188": 4})
    world.tick(20)
    opening = agenda_of(world.state.picture, "sam")["points"][0]["rows"]
    lacking = {row["actor"]: row["reason"] for row in opening if row["how"] == "proposed"}
    assert lacking["kommun-0182"] == "R04:KOM"
    assert "kommun-0180" not in lacking
