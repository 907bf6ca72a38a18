"""What is posted: reports of actors, commands of people; and the receipts of both.

In: bodies, with who from the login only. Out: 202 once Kafka has the record, then what became of it.
Next: schemas/topics.py (`reports.actor.<id>`, `commands`), then streams/intake.py
"""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from dashboards.access import Act, Viewer
from dashboards.api.trial import on_trial
from dashboards.identify import Asker, Parts, Writer, need
from dashboards.metrics import COMMANDS_TAKEN, REPORTS_TAKEN
from dashboards.picture.receipts import may_read, receipt_body
from dashboards.problems import Problem, Told
from dashboards.report.readers import Sent
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.codec import BODY_LIMIT, Json, Malformed, canon, load_object, number_faults
from schemas.command import GROUPS, Command, CommandIn, check_args, needs_reason
from schemas.ids import actor_source, item_key
from schemas.outcome import Refusal
from schemas.record import RECEIPT_HEADER
from schemas.report import ActorReport, Fault, faults
from schemas.times import from_datetime, to_datetime, z
from schemas.topics import COMMANDS, reports
from streams.bus import Out
from streams.checking import Faulty, check_actor_report
from streams.seal import new_receipt

router = APIRouter(prefix="/api/v1", tags=["inbox"])

CONFIRM_S = 10.0
"""Longest wait for Kafka's confirmation; the sender then sends the same id again, which is safe."""

_STATUS = {Refusal.MALFORMED: 400, Refusal.TOO_LARGE: 413, Refusal.WRONG_SPACE: 409}
"""Reason -> HTTP status; every other reason is 422."""


async def body_of(request: Request) -> bytes:
    """Body as sent, read no further than the limit. Problem 413 beyond it."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > BODY_LIMIT:
            raise Problem(413, Refusal.TOO_LARGE, Told("problem.too_large", bytes=BODY_LIMIT))
    return bytes(raw)


async def publish(server: Server, out: Out) -> None:
    """Until Kafka has confirmed. Problem 503 if it does not in time: then nobody knows, and a repeat is safe."""
    try:
        await asyncio.wait_for(server.producer.send([out]), CONFIRM_S)
    except (TimeoutError, RuntimeError, OSError) as error:  # aiokafka's errors are RuntimeErrors
        detail = Told("problem.not_confirmed")
        raise Problem(503, "not-confirmed", detail, headers={"Retry-After": "5"}) from error


async def take_report(server: Server, viewer: Viewer, raw: bytes) -> Json:
    """Check and publish an actor's report: the answer with its receipt. Problem with every fault at once."""
    need(viewer, Act.REPORT)
    assert viewer.actor is not None
    try:
        report = checked(server, raw)
    except Problem as problem:
        if problem.status != 503:
            REPORTS_TAKEN.labels(problem.name).inc()
        raise
    source, receipt = actor_source(viewer.actor), new_receipt(server.seal, viewer.who)
    headers = ((RECEIPT_HEADER, receipt.encode()), ("via", b"http"))
    topic = server.space.topic(reports(source))
    await publish(server, Out(topic, raw, item_key(source, report.id).encode(), headers))
    REPORTS_TAKEN.labels("accepted").inc()
    sent = Sent(receipt, report.id, report.type, z(from_datetime(report.sent)), server.now())
    server.readers.accepted(viewer.actor, sent)
    return {"source": source, "id": report.id, "revision": report.revision, "receipt": receipt}


def checked(server: Server, raw: bytes) -> ActorReport:
    """The report, if intake will take it. Problem with every fault at once."""
    if server.now() == 0:
        raise Problem(503, "not-yet", Told("problem.no_clock"), headers={"Retry-After": "1"})
    try:
        return check_actor_report(
            raw, server.reference, server.now(), exercise=server.space.exercise, outside=server.sweden
        )
    except Faulty as faulty:
        status = _STATUS.get(faulty.reason, 422)
        raise Problem(status, faulty.reason, Told(f"refusal.{faulty.reason}"), faulty.faults) from faulty


async def take_command(server: Server, viewer: Viewer, raw: bytes) -> Json:
    """Check and publish a command: the answer with its receipt."""
    need(viewer, Act.COMMAND)
    body = _read(raw)
    _need_group(server, viewer, body)
    command = _command(body)
    full = Command(**command.model_dump(), who=viewer.who, role=viewer.role.value, at=to_datetime(server.now()))
    value = full.model_dump(mode="json", exclude_none=True) | {"at": z(server.now())}
    receipt = new_receipt(server.seal, viewer.who)
    headers = ((RECEIPT_HEADER, receipt.encode()),)
    await publish(server, Out(server.space.topic(COMMANDS), canon(value), server.region.encode(), headers))
    COMMANDS_TAKEN.labels("accepted").inc()
    return {"id": command.id, "command": command.command, "receipt": receipt}


