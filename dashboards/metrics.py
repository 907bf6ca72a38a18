"""What the server counts. Labels are bounded: the route as it is declared, the status, the kind of stream."""

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
REPORTS_TAKEN = Counter("lagesbild_reports_taken_total", "Reports posted, by what became of them", ["result"])
COMMANDS_TAKEN = Counter("lagesbild_commands_taken_total", "Commands posted, by what became of them", ["result"])
SHEETS = Counter("lagesbild_sheets_total", "Sheets written to disk on schedule, by what became of them", ["result"])
