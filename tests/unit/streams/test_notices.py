"""Notices in the fold: acknowledged by whom, what each channel did, and the reminder when nothing is decided."""

import pytest
from pydantic import ValidationError
from support.ringing import notice, storm
from support.world import T0, World

from schemas.command import HandOver
from schemas.notice import Duty, Notice
from schemas.times import HOUR


def delivery(world: World, minute: float, name: str, attempt: int, *, channel: str = "webhook", **more: object) -> str:
    body = {"notice": name, "key": f"{name}/0", "step": 0, "attempt": attempt, "channel": channel, "ok": True, **more}
    outcome = world.put(minute, "delivery", body).outcome
    assert outcome is not None
    return str(outcome.result)


# ---- the reminder --------------------------------------------------------------------------------------------------


def test_acknowledged_but_not_decided_in_half_an_hour_is_reminded_of_once_and_quietly() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)

    world.tick(34.9)
    assert not notice(world, f"{name}-r")
    world.tick(35)
    reminder = notice(world, f"{name}-r")
    world.tick(600)

    assert (reminder["state"], reminder["call"], reminder["reminds"]) == ("open", False, name)
    assert reminder["seen_at"] == notice(world, name)["acknowledged_at"]
    assert [n for n in world.state.picture["notice"] if n.startswith(f"{name}-r")] == [f"{name}-r"]
    Notice.model_validate(reminder)


def test_a_decision_before_the_time_is_out_means_no_reminder() -> None:
    for decide in ("accept", "dismiss"):
        world, name = storm()
        world.command(5, "acknowledge", on=name)
        world.command(6, decide, on=notice(world, name)["suggestion"], texts={"reason": "k"})
        world.tick(300)
        assert not notice(world, f"{name}-r"), decide


def test_convening_after_the_reminder_ends_it() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(40)

    world.command(41, "convene", args={"forum": "f1", "level": "samordnande", "at": 0, "form": "telefon"})

    assert notice(world, f"{name}-r")["state"] == "gone"


def test_a_call_that_nobody_acknowledged_is_repeated_and_not_reminded_of() -> None:
    world, name = storm()

    world.tick(120)

    assert notice(world, name)["state"] == "open"
    assert not notice(world, f"{name}-r")


def test_a_suggestion_that_falls_away_takes_its_reminder_along() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(40)

    world.warning(50, "RED", 2, change="cancel")
    world.tick(50 + 61)

    assert notice(world, f"{name}-r")["state"] == "gone"


def test_the_time_is_a_figure_of_the_region() -> None:
    world, name = storm()
    reference = world.state.reference_raw
    world.put(1, "reference", {**reference, "figures": {**reference["figures"], "undecided_reminder_s": 600}})
    world.command(5, "acknowledge", on=name)

    world.tick(15)

    assert notice(world, f"{name}-r")["state"] == "open"


# ---- who answered, and what the channels did -----------------------------------------------------------------------


def test_another_may_acknowledge_on_the_duty_officers_behalf() -> None:
    world, name = storm()

    world.command(5, "acknowledge", on=name, who="rsib-1", args={"on_behalf_of": "TiB", "via": "link"})

    answered = notice(world, name)
    assert (answered["acknowledged_by"], answered["on_behalf_of"], answered["via"]) == ("rsib-1", "TiB", "link")
    assert world.suggestions("acknowledged")


def test_each_channels_attempts_are_counted_apart_so_that_no_result_hides_another() -> None:
    world, name = storm()

    assert delivery(world, 1, name, 2, channel="mail.tib", to="tib-1") == "applied"
    assert delivery(world, 2, name, 1, ok=False, error="status 503") == "applied"
    assert delivery(world, 3, name, 1, ok=False, error="status 503") == "duplicate_of"

    told = notice(world, name)
    assert told["channels"]["webhook"] == {"attempts": 1, "last_error": "status 503"}
    assert told["channels"]["mail.tib"]["to"] == "tib-1"
    assert told["attempts"] == 3
    assert told["delivered_at"] == told["channels"]["mail.tib"]["delivered_at"]
    assert "last_error" not in told, "one channel works"
    Notice.model_validate(told)


