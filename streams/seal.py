"""A space's own seal, and the receipts it makes: any process of the space can give one, only its sender may read it.

In: the space's secret. Out: tags that nobody else can make; receipts, which hold their time and a tag of their sender.
"""

import hmac
import secrets
from hashlib import sha256

from streams.clock import wall_ms

TIME, RANDOM, TAG = 12, 20, 16
"""Hex digits of a receipt: wall milliseconds, chance, tag."""


class Seal:
    """Signs what others hold for us, each kind under its own purpose."""

    def __init__(self, secret: str, space: str) -> None:
        # without a secret (tests) a seal holds for this process only: never a key that anyone can guess
        self._key = hmac.digest(
            (secret or secrets.token_hex(32)).encode(), f"lagesbild server {space}".encode(), sha256
        )

    def tag(self, purpose: str, text: str, size: int = 64) -> str:
        """Hex tag of a text."""
        return hmac.digest(self._key, f"{purpose}\n{text}".encode(), sha256).hex()[:size]

    def holds(self, purpose: str, text: str, tag: str, size: int = 64) -> bool:
        """True if the tag is ours, and whole."""
        return hmac.compare_digest(self.tag(purpose, text, size).encode(), tag.encode())


def new_receipt(seal: Seal, who: str) -> str:
    """A fresh receipt that only this sender can read."""
    body = f"{wall_ms():0{TIME}x}{secrets.token_hex(RANDOM // 2)}"
    return body + seal.tag("receipt", f"{who}\n{body}", TAG)
