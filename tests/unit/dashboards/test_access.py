"""Who may what: one table, keys, cookies and receipts that nobody can make up."""

import json
from pathlib import Path

import pytest

from dashboards.access import MAY, Act, Keys, Role, Seal, Viewer, anyone, as_actor, cookie_name, of_account
from dashboards.picture.receipts import may_read
from dashboards.tries import Tries
from schemas.command import GROUPS
from schemas.sectors import Label
from streams.accounts import Account
from streams.reference import load_reference
from streams.seal import new_receipt
from streams.settings import PROJECT, Settings

ACTORS = {"lansstyrelsen-01": {"kind": "county_board"}, "sbff": {"kind": "rescue"}}
NOW = 1_800_000_000_000


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    (tmp_path / "keys.json").write_text(
        json.dumps({"keys": {"sbff": "a", "lansstyrelsen-01": "b", "gone": "c"}, "operator_key": "o"})
    )
    return Keys(tmp_path / "keys.json", ACTORS, exercise=True)


def test_the_table_names_every_role_and_nobody_without_a_login_acts():
    assert set(MAY) == set(Role)
    assert MAY[Role.ANYONE] == {Act.READ}
    assert MAY[Role.READER] == {Act.READ, Act.READ_INTERNAL}
    assert Act.REPORT not in MAY[Role.OPERATOR]


def test_the_county_board_coordinates_and_every_other_actor_reports(keys: Keys):
    assert keys.viewer("a") == Viewer(Role.REPORTER, "sbff", exercise=True)
    assert keys.viewer("b") == Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=True)
    assert keys.viewer("o") == Viewer(Role.OPERATOR, "operator", exercise=True)


@pytest.mark.parametrize("wrong", ["", "A", "c", "a ", "nyckel"])
def test_a_wrong_key_and_the_key_of_an_actor_outside_the_registry_are_nobodys(keys: Keys, wrong: str):
    assert keys.viewer(wrong) is None


def test_a_changed_file_of_keys_counts_at_once_and_a_missing_one_lets_nobody_in(keys: Keys, tmp_path: Path):
    (tmp_path / "keys.json").write_text(json.dumps({"keys": {"sbff": "a new one"}}))
    assert (keys.viewer("a"), keys.viewer("a new one") is not None) == (None, True)

    (tmp_path / "keys.json").unlink()
    assert keys.viewer("a new one") is None


def test_viewers_of_one_view_see_the_same_as_they_are_answered_with_the_same_bytes():
    viewers = [
        Viewer(role, who, exercise=exercise)
        for role in Role
        for who in ("", "sbff", "sl", "lansstyrelsen-01")
        for exercise in (True, False)
    ]
    seen: dict[str, set[frozenset[tuple[str, str]]]] = {}
    for viewer in viewers:
        sees = frozenset((label, owner) for label in Label for owner in ("sbff", "sl") if viewer.sees(label, owner))
        seen.setdefault(viewer.view, set()).add(sees)
    assert {view: len(kinds) for view, kinds in seen.items()} == dict.fromkeys(seen, 1)


def test_commands_follow_the_regions_own_table():
    roles = dict(load_reference(Settings().region_folder))["roles"]
    assert isinstance(roles, dict)

    for command, group in GROUPS.items():
        for role in Role:
            may = Viewer(role, "x", exercise=True).may_command(command, roles)
            assert may == (group in roles.get(role, []) and Act.COMMAND in MAY[role]), (command, role)


def test_a_cookie_is_read_back_until_it_runs_out():
    seal, viewer = Seal("secret", "real"), Viewer(Role.REPORTER, "sbff", exercise=False)
    cookie = seal.cookie(viewer, NOW)

    assert seal.open_cookie(cookie, NOW + 1, exercise=False) == (viewer, "")
    assert seal.open_cookie(cookie, NOW + 13 * 3_600_000, exercise=False) is None


