"""What a suggestion says of itself: what would make it fall away and what would raise it, said anew when things change.

In: the name of an open suggestion. Out: `falls_away_if`, `raises_if`. It costs many readings of the rules, so it is
done at once for a new suggestion and then at most once a minute.
Next: streams/core/counterfactual.py, streams/core/raising.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import MINUTE, SECOND
from streams.core import counterfactual, raising
from streams.core.rules import Book
from streams.core.step import Step
from streams.core.suggestion_life import DECIDED, OPEN


def reconsider(step: Step, book: Book, name: str, *, due: bool = False) -> None:
    """Say anew what would make a suggestion fall away and what would raise it; at most once a minute."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    if entity is None or entity["state"] not in OPEN - DECIDED:
        return
    last = step.state.facts.get(f"why|{name}")
    if last is not None and step.at < last + MINUTE and not due:
        # what else comes in the same step is seen a moment later, all of it at once
        step.deadline(f"why|{name}", last + (SECOND if step.at == last else MINUTE))
        return
    step.put(step.state.facts, f"why|{name}", step.at)
    step.deadline(f"why|{name}", None)
    own = [r for r in entity["reasons"] if r["level"] == entity["level"] and r["rule"] in book.rules]
    changes = counterfactual.falls_away(step, [(book.rules[r["rule"]], r.get("subject", "")) for r in own])
    told: Json = {k: v for k, v in entity.items() if k not in {"falls_away_if", "raises_if"}}
    if changes:
        told["falls_away_if"] = {
            "changes": changes,
            "clear_min": max(book.rules[r["rule"]].clear for r in own) // MINUTE,
        }
    higher = raising.raises(step, book, entity["level"])
    step.publish(EntityKind.SUGGESTION, name, told | ({"raises_if": higher} if higher else {}))
