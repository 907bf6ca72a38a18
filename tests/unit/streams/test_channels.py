"""What goes out on each channel: to whoever is on duty, with a link of their own, in words that can be read aloud."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.notices import SPACE, notice, suggestion
from support.smtp_server import MailServer, mail_server
from support.world import FOLDER, REFERENCE, RULES, TOWNS

from schemas.sectors import SECTORS
from schemas.times import parse
from schemas.topics import Space
from streams.channels import Channels
from streams.duty import load_duty
from streams.errors import StartError
from streams.links import Link, command_id, make, read
from streams.outbox_entry import Entry
from streams.seal import Seal
from streams.settings import Settings
from streams.webhook import CUT, WORDS, body, spoken

AT = parse("2027-01-19T07:00:00+01:00")
PLAN = load_duty(FOLDER)
SECRET = "00" * 32
REAL = Space("real")


def channels(tmp_path: Path, server: MailServer | None = None, **more: Any) -> Channels:
    mail = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"} if server else {}
    settings = Settings(data=tmp_path, space="ovning-prov", smtp_sender="larm@lagesbild.test", **mail, **more)
    return Channels(settings, PLAN)


def on_route(route: str = "mail.tib", **more: Any) -> Entry:
    entry = Entry("n1", True, notice(**more), suggestion(), route=route, due=0)
    return entry._replace(body=body(entry, REFERENCE, SPACE, None))


# ---- to whom -------------------------------------------------------------------------------------------------------


async def test_a_letter_goes_to_the_one_on_duty_and_after_a_hand_over_to_the_other(tmp_path: Path) -> None:
    (tmp_path / "contacts.json").write_text(
        json.dumps({"tib-3": {"mail": "tre@ls.test"}, "tib-1": {"mail": "ett@ls.test"}}), encoding="utf-8"
    )
    handed = {"tib": {"person": "tib-1", "since": "2027-01-19T05:00:00.000Z"}}
    async with mail_server() as server, channels(tmp_path, server) as out:
        assert await out.send(on_route(), AT) == (None, "tib-3")
        assert await out.send(on_route(duty=handed), AT) == (None, "tib-1")

    assert [t.recipients for t in server.taken] == [("tre@ls.test",), ("ett@ls.test",)]


async def test_a_missing_address_is_told_by_alias_and_tried_again_from_the_mended_file(tmp_path: Path) -> None:
    async with mail_server() as server, channels(tmp_path, server) as out:
        assert (await out.send(on_route(), AT)).error == "the file of contacts is missing: set LAGESBILD_CONTACTS"
        contacts = tmp_path / "contacts.json"
        contacts.write_text("{", encoding="utf-8")
        assert (await out.send(on_route(), AT)).error == "the file of contacts cannot be read"
        contacts.write_text('{"tib-1": {"mail": "ett@ls.test"}}', encoding="utf-8")
        assert await out.send(on_route(), AT) == ("no mail address for tib-3", "tib-3")
        contacts.write_text('{"tib-3": {"mail": "tre@ls.test, alla@ls.test"}}', encoding="utf-8")
        assert (await out.send(on_route(), AT)).error == "the mail address of tib-3 is not one"
        contacts.write_text('{"tib-3": {"mail": "tre@ls.test"}}', encoding="utf-8")
        assert (await out.send(on_route(), AT)).error is None


def test_the_text_tells_the_receiver_who_is_on_duty_in_the_order_they_are_called(tmp_path: Path) -> None:
    duty = channels(tmp_path, webhook="http://127.0.0.1:1/").fields(on_route("webhook"), AT)["duty"]

    assert [(d["role"], d["person"]) for d in duty] == [("tib", "tib-3"), ("rsib", "rsib-1"), ("bitr-tib", "tib-1")]


def test_a_webhook_that_is_no_address_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="LAGESBILD_WEBHOOK"):
        channels(tmp_path, webhook="larm.example.org")


# ---- the link ------------------------------------------------------------------------------------------------------


def linked(tmp_path: Path, entry: Entry, **more: Any) -> str | None:
    settings = {"address": "https://lagesbild.test/", "text_secret": SECRET, "webhook": "http://127.0.0.1:1/", **more}
    return channels(tmp_path, **settings).fields(entry, AT).get("link")


def test_each_call_brings_a_link_that_the_space_itself_can_read(tmp_path: Path) -> None:
    link = linked(tmp_path, on_route("webhook"))
    assert link is not None
    token = link.removeprefix("https://lagesbild.test/k/")

    found = read(Seal(SECRET, "ovning-prov"), token)

    assert found is not None
    assert (found.notice, found.opened, found.role, found.person) == ("n1", 100, "tib", "tib-3")
    assert read(Seal(SECRET, "real"), token) is None, "an exercise's link means nothing elsewhere"
    assert len(link) < 160, "it must fit a text message"


def test_without_an_address_or_a_secret_there_is_no_link_rather_than_a_dead_one(tmp_path: Path) -> None:
    assert linked(tmp_path, on_route("webhook"), address=None) is None
    assert linked(tmp_path, on_route("webhook"), text_secret="") is None
    assert linked(tmp_path, on_route("webhook")._replace(call=False)) is None


@given(st.text(max_size=80))
def test_no_text_but_ours_is_a_link(text: str) -> None:
    assert read(Seal(SECRET, "real"), text) is None


@given(st.integers(min_value=0), st.sampled_from("0123456789abcdef."))
def test_a_link_with_one_letter_changed_is_no_link(place: int, letter: str) -> None:
    seal = Seal(SECRET, "real")
    token = make(seal, Link("n-1", 7, 9, "tib", "tib-1"))
    assert read(seal, token) == Link("n-1", 7, 9, "tib", "tib-1")
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    assert changed == token or read(seal, changed) is None
    assert command_id(token) == command_id(token)


# ---- the words -----------------------------------------------------------------------------------------------------

PARAMS = {
    "areas": [TOWNS[:1], TOWNS[:4], TOWNS[:9], TOWNS],
    "types": "SNOW+WIND+ICE_ACCRETION",
    "levels": "ORANGE",
    "onset": "2027-01-20T05:00:00.000Z",
    "impact": "5",
    "percent": 100,
    "count": 12_400,
    "forum": "samordnande-20270119-1300",
}


MANY = sorted(REFERENCE["actors"])[:14]


def reason(rule: dict[str, Any], areas: list[str], sector: str, by: str) -> dict[str, Any]:
    found = {"rule": rule["id"], "level": rule["level"], "params": {**PARAMS, "areas": areas, "by": by}, "items": []}
    found |= {"text": rule["text"], "falls_away": rule["falls_away"]}
    return found | {"subject": sector} if rule.get("each") == "sector" else found


@pytest.mark.parametrize("rule", RULES["rule"], ids=lambda rule: rule["id"])
@pytest.mark.parametrize("by", [MANY[:1], MANY[:2], MANY], ids=len)
def test_every_rules_text_can_be_read_aloud_with_its_reason(rule: dict, by: list[str]) -> None:
    for areas, sector in product(PARAMS["areas"], SECTORS):
        why = reason(rule, areas, sector, "+".join(by))
        said = suggestion() | {"act": rule["act"], "level": rule["level"], "reasons": [why]}

        fields = body(Entry("n1", rule["call"], notice(level=rule["level"]), said), REFERENCE, SPACE, None)

        words = fields["text"].split()
        assert len(words) <= WORDS
        assert " ".join(fields["reasons"][0].split()[:CUT]) in fields["text"], "the reason is said, not left out"
        assert fields["text"].endswith("Kvittera i lägesbilden.")
        assert len(by) > 2 or fields["reasons"][0] in fields["text"], "only a list of many names is cut"


@pytest.mark.parametrize("rule", RULES["rule"], ids=lambda rule: rule["id"])
def test_the_reminder_says_what_was_acknowledged_when_and_that_nothing_is_decided(rule: dict) -> None:
    said = suggestion() | {"act": rule["act"], "level": rule["level"]}
    told = notice("n1-r", call=False, level=rule["level"], reminds="n1", seen_at="2027-01-19T13:03:00.000Z")

    text = body(Entry("n1-r", False, told, said), REFERENCE, REAL, None)["text"]

    assert text.startswith("Påminnelse. ")
    assert "kvitterat 14.03 men inget är beslutat" in text
    assert len(text.split()) <= WORDS
    assert spoken(text, exercise=True).startswith("ÖVNING. Påminnelse.")
