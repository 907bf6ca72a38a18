"""Which municipalities an item affects: where it lies; not those it only touches at the border, nor those only guessed.

In: an item's areas as intake wrote them. Out: municipality codes that rules, links and events may count.
"""

from schemas.codec import Json


def affected(areas: Json) -> list[str]:
    """Municipality codes in order; near with a distance lies beyond every border and counts where it is nearest."""
    return [code for code, share in sorted(areas.items()) if not _beside(share)]


def about(entity: Json) -> list[str]:
    """Municipalities an item is about: where it lies, and where its lines say."""
    lines = {area for line in entity.get("impacts", ()) for area in line["areas"]}
    return sorted({*affected(entity["areas"]), *lines})


def only_beside(entity: Json) -> bool:
    """It has places, and none of them counts: no rule may rest on it."""
    return bool(entity["areas"]) and not about(entity)


def _beside(share: Json) -> bool:
    """Guessed, or over a border by less than the stated share."""
    how = share.get("how")
    return how == "guess" or (how == "near" and not share.get("metres"))