def _need_group(server: Server, viewer: Viewer, body: Json) -> None:
    """Problem 403 before anything else is said of a command that the role may not give."""
    name, on = str(body.get("command")), str(body.get("on") or "")
    if name not in GROUPS or viewer.may_command(name, server.reference["roles"]) or _leads(server, viewer, name, on):
        return
    COMMANDS_TAKEN.labels(Refusal.NOT_ALLOWED).inc()
    raise Problem(403, "not-allowed", Told("problem.role_may_not", role=viewer.words(f"role.{viewer.role}")))


def _leads(server: Server, viewer: Viewer, command: str, on: str) -> bool:
    """True if the viewer chairs the forum it acts on, as far as this picture knows; the fold decides."""
    picture = server.follower.chain.picture
    entry = picture.get(EntityKind.ENTRY, {}).get(on)
    forum = picture.get(EntityKind.FORUM, {}).get(on if entry is None else entry["forum"], {})
    group = GROUPS[command]
    may = group == "forum" and group in server.reference["roles"].get("chair", [])
    return may and viewer.actor is not None and forum.get("chair") == viewer.actor


def _read(raw: bytes) -> Json:
    try:
        return load_object(raw)
    except Malformed as error:
        raise Problem(400, Refusal.MALFORMED, str(error)) from error


def _command(body: Json) -> CommandIn:
    found: list[Fault] = [_pointed(fault) for fault in number_faults(body)]
    command = None
    try:
        command = CommandIn.model_validate(body)
    except ValidationError as error:
        found += faults(error)
    if command is not None:
        found += _args_faults(command)
    if command is None or found:
        COMMANDS_TAKEN.labels(Refusal.SCHEMA).inc()
        raise Problem(422, Refusal.SCHEMA, Told("problem.command"), found)
    return command


def _pointed(text: str) -> Fault:
    pointer, _, detail = text.partition(": ")
    return {"pointer": pointer, "detail": detail}


def _args_faults(command: CommandIn) -> list[Fault]:
    found: list[Fault] = []
    try:
        check_args(command)
    except ValidationError as error:
        found += [{**fault, "pointer": "/args" + fault["pointer"]} for fault in faults(error)]
    if needs_reason(command.command, command.args) and not (command.reason or "").strip():
        found.append({"pointer": "/reason", "detail": "this command needs a reason in words"})
    return found


def accepted(request: Request, body: Json) -> Response:
    """202 with where to read what becomes of it."""
    root = request.scope.get("root_path", "")
    headers = {"Location": f"{root}/api/v1/receipts/{body['receipt']}", "Cache-Control": "no-store"}
    return Response(canon(body), 202, headers, "application/json")


@router.post("/reports", status_code=202, summary="An actor's report (docs/api.md)")
async def post_report(
    request: Request, server: Parts, viewer: Writer, *, test: Annotated[bool, Query()] = False
) -> Response:
    """Answers only when Kafka has it. The same `id` with the same `sent` or `revision` may be sent again.

    With `test` it is checked and told what would become of it (200), and goes nowhere.
    """
    if test:
        need(viewer, Act.REPORT)
        body = on_trial(server, viewer, checked(server, await body_of(request)))
        return Response(canon(body), 200, {"Cache-Control": "no-store"}, "application/json")
    return accepted(request, await take_report(server, viewer, await body_of(request)))


@router.post("/commands", status_code=202, summary="A person's act (docs/api.md)")
async def post_command(request: Request, server: Parts, viewer: Writer) -> Response:
    """Who and role come from the login, never from the body. The fold says by the receipt whether it was done."""
    return accepted(request, await take_command(server, viewer, await body_of(request)))


async def outcome_of(server: Server, viewer: Viewer, receipt: str, wait: float) -> Json:
    """What became of a receipt; waits for the outcome, and until this server can show the version it names."""
    own = may_read(server.seal, receipt, viewer)
    if not own and not (viewer.may(Act.SEE_ANY_RECEIPT) and server.outcomes.said(receipt)):
        raise Problem(404, "no-such-receipt", Told("problem.no_receipt"))
    until = time.monotonic() + wait
    while True:
        said = server.outcomes.said(receipt)
        there = all(o.get("version", 0) <= server.follower.head.version for o in said.values())
        left = until - time.monotonic()
        if (said and there) or left <= 0 or server.closing.is_set():
            return receipt_body(receipt, said if there else {}, viewer.words)
        await (server.follower.wait(min(left, 1)) if said else server.outcomes.wait(min(left, 1)))


@router.get("/receipts/{receipt}", summary="What became of a report or command; for its sender only")
async def get_receipt(
    server: Parts, viewer: Asker, receipt: str, wait: Annotated[float, Query(ge=0, le=60)] = 0
) -> Response:
    """`received` until the log has folded it, then its result with the version or the reason, per region."""
    body = await outcome_of(server, viewer, receipt, wait)
    return Response(canon(body), 200, {"Cache-Control": "no-store"}, "application/json")
