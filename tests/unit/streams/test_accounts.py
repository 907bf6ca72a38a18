"""People's accounts: a password opens its own account only, a change ends every login, the file is its owner's."""

import stat
from pathlib import Path

import pytest

from streams.accounts import AccountError, Accounts, put, remove
from streams.cli.user import UserError, add, shown

PASSWORD = "sju snabba sälar"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "eva", "coordinator", "lansstyrelsen-01", PASSWORD)
    return tmp_path


def test_a_name_and_its_password_open_the_account(folder: Path):
    found = Accounts(folder).account("eva", PASSWORD)

    assert found is not None
    assert (found.name, found.role, found.actor) == ("eva", "coordinator", "lansstyrelsen-01")


@pytest.mark.parametrize(("name", "password"), [("eva", "fel"), ("eva", ""), ("bosse", PASSWORD), ("", "")])
def test_nothing_else_does(folder: Path, name: str, password: str):
    assert Accounts(folder).account(name, password) is None


def test_a_password_is_never_written_and_only_its_owner_reads_the_file(folder: Path):
    path = folder / "users.json"

    assert PASSWORD not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_login_ends_when_the_account_changes_or_goes(folder: Path):
    accounts = Accounts(folder)
    stamp = accounts.all()[0].stamp
    assert accounts.stands("eva", stamp) is not None

    put(folder, "eva", "coordinator", "lansstyrelsen-01", PASSWORD + "!")
    assert accounts.stands("eva", stamp) is None
    stamp = accounts.all()[0].stamp
    remove(folder, "eva")
    assert accounts.stands("eva", stamp) is None


@pytest.mark.parametrize("name", ["e", "Eva", "eva.b", "-eva", "e" * 41, "ev a"])
def test_a_name_that_would_not_do_in_a_cookie_is_refused(folder: Path, name: str):
    with pytest.raises(AccountError, match="will not do"):
        put(folder, name, "reader", "sos-alarm", PASSWORD)


def test_a_short_password_is_refused_and_nobody_can_be_removed_twice(folder: Path):
    with pytest.raises(AccountError, match="too short"):
        put(folder, "bosse", "reader", "sos-alarm", "kort")
    with pytest.raises(AccountError, match="no account"):
        remove(folder, "bosse")


def test_a_file_that_cannot_be_read_lets_nobody_in_and_is_not_written_over(folder: Path):
    (folder / "users.json").write_text("{")

    assert Accounts(folder).all() == []
    with pytest.raises(AccountError, match="cannot be read"):
        put(folder, "bosse", "reader", "sos-alarm", PASSWORD)


@pytest.mark.parametrize(
    ("role", "actor", "why"),
    [
        ("coordinator", "sos-alarm", "not the county board"),
        ("reporter", "nobody", "one of the county's actors"),
        ("reader", "", "one of the county's actors"),
        ("operator", "sos-alarm", "works for no actor"),
    ],
)
def test_a_role_goes_with_its_actor(folder: Path, role, actor: str, why: str):
    with pytest.raises(UserError, match=why):
        add("bosse", role, actor, generate=True, data=folder)


def test_a_generated_password_is_told_once_and_works(folder: Path, capsys: pytest.CaptureFixture[str]):
    add("vagg", "reader", "lansstyrelsen-01", generate=True, data=folder)
    password = capsys.readouterr().out.split("password: ")[1].strip()

    assert Accounts(folder).account("vagg", password) is not None
    shown(data=folder)
    assert capsys.readouterr().out == "eva   coordinator  lansstyrelsen-01\nvagg  reader       lansstyrelsen-01\n"
