"""Words for people, one catalogue a language: numbers, times and places in its form, and every text by its key.

In: `catalogue/sv/*.toml`, `catalogue/en/*.toml`, a zone, the reference data's names. Out: text ready to be shown on a
page, in a notice, in a terminal. Pure but for reading the files once.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from schemas.codec import Json
from schemas.sectors import IMPACT_NAMES
from schemas.times import DAY, HOUR, MINUTE, SECOND, parse, to_datetime
from streams.core.state import reason_key

ZONE = ZoneInfo("Europe/Stockholm")
LANGUAGES = ("sv", "en")
"""Swedish is what the county speaks: notices, letters, files and the command line; pages also speak English."""

PLACES_SHOWN, FEW = 4, 4
"""More municipalities, or actors in a sentence, than this are counted, not named."""


class Words:
    """The catalogue of one language. Call it with a key; it is a fault of ours if the key is missing (KeyError)."""

    def __init__(self, table: Mapping[str, str], zone: ZoneInfo = ZONE, language: str = LANGUAGES[0]) -> None:
        self._table, self._zone, self.language = dict(table), zone, language

    def __call__(self, key: str, /, **fields: object) -> str:
        """Text of a key with its fields filled in."""
        return self._table[key].format_map(fields) if fields else self._table[key]

    def known(self, key: str) -> bool:
        """True if the catalogue has it: names of sources and codes from outside may be new."""
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        """Every key."""
        return iter(self._table)

    # ---- numbers -----------------------------------------------------------------------------------------------

    @staticmethod
    def number(n: int) -> str:
        """`1 847`, with a blank that does not break."""
        return f"{n:,}".replace(",", "\u00a0")

    def count(self, what: str, n: int) -> str:
        """`1 kommun`, `24 kommuner`; `what` is a name in the table `count`."""
        return self(f"count.{what}_{'one' if n == 1 else 'many'}", n=self.number(n))

    # ---- times: milliseconds of space time in, Stockholm's clock out -------------------------------------------

    def local(self, ms: int) -> datetime:
        """Aware local time."""
        return to_datetime(ms).astimezone(self._zone)

    def clock(self, ms: int, *, seconds: bool = False) -> str:
        """`10.10`, or `10.10.24`."""
        return self.local(ms).strftime("%H.%M.%S" if seconds else "%H.%M")

    def date(self, ms: int, now: int) -> str:
        """`tis 19 jan`, with the year when it is another one than now."""
        day = self.local(ms)
        weekday = self("time.weekdays").split()[day.weekday()]
        month = self("time.months").split()[day.month - 1]
        year = f" {day.year}" if day.year != self.local(now).year else ""
        return f"{weekday} {day.day} {month}{year}"

    def when(self, ms: int, now: int) -> str:
        """`10.10` today, else `tis 19 jan 10.10`."""
        same_day = self.local(ms).date() == self.local(now).date()
        return self.clock(ms) if same_day else f"{self.date(ms, now)} {self.clock(ms)}"

    def age(self, ms: int) -> str:
        """A length of time: `8 s`, `3 min`, `2 h 5 min`, `3 dygn`."""
        if ms < MINUTE:
            return self("time.seconds", n=ms // SECOND)
        if ms < HOUR:
            return self("time.minutes", n=ms // MINUTE)
        if ms < 2 * DAY:
            hours, minutes = ms // HOUR, ms % HOUR // MINUTE
            return self("time.hours_minutes", h=hours, m=minutes) if minutes else self("time.hours", n=hours)
        return self("time.days", n=ms // DAY)

    def ago(self, ms: int, now: int) -> str:
        """`för 8 min sedan`, `om 20 min`, `nyss` within five seconds."""
        if abs(now - ms) < 5 * SECOND:
            return self("time.now")
        return self("time.ago", age=self.age(now - ms)) if ms <= now else self("time.ahead", age=self.age(ms - now))

    # ---- lists and places --------------------------------------------------------------------------------------

    def listing(self, names: Sequence[str]) -> str:
        """`a, b och c`."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self('time.and')} {names[-1]}"

    def few(self, names: Sequence[str]) -> str:
        """`a, b, c och 24 till`: a sentence that names thirty is read by nobody."""
        if len(names) <= FEW:
            return self.listing(names)
        return self.listing([*names[: FEW - 1], self.count("more", len(names) - FEW + 1)])

    def places(self, codes: Iterable[str], names: Mapping[str, str], shown: int = PLACES_SHOWN) -> str:
        """Municipalities by name when few, `hela länet` when all, else their number."""
        wanted = sorted({c for c in codes if c in names}, key=lambda c: names[c])
        if not wanted:
            return self("time.none")
        if len(wanted) == len(names) and len(names) > 1:
            return self("time.whole")
        if len(wanted) > shown:
            return self.count("areas", len(wanted))
        return self.listing([names[c] for c in wanted])

    # ---- codes -------------------------------------------------------------------------------------------------

    def impact(self, step: int) -> str:
        """`Allvarlig påverkan`, for steps 1 to 5."""
        return self(f"impact.{IMPACT_NAMES[step]}")

    def impact_short(self, step: int) -> str:
        """`allvarlig`, for steps 1 to 5."""
        return self(f"impact_short.{IMPACT_NAMES[step]}")

    def refusal(self, code: str | None) -> str:
        """Why something was refused, as a sentence; an unknown code is named."""
        key = f"refusal.{code}"
        return self(key) if self.known(key) else self("refusal.other", code=code or "–")

    def result(self, result: str, version: int | None = None, reason: str | None = None) -> str:
        """What became of a record, as a sentence, such as `I lägesbilden, version 1 847`."""
        shown = self.number(version) if version is not None else "–"
        return self(f"result.{result}", version=shown, why=self.refusal(reason))

    def weather(self, code: str) -> str:
        """Kind of weather in a warning; what has no word here stays as its source says it, roads with their letter."""
        key = f"weather.{code}"
        if self.known(key):
            return self(key)
        return code if any(sign.isdigit() for sign in code) else code.lower().replace("_", " ")

    def forms(self) -> dict[str, str]:
        """Ways for a forum to meet: the Swedish word, which is what the log holds, and the word to show."""
        own = load_words()
        return {own(key): self(key) for key in self if key.startswith("meeting_form.")}

    def form(self, said: str) -> str:
        """How a forum meets; what somebody wrote in words of their own stays as it is."""
        return self.forms().get(said, said)

    def advice(self, act: str, level: str) -> str:
        """What is suggested, as a heading: `Sammankalla samordnande forum`."""
        return self(f"advice.{act}", forum=self(f"forum.{level}"))

    def source(self, source: str, actors: Mapping[str, str], feeds: Mapping[str, str]) -> str:
        """Name of a feed or of the actor behind `actor.<id>`; an unknown one keeps its code."""
        if source.startswith("actor."):
            return actors.get(source.removeprefix("actor."), source)
        key = f"source.{source}"
        return feeds.get(source) or (self(key) if self.known(key) else source)


