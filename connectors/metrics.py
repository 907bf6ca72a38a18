"""What the connectors count, by source. What becomes of their reports is counted where it is decided.

Next: streams/metrics.py
"""

from prometheus_client import Counter, Gauge

ROUNDS = Counter(
    "lagesbild_source_rounds_total",
    "Askings of a source: `heard`, `deaf` (no answer that could be read), `failed` (by a fault of ours)",
    ["source", "result"],
)
NEWS = Counter("lagesbild_source_news_total", "Reports published of a source", ["source"])
SPOOL = Gauge("lagesbild_spool_bytes", "Bytes of a source that wait on disk for Kafka", ["source"])
RESULTS = ("heard", "deaf", "failed")
