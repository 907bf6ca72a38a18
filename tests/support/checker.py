"""Was anything lost? Compares what was acknowledged with what lies in Kafka. It imports nothing of ours.

In: the senders' file of acknowledged reports, the raw topics of the space, the receiver's file. Out: `Findings`.
A fault of the program cannot hide here: formats, hashes and the chain's rule are told again, from the documents.

    python tests/support/checker.py 127.0.0.1:9092 ovning-snowstorm acknowledged.jsonl receiver.jsonl
"""

import asyncio
import dataclasses
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition


class Raw(NamedTuple):
    """A record as it lies."""

    partition: int
    offset: int
    key: str
    value: bytes
    headers: dict[str, bytes]


@dataclass
class Findings:
    """`lost` and `faults` are empty when all is well; the rest says how much was looked at."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged reports that are nowhere."""
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    results: dict[str, int] = field(default_factory=dict)
    versions: int = 0
    head: str = ""
    """Hash of the newest version."""
    log_records: int = 0
    origins_twice: list[str] = field(default_factory=list)
    """Inputs that intake put into the log more than once: it died between append and commit."""
    versions_twice: list[int] = field(default_factory=list)
    """Versions that were published more than once, in the order in which they came again."""
    calls: list[str] = field(default_factory=list)
    """Notices that were opened and ask for an acknowledgement."""
    keys_twice: list[str] = field(default_factory=list)
    """Idempotency keys that the receiver got more than once."""

    @property
    def whole(self) -> bool:
        return not self.lost and not self.faults

    def short(self) -> dict[str, Any]:
        """Its figures: how many, where it lists what there is more than one of."""
        told = dataclasses.asdict(self)
        counted = ("origins_twice", "versions_twice", "calls", "keys_twice")
        return told | {name: len(told[name]) for name in counted}


async def partitions(bootstrap: str, *topics: str) -> list[TopicPartition]:
    """Every partition of these topics; LookupError names one that is not there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="checker")
    await admin.start()
    try:
        about = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    if empty := [topic["topic"] for topic in about if not topic["partitions"]]:
        raise LookupError(f"there is no topic {', '.join(empty)}")
    return sorted(TopicPartition(t["topic"], p["partition"]) for t in about for p in t["partitions"])


async def read(bootstrap: str, topic: str) -> list[Raw]:
    """Everything that lies on a topic now, each partition in order."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", client_id="checker"
    )
    await consumer.start()
    try:
        parts = await partitions(bootstrap, topic)
        consumer.assign(parts)
        first, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        for part in parts:
            consumer.seek(part, first[part])
        found: list[Raw] = []
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for part, records in (await consumer.getmany(timeout_ms=500)).items():
                found += [_raw(record) for record in records if record.offset < ends[part]]
        return sorted(found, key=lambda raw: (raw.partition, raw.offset))
    finally:
        await consumer.stop()


def _raw(record: Any) -> Raw:
    key = (record.key or b"").decode()
    return Raw(record.partition, record.offset, key, record.value or b"", dict(record.headers))


@dataclass
class Chain:
    """Versions 1..n as published, checked link by link."""

    values: list[bytes] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def holds(self, number: int, item: str) -> bool:
        """True if there is such a version and its changes hold this item."""
        if not 1 <= number <= len(self.bodies):
            return False
        return any(c["kind"] == "item" and c["key"] == item and c["value"] for c in self.bodies[number - 1]["changes"])

    def newest(self, kind: str) -> dict[str, Any]:
        """Entities of a kind at the newest version."""
        held: dict[str, Any] = {}
        for body in self.bodies:
            for change in body["changes"]:
                if change["kind"] == kind:
                    held[change["key"]] = change["value"]
        return {key: value for key, value in held.items() if value is not None}

    def ever(self, kind: str) -> dict[str, list[Any]]:
        """Every value that each entity of a kind has had."""
        had: dict[str, list[Any]] = {}
        for body in self.bodies:
            for change in body["changes"]:
                if change["kind"] == kind and change["value"] is not None:
                    had.setdefault(change["key"], []).append(change["value"])
        return had


def follow(space: str, region: str, records: list[Raw]) -> Chain:
    """The chain of version records; every rule it breaks is a fault."""
    chain = Chain()
    for record in records:
        if record.key != region or record.headers.get("type") != b"version":
            continue
        body, digest = json.loads(record.value), hashlib.sha256(record.value).hexdigest()
        number, known = body["version"], len(chain.values)
        if number <= known:
            chain.again.append(number)
            if chain.values[number - 1] != record.value:
                chain.faults.append(f"version {number} was published again with other bytes, at {record.offset}")
            continue
        before = chain.hashes[-1] if chain.hashes else hashlib.sha256(f"{space}\n{region}".encode()).hexdigest()
        if number != known + 1:
            chain.faults.append(f"version {number} follows version {known}, at {record.offset}")
            break
        if body["prev"] != before:
            chain.faults.append(f"version {number} names {body['prev']} before it, which is {before}")
        chain.values.append(record.value)
        chain.bodies.append(body)
        chain.hashes.append(digest)
    return chain