def test_a_cookie_that_was_changed_or_is_of_another_space_is_nobodys():
    cookie = Seal("secret", "real").cookie(Viewer(Role.REPORTER, "sbff", exercise=False), NOW)

    assert Seal("secret", "real").open_cookie(cookie.replace("reporter", "operator"), NOW, exercise=False) is None
    assert Seal("secret", "ovning-snowstorm").open_cookie(cookie, NOW, exercise=True) is None
    for broken in ("", ".", "a.b.c", cookie[:-1], cookie[:-60]):
        assert Seal("secret", "real").open_cookie(broken, NOW, exercise=False) is None


def test_without_a_secret_two_processes_do_not_trust_each_other():
    assert Seal("", "real").tag("session", "x") != Seal("", "real").tag("session", "x")


def test_cookies_of_two_spaces_and_ports_have_different_names():
    assert len({cookie_name("real", 1), cookie_name("real", 2), cookie_name("ovning-a", 1)}) == 3


def test_a_receipt_is_read_by_its_sender_only():
    seal = Seal("secret", "real")
    receipt = new_receipt(seal, "sbff")

    assert may_read(seal, receipt, as_actor("sbff", ACTORS, exercise=False))
    assert not may_read(seal, receipt, as_actor("lansstyrelsen-01", ACTORS, exercise=False))
    assert not may_read(seal, receipt, anyone(exercise=False))


@pytest.mark.parametrize("made_up", ["", "x" * 48, "0" * 48, "f" * 47, "F" * 48])
def test_a_made_up_receipt_is_nobodys(made_up: str):
    assert not may_read(Seal("secret", "real"), made_up, as_actor("sbff", ACTORS, exercise=False))


def test_a_receipt_runs_out_after_as_long_as_outcomes_are_kept():
    seal = Seal("secret", "real")
    body = f"{NOW - 10**11:012x}" + "0" * 20
    old = body + seal.tag("receipt", f"sbff\n{body}", 16)

    assert not may_read(seal, old, as_actor("sbff", ACTORS, exercise=False))


def test_the_page_about_roles_says_what_the_tables_say():
    page = (PROJECT / "docs" / "roles.md").read_text(encoding="utf-8")
    rows = {}
    for line in page.splitlines():
        if line.startswith("| ") and "---" not in line:
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            rows[name] = {role for role, cell in zip(Role, cells, strict=True) if cell}
    may = {act: {role for role in Role if act in MAY[role]} for act in Act}
    roles = dict(load_reference(Settings().region_folder))["roles"]
    assert isinstance(roles, dict)

    assert rows.pop("") == set(Role)
    assert rows == {
        "what is open": may[Act.READ],
        "what is for actors (`internal`)": may[Act.READ_INTERNAL],
        "what is confidential": may[Act.READ_CONFIDENTIAL] | {Role.REPORTER},
        "send reports of its own actor": may[Act.REPORT],
        "what could not be used (`/rejected`)": may[Act.SEE_REJECTED],
        "metrics": may[Act.SEE_METRICS],
        "receipts of other actors": may[Act.SEE_ANY_RECEIPT],
        **{f"commands: `{g}`": {r for r in Role if g in roles.get(r, [])} for g in set(GROUPS.values())},
    }


def test_an_account_speaks_for_its_actor_and_only_the_boards_people_coordinate():
    def viewer(role: str, actor: str) -> Viewer | None:
        return of_account(Account("eva", role, actor, "s"), ACTORS, exercise=False)

    assert viewer("coordinator", "lansstyrelsen-01") == Viewer(Role.COORDINATOR, "lansstyrelsen-01", False, "eva")
    assert viewer("reader", "sbff") == Viewer(Role.READER, "sbff", False, "eva")
    assert viewer("operator", "") == Viewer(Role.OPERATOR, "operator", False, "eva")
    assert viewer("coordinator", "sbff") is None
    assert viewer("reporter", "no longer there") is None


def test_five_wrong_passwords_lock_a_name_for_a_minute_and_no_other():
    tries = Tries()
    for _ in range(5):
        assert tries.wait_ms("eva", NOW) == 0
        tries.wrong("eva", NOW)

    assert (tries.wait_ms("eva", NOW + 20_000), tries.wait_ms("bo", NOW + 20_000)) == (40_000, 0)
    assert tries.wait_ms("eva", NOW + 60_000) == 0
