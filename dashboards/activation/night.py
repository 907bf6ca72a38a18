"""When a telephone shows a notice dark: between evening and morning by the space's clock.

Pure. In: the space's time. Out: is it night?
"""

from streams.words import Words

FROM, UNTIL = 21, 6
"""Hours, local time."""


def is_night(words: Words, now: int) -> bool:
    """True from nine in the evening until six; `now` in ms UTC."""
    hour = words.local(now).hour
    return hour >= FROM or hour < UNTIL
