"""What Kafka reads and keeps in `DATA/kafka`: its ports, settings and log settings.

In: a directory. Out: `server.properties`, `log4j2.properties`, `ports.json`, and the names of the rest.
Each setting that is not Kafka's own default has its reason beside it.
Next: streams/jars.py
"""

import base64
import json
import random
import socket
import uuid
from pathlib import Path
from typing import NamedTuple

from streams.errors import PortTakenError

_LOWEST, _HIGHEST = 20_000, 31_999
"""Where ports are chosen: below the range from which systems take ports for outgoing connections (32768, 49152),
lest a passing connection hold ours at the next start."""

_SERVER = """\
# Written at each start by streams/broker_files.py; changes here are lost.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
# Topics come from schemas/topics.py, never from a misspelt name
auto.create.topics.enable=false
# The broker refuses a writer whose clock runs more than two minutes ahead
log.message.timestamp.after.max.ms=120000
message.max.bytes=2097152
socket.request.max.bytes=33554432
# One broker is one copy of the data
default.replication.factor=1
min.insync.replicas=1
unclean.leader.election.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# A group's place is kept as long as the region's log (400 days), also while the machine is off
offsets.retention.minutes=576000
# A killed worker's partitions move on within its own short session timeout, at once when it is the only one
group.min.session.timeout.ms=1000
group.initial.rebalance.delay.ms=0
# After kill -9 its own controller lets it in again only when the killed one's session is over: default 9 s. Shorter
# than what a busy machine keeps it waiting, and the only broker is taken for dead: clients are told of no broker at all
broker.session.timeout.ms=5000
broker.heartbeat.interval.ms=500
# Memory and threads for a small machine
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=4
background.threads=4
"""

_LOG4J = """\
# Written at each start by streams/broker_files.py; changes here are lost.
status=error
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName={directory}/kafka.log
appender.file.filePattern={directory}/kafka.log.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %p %c{{1}} %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=5MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=3
# What it says as it dies is read by its parent: one line each, no traces
appender.said.type=Console
appender.said.name=said
appender.said.layout.type=PatternLayout
appender.said.layout.pattern=%p %m %notEmpty{{(%replace{{%ex{{short.message}}}}{{[\\r\\n]+}}{{ }})}}%n
appender.said.filter.level.type=ThresholdFilter
appender.said.filter.level.level=error
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
rootLogger.appenderRef.said.ref=said
"""


class Ports(NamedTuple):
    """The two loopback ports of one broker."""

    broker: int
    controller: int


class BrokerFiles(NamedTuple):
    """Kafka's directory and the names in it."""

    home: Path

    @property
    def server(self) -> Path:
        """Kafka's settings; its path in a command line also tells our Kafka from others."""
        return self.home / "server.properties"

    @property
    def log4j(self) -> Path:
        """Settings of `log`."""
        return self.home / "log4j2.properties"

    @property
    def log(self) -> Path:
        """What Kafka says, rotated at 5 MB, three old ones kept."""
        return self.home / "kafka.log"

    @property
    def logs(self) -> Path:
        """The data: one directory for each partition."""
        return self.home / "topics"

    @property
    def formatted(self) -> Path:
        """There once the storage was formatted to the end; holds the cluster's id."""
        return self.home / "formatted"

    @property
    def pid(self) -> Path:
        """The pid of the broker that was started last."""
        return self.home / "broker.pid"

    @property
    def ports(self) -> Path:
        """The ports chosen at the first start, so that the address stays."""
        return self.home / "ports.json"

    def write(self, ports: Ports) -> None:
        """Write both settings files and the ports; raises OSError."""
        logs = _escaped(self.logs)
        self.server.write_text(_SERVER.format(**ports._asdict(), logs=logs), encoding="utf-8")
        self.log4j.write_text(_LOG4J.format(directory=_escaped(self.home)), encoding="utf-8")
        self.ports.write_text(json.dumps(ports._asdict()), encoding="utf-8")

    def choose_ports(self) -> Ports:
        """The kept ports while both are free, else new ones.

        Raises:
            PortTakenError: no free port was found.
        """
        try:
            kept = Ports(**json.loads(self.ports.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            kept = None
        if kept is not None and all(map(is_free, kept)):
            return kept
        chance = random.SystemRandom()
        free = (port for port in chance.sample(range(_LOWEST, _HIGHEST), 200) if is_free(port))
        try:
            return Ports(next(free), next(free))
        except StopIteration:
            raise PortTakenError(f"No free port on 127.0.0.1 between {_LOWEST} and {_HIGHEST}.") from None


def is_free(port: int) -> bool:
    """Whether a server may listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: a closed connection is no bar
        try:
            tried.bind(("127.0.0.1", port))
        except (OSError, OverflowError, TypeError):
            return False
        return True


def new_cluster_id() -> str:
    """A cluster's id as Kafka makes them: 22 characters, the first no dash, which would read as an option."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not made.startswith("-"):
            return made


def _escaped(path: Path) -> str:
    """A path as a value in a Java properties file, which is read as Latin-1 with UTF-16 escapes."""
    units = str(path).replace("\\", "\\\\").encode("utf-16-be")
    codes = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(code) if code < 127 else f"\\u{code:04x}" for code in codes)
