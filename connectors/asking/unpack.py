"""The body of an answer as it comes in, unpacked step by step: what claims to be small can never become large.

In: pieces as they came over the wire, and `Content-Encoding`. Out: the body, never more than its limit at any time.
aiohttp would unpack as well, but takes a gzip body for whole that was cut off.
"""

import zlib

from connectors.errors import GarbledError

ENCODINGS = "gzip, deflate"
"""What we say we can read, in `Accept-Encoding`."""
RATIO = 100
"""Times that a body may be larger than what came; lists of alerts are packed to a fifth or a twentieth."""
RATIO_FROM = 1_000_000
"""Bytes up to which the ratio does not matter."""
MEMBERS = 100
"""Parts that one gzip body may have; most have one."""
_STEP = 262_144
_GZIP, _ZLIB, _DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Unpacking:
    """One body. `feed` every piece, then take it `whole`."""

    def __init__(self, encoding: str, limit: int) -> None:
        """GarbledError for an encoding that was not asked for; `limit`: most bytes of the unpacked body."""
        self._encoding, self._limit = encoding.strip().lower().removeprefix("x-") or "identity", limit
        if self._encoding not in {"gzip", "deflate", "identity"}:
            raise GarbledError(f"the answer is encoded as {encoding[:40]!r}, which was not asked for")
        self._body = bytearray()
        self._came = self._members = 0
        self._inflate = zlib.decompressobj(_GZIP)

    def feed(self, piece: bytes) -> None:
        """Take a piece. GarbledError when the body becomes too large, or is not in its encoding."""
        if not piece:
            return
        if self._came == 0:
            self._begin(piece[0])
        self._came += len(piece)
        if self._encoding == "identity":
            self._grow(piece, self._came)
            return
        try:
            self._unpack(piece)
        except zlib.error as error:
            raise GarbledError(f"the answer is not {self._encoding}, as it says ({error})") from error

    def whole(self) -> bytes:
        """The body. EOFError when it was cut off."""
        if self._encoding != "identity" and self._came and not self._inflate.eof:
            raise EOFError(f"its {self._encoding} body was cut off after {self._came} bytes")
        return self.so_far

    @property
    def so_far(self) -> bytes:
        """What has been unpacked."""
        return bytes(self._body)

    def _begin(self, byte: int) -> None:
        if self._encoding == "deflate":
            # zlib's two bytes should stand in front, but many servers leave them out
            self._inflate = zlib.decompressobj(_ZLIB if byte & 0x0F == 8 else _DEFLATE)

    def _unpack(self, piece: bytes) -> None:
        out = b""
        while piece or len(out) == _STEP:
            if self._inflate.eof and not self._next(piece):
                return
            out = self._inflate.decompress(piece, _STEP)
            piece = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            self._grow(out, self._came - len(piece))

    def _next(self, piece: bytes) -> bool:
        """Begin the next part of a gzip body; False if there is none: zeros after the end are padding."""
        if self._encoding == "deflate" or not piece.strip(b"\0"):
            return False
        self._members += 1
        if self._members == MEMBERS:
            raise GarbledError(f"the answer has more than {MEMBERS} parts")
        self._inflate = zlib.decompressobj(_GZIP)
        return True

    def _grow(self, out: bytes, used: int) -> None:
        size = len(self._body) + len(out)
        if size > self._limit:
            raise GarbledError(f"the answer is larger than {self._limit} bytes")
        if size > max(RATIO_FROM, RATIO * used):
            raise GarbledError(f"the answer unpacks to more than {RATIO} times its size")
        self._body += out