def alphabetical(name: str) -> tuple[int, ...]:
    """Order of the alphabet in Swedish: å, ä, ö come last, in that order."""
    return tuple(" -abcdefghijklmnopqrstuvwxyzåäö".find(letter) for letter in name.lower())


class _Gaps(dict[str, object]):
    """Fields of a rule's text: one the picture does not give is left visible, since a text must not lose its point."""

    def __missing__(self, field: str) -> str:
        return f"({field})"


def fill(template: str, fields: Mapping[str, object]) -> str:
    """A rule's text with its fields; a template that cannot be filled is shown as it stands."""
    try:
        return Formatter().vformat(template, (), _Gaps(fields))
    except (ValueError, LookupError, AttributeError):
        return template


def reason_text(reason: Json, reference: Mapping[str, Any], *, now: int | None = None) -> str:
    """Reason of a suggestion as a sentence without a full stop, in Swedish as the county's rules are.

    Times bear a date unless they lie on the day `now`.
    """
    words, params = load_words(), reason["params"]
    fields: Json = dict(params)
    if "areas" in params:
        towns = {code: about["name"] for code, about in reference["municipalities"].items()}
        fields["areas"] = words.places(params["areas"], towns)
    if params.get("types"):
        fields["types"] = words.listing([words.weather(code) for code in params["types"].split("+")])
    if params.get("by"):
        actors = reference["actors"]
        fields["by"] = words.few([actors.get(a, {}).get("name", a) for a in params["by"].split("+")])
    if params.get("impact"):
        fields["impact"] = words.impact_short(int(params["impact"]))
    if words.known(f"sector.{reason.get('subject')}"):
        fields["sector"] = words(f"sector.{reason['subject']}")
    if params.get("sectors"):
        fields["sectors"] = words.listing([words(f"sector.{sector}") for sector in params["sectors"].split("+")])
    for name in ("ends", "was"):
        if name in params:
            moment = parse(params[name])
            fields[name] = words.when(moment, now if now is not None else moment - DAY)
    if "onset" in params:
        onset = parse(params["onset"])
        fields["onset"] = words.when(onset, now if now is not None else onset - DAY)
    text = fill(reason["text"], fields)
    return text[:1].upper() + text[1:]


def reasons_of(notice: Json, suggestion: Json) -> list[Json]:
    """The reasons that a notice is about: all of its suggestion's, or the one that joined it later."""
    reasons: list[Json] = suggestion.get("reasons", [])
    if "joins" not in notice:
        return reasons
    return [r for r in reasons if reason_key(r) == notice["joins"]]


def notice_text(notice: Json, suggestion: Json, reference: Mapping[str, Any]) -> str:
    """A notice to be read on the telephone: what is suggested, the first two reasons, what to do."""
    words = load_words()
    advice = words.advice(suggestion["act"], notice["level"])
    reasons = [reason_text(reason, reference) for reason in suggestion.get("reasons", [])[:2]]
    return (
        words(
            "notice.spoken_joins" if "joins" in notice else "notice.spoken", advice=advice, reasons=". ".join(reasons)
        )
        if reasons
        else words("notice.spoken_bare", advice=advice)
    )


def reminder_text(notice: Json, suggestion: Json) -> str:
    """What is read on the telephone when a notice was acknowledged and nothing has been decided."""
    words = load_words()
    advice = words.advice(suggestion["act"], notice["level"])
    return words("notice.spoken_reminder", advice=advice, seen=words.clock(parse(notice["seen_at"])))


@cache
def load_words(language: str = LANGUAGES[0]) -> Words:
    """Catalogue of a language, read once. FileNotFoundError if there is none."""
    folder = Path(__file__).with_name("catalogue") / language
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    table: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for name, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            table |= {f"{name}.{key}": text for key, text in rows.items()}
    return Words(table, language=language)
