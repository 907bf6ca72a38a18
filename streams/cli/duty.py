"""`lagesbild duty`: who is on duty now, and what is open; or hands a duty over to another.

In: the duty plan of the region, hand-overs and open matters from the server. Out: rows in Swedish, or a command to the
server and the version it is in. Persons by alias: no address is read here.
Next: streams/duty.py
"""

import secrets
from typing import Annotated, NamedTuple

import typer

from schemas.codec import Json, canon
from schemas.times import parse as parse_time
from streams.cli.http import Api, ServerError
from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Data, key_of, need_running, settings_for
from streams.cli.receipt import outcome, told
from streams.cli.texts import say
from streams.duty import DutyPlan, load_duty
from streams.open_matters import Matter, open_matters
from streams.words import load_words


class OnDuty(NamedTuple):
    """A row: one duty and who has it."""

    role: str
    name: str
    person: str
    until: str


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild duty --hand-over tib-2")(duty)


def duty(
    hand_over: Annotated[str | None, typer.Option(help="Alias of the one who takes over; none = show.")] = None,
    role: Annotated[str, typer.Option(help="Which duty.")] = "tib",
    until: Annotated[str | None, typer.Option(help="Till when, RFC 3339 [the plan's next shift].")] = None,
    actor: Annotated[str | None, typer.Option(help="Whose key to use [the operator's].")] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome.")] = 30.0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who is on duty and what is open, or hand a duty over; LagesbildError when it was refused."""
    api = Api(need_running(data).address, key_of(actor, data), patience_s=wait)
    plan = load_duty(settings_for(data, None).region_folder)
    answer = api.get("/api/v1/picture")
    if hand_over is None:
        _show(plan, answer.body, parse_time(answer.headers["lagesbild-time"]), as_json=as_json)
        return
    _known(plan, role, hand_over)
    args: Json = {"role": role, "to": hand_over} | ({} if until is None else {"until": until})
    body: Json = {"id": f"cli-{secrets.token_hex(8)}", "command": "hand_over", "args": args}
    body["seen_version"] = answer.body["version"]
    became = outcome(api, str(api.post("/api/v1/commands", canon(body)).body["receipt"]), wait)
    if as_json:
        print_json(became)
    line = told("duty", became, role=plan.roles[role].short, person=hand_over)
    if not as_json:
        typer.echo(line)
        _print_matters(open_matters(answer.body))


def _known(plan: DutyPlan, role: str, person: str) -> None:
    """An alias that the plan does not have would be passed over by the ladder: better said now."""
    if role not in plan.roles:
        raise ServerError(f"no duty {role!r} in duty.toml; there are {', '.join(plan.roles)}")
    if person not in plan.people:
        raise ServerError(f"no {person!r} in duty.toml; there are {', '.join(sorted(plan.people))}")


def _show(plan: DutyPlan, picture: Json, now: int, *, as_json: bool) -> None:
    handed = {row["id"]: row for row in picture.get("duties", ())}
    rows = [_row(plan, role, now, handed) for role in plan.roles]
    matters = open_matters(picture)
    if as_json:
        print_json({"duty": [row._asdict() for row in rows], "matters": [m._asdict() for m in matters]})
        return
    print_rows([(row.name, row.person or say("duty.nobody"), row.until) for row in rows])
    _print_matters(matters)


def _row(plan: DutyPlan, role: str, now: int, handed: dict[str, Json]) -> OnDuty:
    words, turn = load_words(), plan.turn(role, now, handed)
    until = "" if turn is None or turn.ends is None else say("duty.until", when=words.when(turn.ends, now))
    return OnDuty(role, plan.roles[role].name, turn.person if turn else "", until)


def _print_matters(matters: list[Matter]) -> None:
    typer.echo(say("duty.matters", n=len(matters)) if matters else say("duty.no_matters"))
    print_rows([(say(f"duty.{m.kind}"), m.title, m.state, m.id) for m in matters], "  ")
