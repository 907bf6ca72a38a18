"""How long a source is left alone: its interval while it answers, else longer and longer, then one probe at a time.

In: how each asking went. Out: seconds to wait, and whether the next asking is a probe. Pure: no clock, chance is given.
A warning never waits for us longer than `CAP_S` or twice its interval, unless its source asked us to stay away.
Next: connectors/run.py
"""

from collections.abc import Callable

from connectors.errors import DeniedError, SourceError

CAP_S = 300.0
"""A warning may never wait longer than this for us."""
FAILURES = 3
"""Askings in a row that fail before only probes are sent."""
SHORTEST_S = 1.0
"""Even by the luckiest draw a source that failed is left alone this long, or half its interval if that is less."""


class Breaker:
    """Closed while the source answers; open after some failures in a row, then each asking is one probe.

    A probe is one request without retries. Denied (a key, an address, a certificate) opens at once: asking again cures
    nothing, so that is done as seldom as allowed. One answer closes it.
    """

    def __init__(self, interval_s: float) -> None:
        """`interval_s`: rest between two askings that went well."""
        self._interval_s = interval_s
        self.cap_s = min(CAP_S, 2 * interval_s)
        """Longest wait of ours, seconds."""
        self.failures = 0
        """Askings in a row that failed."""
        self._denied = False
        self._asked_for_s = 0.0

    @property
    def probing(self) -> bool:
        """Open: the next asking is a probe."""
        return self._denied or self.failures >= FAILURES

    def worked(self) -> None:
        """The source answered, and its answer was one."""
        self.failures, self._denied, self._asked_for_s = 0, False, 0.0

    def failed(self, error: SourceError | None = None) -> None:
        """The source did not; None: a fault of ours, or one that the source told within its answer."""
        self.failures += 1
        self._denied = isinstance(error, DeniedError)
        self._asked_for_s = (error.retry_after_s or 0.0) if error else 0.0

    def wait_s(self, random: Callable[[], float]) -> float:
        """Seconds until the next asking; `random` gives 0 up to 1.

        Full jitter: anything up to a ceiling that doubles with each failure. When open, the second half of the cap, so
        that there is one probe in each. A wait that the source asked for is kept, also a longer one (up to an hour).
        """
        if self.failures == 0:
            return self._interval_s
        return max(self._asked_for_s, self._jittered_s(random))

    def _jittered_s(self, random: Callable[[], float]) -> float:
        if self._denied:
            return self.cap_s
        if self.probing:
            return self.cap_s * (0.5 + random() / 2)
        ceiling_s = min(self.cap_s, self._interval_s * 2.0 ** (self.failures - 1))
        return max(min(SHORTEST_S, self._interval_s / 2), random() * ceiling_s)
