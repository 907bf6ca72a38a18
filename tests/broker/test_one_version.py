"""The same report fifty times over three ways in, workers killed between: one version, every receipt says so."""

import asyncio
import json
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

from support.chain import T0, Chain
from support.waiting import PATIENCE_S, START_S, free_port

from schemas.times import z
from schemas.topics import reports
from streams.bus import Out
from streams.settings import PROJECT
from streams.space_files import SpaceFiles

ACTOR = "region-sthlm-trafik"
REPORT = {
    "id": "transit-0180",
    "sent": z(T0),
    "headline": "Inga bussar i innerstaden",
    "impacts": [{"sector": "transit", "areas": ["0180"], "now": "serious"}],
    "exercise": True,
}
BODY = json.dumps(REPORT).encode()


class Ways:
    """The three ways in."""

    def __init__(self, chain: Chain, address: str, key: str, file: Path) -> None:
        self.chain, self.address, self.key, self.file = chain, address, key, file

    async def topic(self) -> str:
        receipt = uuid.uuid4().hex
        key = f"actor.{ACTOR}/{REPORT['id']}".encode()
        topic = self.chain.space.topic(reports(f"actor.{ACTOR}"))
        await self.chain.send(Out(topic, BODY, key, (("receipt", receipt.encode()),)))
        return receipt

    async def http(self) -> str:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/api/v1/reports", BODY, headers)

        def post() -> str:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                assert answer.status == 202
                return str(json.load(answer)["receipt"])

        return await asyncio.to_thread(post)

    async def cli(self) -> str:
        """The command waits for the receipt itself and prints the version."""
        command = [sys.executable, "-m", "streams.cli", "report", "--data", str(self.chain.data), "--actor", ACTOR]
        done = await asyncio.to_thread(
            subprocess.run,
            [*command, "--file", str(self.file), "--json"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["receipt"])


async def test_fifty_times_over_http_command_line_and_topic_is_one_version(kafka: str, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    files = SpaceFiles(data)
    port = free_port()
    async with Chain(kafka, data, LAGESBILD_PORT=str(port)) as chain:
        keys = files.keys(chain.reference["actors"])
        address = f"http://127.0.0.1:{port}"
        files.running({**keys, "address": address, "space": chain.space.name, "bootstrap": kafka, "pids": {}})
        file = tmp_path / "report.json"
        file.write_bytes(BODY)
        chain.start("intake", "merge", "server")
        await chain.settled()
        await chain.ready(address)
        ways = Ways(chain, address, keys["keys"][ACTOR], file)

        receipts = [await ways.http()]
        version = (await chain.outcome(receipts[0]))["version"]
        for turn, victim in enumerate(("intake", "merge", "intake", "merge", "merge", "server", "merge")):
            receipts += [await way() for way in (*([ways.topic, ways.http] * 3), ways.cli)]
            # the fourth merge is stopped cleanly: the next one starts from a snapshot
            chain.stop(victim) if turn == 3 else chain.kill(victim)
            chain.start(victim)
            await chain.ready(address)
        said = [await chain.outcome(receipt) for receipt in receipts]

        assert len(receipts) == 50
        assert said[0]["result"] == "applied"
        assert {(s["result"], s["version"]) for s in said[1:]} == {("duplicate_of", version)}
        made = {v["version"] for v in await chain.versions() if v["cause"]["kind"] == "report"}
        assert made == {version}
