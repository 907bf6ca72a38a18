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
        _print_matters(_matters(answer.body))


def _known(plan: DutyPlan, role: str, person: str) -> None:
    """An alias that the plan does not have would be passed over by the ladder: better said now."""
    if role not in plan.roles:
        raise ServerError(f"no duty {role!r} in duty.toml; there are {', '.join(plan.roles)}")
    if person not in plan.people:
        raise ServerError(f"no {person!r} in duty.toml; there are {', '.join(sorted(plan.people))}")


def _show(plan: DutyPlan, picture: Json, now: int, *, as_json: bool) -> None:
    handed = {row["id"]: row for row in picture.get("duties", ())}
    rows = [_row(plan, role, now, handed) for role in plan.roles]
    matters = _matters(picture)
    if as_json:
        print_json({"duty": [row._asdict() for row in rows], "matters": matters})
        return
    print_rows([(row.name, row.person or say("duty.nobody"), row.until) for row in rows])
    _print_matters(matters)


def _row(plan: DutyPlan, role: str, now: int, handed: dict[str, Json]) -> OnDuty:
    words, person, shift = load_words(), plan.on_duty(role, now, handed), plan.shift(role, now)
    by_hand = person is not None and (shift is None or shift.person != person)
    given = handed.get(role, {})
    ends = parse_time(given["until"]) if by_hand and "until" in given else shift.ends if shift else None
    until = "" if ends is None else say("duty.until", when=words.when(ends, now))
    return OnDuty(role, plan.roles[role].name, person or "", until)


def _matters(picture: Json) -> list[Json]:
    """What waits for somebody, as the one who goes off duty leaves it."""
    words = load_words()
    found = [_matter("notice", n, words(f"level.{n['level']}")) for n in picture["notices"] if n["state"] == "open"]
    waiting = {"raised", "notified", "acknowledged", "accepted"}
    found += [
        _matter("suggestion", s, words.advice(s["act"], s["level"]))
        for s in picture["suggestions"]
        if s["state"] in waiting
    ]
    return found + [
        _matter("forum", f, words(f"level.{f['level']}")) for f in picture["forums"] if f["state"] == "active"
    ]


def _matter(kind: str, row: Json, title: str) -> Json:
    words, key = load_words(), f"{kind}_state.{row['state']}"
    state = words(key) if words.known(key) else row["state"]
    return {"kind": kind, "id": row["id"], "title": title, "state": state}


def _print_matters(matters: list[Json]) -> None:
    typer.echo(say("duty.matters", n=len(matters)) if matters else say("duty.no_matters"))
    print_rows([(say(f"duty.{m['kind']}"), m["title"], m["state"], m["id"]) for m in matters], "  ")