def said(records: list[Raw]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What `outcomes` says of each key; an outcome that was said again and is another one is a fault."""
    found: dict[str, dict[str, Any]] = {}
    faults = []
    for record in records:
        body = json.loads(record.value)
        known = found.setdefault(record.key, body)
        if _told(known) != _told(body):
            faults.append(f"outcome {record.key} changed from {_told(known)} to {_told(body)}")
    return found, faults


def _told(outcome: dict[str, Any]) -> tuple[Any, ...]:
    return outcome["result"], outcome.get("version"), outcome.get("reason")


def acknowledged(path: Path) -> list[dict[str, Any]]:
    """What the senders wrote down, each as soon as it was acknowledged."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge(report: dict[str, Any], outcome: dict[str, Any] | None, chain: Chain, rejected: set[str]) -> str | None:
    """Why an acknowledged report is nowhere, None when it is somewhere."""
    item = f"actor.{report['actor']}/{report['id']}"
    if outcome is None:
        return f"{item} sent {report['sent']}: no outcome for {report['receipt']}"
    match outcome["result"]:
        case "applied" | "duplicate_of" | "superseded_by" as result:
            number = outcome["version"]
            return None if chain.holds(number, item) else f"{item}: {result} {number}, which does not hold it"
        case "refused" if outcome.get("reason"):
            return None
        case "rejected":
            return None if report["receipt"] in rejected else f"{item}: rejected, but its bytes are not kept"
        case result:
            return f"{item}: {result} {outcome.get('reason')}"


def _newest_stand(reports: list[dict[str, Any]], outcomes: list[dict[str, Any] | None], chain: Chain) -> list[str]:
    """The picture shows of each matter what was sent last of all that was applied."""
    newest: dict[str, str] = {}
    for report, outcome in zip(reports, outcomes, strict=True):
        if outcome is not None and outcome["result"] == "applied":
            item = f"actor.{report['actor']}/{report['id']}"
            newest[item] = max(newest.get(item, ""), report["sent"])
    shown = chain.newest("item")
    return [
        f"{item} was sent {sent}, the picture shows {shown.get(item, {}).get('sent')}"
        for item, sent in newest.items()
        if shown.get(item, {}).get("sent", "") < sent
    ]


def _log(records: list[Raw], findings: Findings) -> None:
    """Inputs that lie in the log twice."""
    findings.log_records = len(records)
    origins = [json.loads(record.value).get("origin") for record in records]
    counts = Counter(f"{o[0]}[{o[1]}]@{o[2]}" for o in origins if o)
    findings.origins_twice = sorted(origin for origin, count in counts.items() if count > 1)


def received(path: Path) -> list[dict[str, Any]]:
    """What the receiver wrote down; none when nothing came."""
    if not path.exists():
        return []
    return [json.loads(line)["body"] for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def missed_calls(calls: list[str], receiver: Path) -> list[str]:
    """Opened calls that never came to the receiver, not even in a list of missed ones."""
    posts = received(receiver)
    came = {post["notice"] for post in posts} | {name for post in posts for name in post.get("listed", ())}
    return sorted(set(calls) - came)


def _notices(chain: Chain, receiver: Path, findings: Findings) -> None:
    """The same key never brings two texts; which calls were opened."""
    bodies: dict[str, list[dict[str, Any]]] = {}
    for post in received(receiver):
        bodies.setdefault(post["key"], []).append(post)
    findings.keys_twice = sorted(key for key, same in bodies.items() if len(same) > 1)
    findings.faults += [
        f"key {key} brought {len(same)} posts that differ"
        for key, same in bodies.items()
        if any(post != same[0] for post in same)
    ]
    findings.calls = sorted(key for key, values in chain.ever("notice").items() if any(v["call"] for v in values))


async def check(bootstrap: str, space: str, reports: Path, receiver: Path, region: str = "01") -> Findings:
    """Read everything and compare. The senders have stopped; the rest may still run."""
    prefix = "" if space == "real" else f"{space}."
    sent = acknowledged(reports)
    outcomes, faults = said(await read(bootstrap, f"{prefix}outcomes"))
    rejected = {json.loads(r.value).get("receipt", "") for r in await read(bootstrap, f"{prefix}rejected")}
    chain = follow(space, region, await read(bootstrap, f"{prefix}picture.changes"))
    mine = [outcomes.get(f"{report['receipt']}/{region}") for report in sent]
    findings = Findings(
        lost=[why for r, o in zip(sent, mine, strict=True) if (why := judge(r, o, chain, rejected)) is not None],
        faults=[*faults, *chain.faults, *_newest_stand(sent, mine, chain)],
        acknowledged=len(sent),
        results=dict(Counter("none" if o is None else o["result"] for o in mine)),
        versions=len(chain.values),
        head=chain.hashes[-1] if chain.hashes else "",
        versions_twice=chain.again,
    )
    _log(await read(bootstrap, f"{prefix}region.log"), findings)
    _notices(chain, receiver, findings)
    return findings


if __name__ == "__main__":
    found = asyncio.run(check(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
    missed = missed_calls(found.calls, Path(sys.argv[4]))
    print(json.dumps(found.short() | {"missed_calls": missed}, ensure_ascii=False))
    sys.exit(0 if found.whole and not missed else 1)