def test_while_no_channel_works_the_newest_error_is_told() -> None:
    world, name = storm()

    delivery(world, 1, name, 1, ok=False, error="status 503")
    delivery(world, 2, name, 1, channel="mail.tib", ok=False, error="no contact")

    told = notice(world, name)
    assert told["last_error"] == "no contact"
    assert "delivered_at" not in told


# ---- hand-over -----------------------------------------------------------------------------------------------------


def test_a_hand_over_names_who_has_the_duty_and_lists_what_is_open() -> None:
    world, name = storm()
    suggestion = notice(world, name)["suggestion"]
    world.command(5, "acknowledge", on=name)
    world.command(6, "request_reports", args={"sectors": ["care"], "areas": ["0180"], "by": T0 + 3 * HOUR})

    world.command(7, "hand_over", args={"role": "tib", "to": "tib-2"}, seen_version=world.state.version)

    duty = world.state.picture["duty"]["tib"]
    assert (duty["person"], duty["handed_over_by"]) == ("tib-2", "lansstyrelsen-01")
    assert [(m["kind"], m["state"]) for m in duty["matters"]] == [("suggestion", "acknowledged"), ("request", "open")]
    assert duty["matters"][0]["id"] == suggestion
    assert (duty["sealed"]["version"], duty["sealed"]["seen"]) == (world.state.version - 1, world.state.version - 1)
    Duty.model_validate(duty)


def test_only_who_may_act_on_notices_may_hand_over() -> None:
    world, _ = storm()

    outcome = world.command(7, "hand_over", role="reporter", args={"role": "tib", "to": "tib-2"}).outcome

    assert outcome is not None
    assert outcome.reason == "not_allowed"
    assert world.state.picture["duty"] == {}


@pytest.mark.parametrize("contact", ["0701234567", "+46701234567", "tib@example.org", "Anna Andersson"])
def test_no_telephone_number_address_or_name_can_be_handed_over_to(contact: str) -> None:
    with pytest.raises(ValidationError):
        HandOver(to=contact)


def test_what_is_still_open_rings_the_one_who_was_handed_the_duty() -> None:
    world, name = storm()
    assert "duty" not in notice(world, name)

    world.command(7, "hand_over", args={"role": "tib", "to": "tib-2", "until": T0 + 3 * HOUR})
    world.command(8, "acknowledge", on=name)
    world.command(9, "hand_over", args={"role": "tib", "to": "tib-3"})
    world.tick(40)

    assert notice(world, name)["duty"]["tib"]["person"] == "tib-2"
    assert notice(world, f"{name}-r")["duty"]["tib"]["person"] == "tib-3"
    Notice.model_validate(notice(world, name))


def test_a_hand_over_names_what_is_open_in_the_order_of_kind_and_id() -> None:
    world, name = storm()
    world.command(1, "convene", args={"forum": "f1", "level": "tib", "at": 0, "form": "telefon"})
    world.report(1, "kommun-0136", "I", kind="issue")
    world.command(1, "share_issue", role="reporter", who="kommun-0138", on="actor.kommun-0136/I")
    world.command(1, "request_reports", args={"sectors": ["care"], "areas": ["0180"], "by": 0})
    request = world.records[-1].body["id"]
    suggestion = notice(world, name)["suggestion"]

    world.command(2, "hand_over", args={"role": "tib", "to": "tib-2"})

    duty = world.state.picture["duty"]["tib"]
    assert (duty["id"], duty["person"], duty["handed_over_by"]) == ("tib", "tib-2", "lansstyrelsen-01")
    assert duty["matters"] == [
        {"kind": "notice", "id": name, "state": "open"},
        {"kind": "suggestion", "id": suggestion, "state": "raised"},
        {"kind": "forum", "id": "f1", "state": "active"},
        {"kind": "matter", "id": "actor.kommun-0136/I", "state": "open"},
        {"kind": "request", "id": request, "state": world.state.picture["request"][request]["state"]},
    ]
    world.command(3, "acknowledge", on=name)
    world.command(4, "hand_over", args={"role": "tib", "to": "tib-3"})
    assert [m["id"] for m in world.state.picture["duty"]["tib"]["matters"]][:2] == [suggestion, "f1"]
