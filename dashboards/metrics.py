"""What the server counts, and what it tells of the picture that it serves.

Labels are bounded: the route as it is declared, the status, the kind of stream, the region's sources. The gauges of the
picture are set when they are asked for (dashboards/measure.py). Who watches: deploy/monitoring.
"""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("lagesbild_http_requests_total", "Answers by route and status", ["route", "status"])
SECONDS = Histogram(
    "lagesbild_http_request_seconds",
    "Time to the start of an answer",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
STREAMS = Gauge("lagesbild_streams_open", "Open event streams", ["kind"])
STREAM_FRAMES = Counter("lagesbild_stream_frames_total", "Frames written to event streams", ["event"])
STREAMS_DROPPED = Counter("lagesbild_streams_dropped_total", "Streams closed because the reader did not read")
SERVED_VERSION = Gauge("lagesbild_served_version", "Newest version of the picture this server has")
VERSIONS_READ = Counter("lagesbild_versions_read_total", "Versions applied since the start")
CHAIN_BREAKS = Counter("lagesbild_chain_breaks_total", "Times the chain of versions did not hold together")
PICTURE_AGE = Gauge("lagesbild_picture_age_seconds", "Wall seconds since the picture last gave a sign of life")
NOT_READY = Gauge("lagesbild_not_ready", "1 while this is a reason not to trust this server", ["reason"])
ENTITIES = Gauge("lagesbild_picture_entities", "What the picture holds, by kind", ["kind"])
RULES_REFUSED = Gauge("lagesbild_rules_refused_faults", "Faults of a refused rules file; 0 = the file is in force")
SOURCE_STATE = Gauge("lagesbild_source_state", "1 for the state a source is in by the picture", ["source", "state"])
SOURCE_AGE = Gauge("lagesbild_source_age_seconds", "Seconds of the space since a source was last heard", ["source"])
SOURCE_INTERVAL = Gauge("lagesbild_source_interval_seconds", "Promised seconds between its askings", ["source"])
SOURCE_COMPLETE = Gauge("lagesbild_source_complete", "1 when its last answer held all that the source has", ["source"])
SOURCE_DRIFT = Gauge("lagesbild_source_drift_fields", "Unknown or missing fields and new values of it", ["source"])
REPORTS_TAKEN = Counter("lagesbild_reports_taken_total", "Reports posted, by what became of them", ["result"])
COMMANDS_TAKEN = Counter("lagesbild_commands_taken_total", "Commands posted, by what became of them", ["result"])
SHEETS = Counter("lagesbild_sheets_total", "Sheets written to disk on schedule, by what became of them", ["result"])
SHEET_LETTERS = Counter("lagesbild_sheet_letters_total", "Meetings' sheets handed to a mail server", ["result"])

for _result in ("made", "failed"):
    SHEETS.labels(_result)
for _result in ("taken", "not_taken"):
    SHEET_LETTERS.labels(_result)
STREAMS.labels("json")
