"""Sealed moments: which picture, by which rules, a decision was made on.

A step cannot name its own version's hash, so what is cited is the picture that lay before whoever decided: the newest
version before the step, its hash (the `prev` of the version that the step makes) and the rule set in force.
"""

from schemas.codec import Json
from streams.core.step import Step


def seal(step: Step, body: Json | None = None) -> Json:
    """Version, hash and rule version now; with a command's body also the version that the person had seen."""
    state = step.state
    sealed: Json = {"version": state.version, "hash": state.hash, "rules": state.rules.version}
    if body is not None and body.get("seen_version"):
        sealed["seen"] = body["seen_version"]
    return sealed
