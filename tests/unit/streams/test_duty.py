"""Who is on duty now: rota, swaps, hand-overs, and a plan with faults."""

import pytest
from pydantic import ValidationError
from support.world import FOLDER

from schemas.times import HOUR, parse, z
from streams.duty import DutyPlan, load_duty
from streams.errors import RegionDataError

FRIDAY = parse("2026-12-25T08:00:00+01:00")
PLAN = DutyPlan.model_validate(
    {
        "link_valid_s": 3_600,
        "roles": {"tib": {"name": "Tjänsteman i beredskap", "short": "TiB", "after_s": 0}},
        "rota": [{"role": "tib", "people": ["a", "b", "c"], "first": "2026-12-25T08:00", "days": 7}],
        "swap": [{"role": "tib", "person": "c", "begins": "2026-12-31T08:00", "ends": "2027-01-01T08:00"}],
    }
)


def on_duty(at: int, **given: str) -> str | None:
    return PLAN.on_duty("tib", at, {"tib": given} if given else {})


def test_the_countys_own_plan_has_somebody_on_every_duty_at_every_hour_of_a_year() -> None:
    plan = load_duty(FOLDER)

    for hour in range(0, 366 * 24, 5):
        assert {role for role in plan.roles if plan.on_duty(role, FRIDAY + hour * HOUR, {})} == set(plan.roles)


def test_each_has_the_duty_in_turn_and_it_changes_at_the_local_hour() -> None:
    assert on_duty(FRIDAY - 1) is None
    assert on_duty(FRIDAY) == "a"
    assert on_duty(FRIDAY + 7 * 24 * HOUR - 1) == "c", "the swap of New Year's Eve"
    assert on_duty(FRIDAY + 7 * 24 * HOUR) == "b"
    summer = parse("2027-07-02T08:00:00+02:00")
    assert on_duty(summer - 1) != on_duty(summer)


def test_a_swap_goes_before_the_rota_and_ends_the_shift_before_it() -> None:
    eve = parse("2026-12-31T08:00:00+01:00")
    shift = PLAN.shift("tib", eve - HOUR)
    assert shift is not None
    assert (shift.person, shift.ends) == ("a", eve)
    assert on_duty(eve) == "c"


def test_a_hand_over_holds_until_its_time_else_until_the_shift_ends() -> None:
    since = z(FRIDAY + HOUR)
    assert on_duty(FRIDAY + 2 * HOUR, person="b", since=since) == "b"
    assert on_duty(parse("2026-12-31T07:59:00+01:00"), person="b", since=since) == "b"
    assert on_duty(parse("2026-12-31T08:00:00+01:00"), person="b", since=since) == "c"
    until = z(FRIDAY + 3 * HOUR)
    assert on_duty(FRIDAY + 3 * HOUR - 1, person="b", since=since, until=until) == "b"
    assert on_duty(FRIDAY + 3 * HOUR, person="b", since=since, until=until) == "a"


def test_a_hand_over_to_somebody_the_plan_does_not_have_never_silences_the_ladder() -> None:
    assert on_duty(FRIDAY + 2 * HOUR, person="nobody", since=z(FRIDAY)) == "a"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"rota": []}, "role 'tib' has no rota"),
        (
            {"swap": [{"role": "x", "person": "a", "begins": "2026-12-31T08:00", "ends": "2027-01-01T08:00"}]},
            "no role 'x'",
        ),
        ({"roles": {"tib": {"name": "T", "short": "T", "after_s": 60}}}, "some role must be called at once"),
        ({"rota": [{"role": "tib", "people": ["0701234567"], "first": "2026-12-25T08:00", "days": 7}]}, "pattern"),
    ],
)
def test_a_plan_with_a_fault_is_refused_with_what_is_wrong(change: dict, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        DutyPlan.model_validate({**PLAN.model_dump(), **change})


def test_a_region_without_a_plan_is_told(tmp_path) -> None:
    with pytest.raises(RegionDataError, match=r"duty\.toml is missing"):
        load_duty(tmp_path)
