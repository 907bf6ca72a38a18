"""Every metric of the stream processes, in one place. Served on a worker's own loopback port.

Labels are bounded (source, reason, result): never ids, never text. Those whose values are known stand at 0 from the
start, so that the first of them is a rise. What every process tells: streams/beat.py. Who watches: deploy/monitoring.
"""

from prometheus_client import Counter, Gauge, Histogram

from schemas.outcome import Refusal

INTAKE_RECORDS = Counter(
    "lagesbild_intake_records_total", "Input records by lane and what became of them", ["lane", "result"]
)
INTAKE_LAG = Gauge("lagesbild_intake_lag_records", "Input records on the topics that intake has not read", ["lane"])
REJECTED = Counter("lagesbild_rejected_total", "Inputs put on `rejected`", ["reason"])
FOLDED = Counter("lagesbild_folded_records_total", "Log records folded", ["region"])
READ_AFTER_SNAPSHOT = Gauge(
    "lagesbild_start_records_read", "Log records read between the snapshot and the head at the last start", ["region"]
)
VERSION = Gauge("lagesbild_picture_version", "Newest version of the picture", ["region"])
LOG_LAG = Gauge("lagesbild_log_lag_records", "Log records not yet folded", ["region"])
FOLD_FAILURES = Counter("lagesbild_fold_failures_total", "Stages that failed and were passed over", ["stage"])
OUTCOMES = Counter("lagesbild_outcomes_total", "Outcomes said", ["result"])
SNAPSHOTS = Counter("lagesbild_snapshots_total", "Whole snapshots written", ["region"])
BATCH_SECONDS = Histogram(
    "lagesbild_merge_batch_seconds",
    "From a fetched batch to its confirmed versions",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
DELIVERIES = Counter("lagesbild_deliveries_total", "Attempts to deliver a notice", ["result"])
ROUTES = Gauge("lagesbild_delivery_routes", "Ways that are set for notices: webhook, mail by role; 0 = shown only")
UNDELIVERED = Gauge("lagesbild_notices_undelivered", "Calls under way that no receiver has taken")
UNDELIVERED_AGE = Gauge("lagesbild_notice_undelivered_seconds", "Since the first attempt of the oldest of them")
UNACKNOWLEDGED = Gauge("lagesbild_notices_unacknowledged", "Calls under way that nobody has acknowledged")
UNACKNOWLEDGED_AGE = Gauge("lagesbild_notice_unacknowledged_seconds", "Since the first attempt of the oldest of them")
OUTBOX_RESULTS = Gauge("lagesbild_outbox_results", "Results of attempts that wait on disk for Kafka")
OUTBOX_UNSAVED = Gauge("lagesbild_outbox_unsaved", "Changes of the outbox that the disk has not taken")
NOTICE_SECONDS = Histogram(
    "lagesbild_breach_to_notice_seconds",
    "Wall time from a notice seen on the outlet to its first attempt",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)

for _reason in Refusal:
    REJECTED.labels(_reason)
for _result in ("ok", "failed", "no_receiver"):
    DELIVERIES.labels(_result)
