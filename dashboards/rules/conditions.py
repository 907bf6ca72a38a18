"""A rule's condition in plain words: the typed tree of schemas/rules.py, part by part, as a sentence or a short list.

Pure. In: a node, the region's names in a language. Out: `Said`, a tree of the same form.
Next: dashboards/rules/measuring.py (what each part measures now)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dashboards.telling.scene import Region
from schemas.rule_tests import (
    CellsTest,
    ContradictionTest,
    CountsTest,
    DriftTest,
    ForumTest,
    HoursTest,
    Leaf,
    MatterTest,
    OverdueTest,
    OwnersTest,
    PlannedTest,
    RequestTest,
    ScarceTest,
    SectorsTest,
    SharedTest,
    SilentTest,
    WarningTest,
    WorsenedTest,
)
from schemas.rules import All, Any_, Node, Not
from schemas.times import DAY

LONG = 399 * DAY
"""A span as long as this is no limit that anybody means."""


class Said(NamedTuple):
    """One part of a condition."""

    how: str
    """`all`, `any` or `none` of the parts; empty for a test of its own."""
    text: str
    test: Leaf | None
    parts: tuple["Said", ...] = ()


def said(node: Node, region: Region) -> Said:
    """A condition in words."""
    words = region.words
    match node:
        case All():
            return Said("all", words("rule_node.all"), None, tuple(said(part, region) for part in node.all))
        case Any_():
            return Said("any", words("rule_node.any"), None, tuple(said(part, region) for part in node.any))
        case Not():
            return Said("none", words("rule_node.none"), None, (said(node.none, region),))
        case _:
            text = ", ".join(part for part in _SAID[type(node)](node, region) if part)
            return Said("", text[:1].upper() + text[1:], node)


def either(region: Region, names: Iterable[str]) -> str:
    """`a, b eller c`."""
    found = list(names)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {region.words('rule_word.or')} {found[-1]}"


def share(region: Region, areas: int | None, percent: int | None) -> str:
    """How much must be touched, in words; empty when nothing is said of it."""
    words = region.words
    many = "" if areas is None else words("rule_word.areas", areas=words.count("areas", areas))
    part = "" if percent is None else words("rule_word.percent", percent=percent)
    return words("rule_word.either", one=many, other=part) if many and part else many or part


def _sectors(region: Region, codes: Iterable[str], otherwise: str) -> str:
    return either(region, [region.words(f"sector.{code}") for code in codes]) or region.words(f"rule_word.{otherwise}")


def _source(region: Region, code: str) -> str:
    return region.words.source(code, region.actors, region.feeds)


def _native(region: Region, native: Mapping[str, list[str]]) -> Iterator[str]:
    for field, values in native.items():
        yield region.words("rule_word.native", field=field, values=either(region, values))


def _age(region: Region, key: str, ms: int) -> str:
    return region.words(f"rule_word.{key}", age=region.words.age(ms)) if 0 < ms < LONG else ""


def _warning(t: WarningTest, r: Region) -> Iterator[str]:
    names = (r.words(key) if r.words.known(key := f"weather_level.{level}") else level for level in t.levels)
    yield r.words("rule_test.warning", levels=either(r, names), source=_source(r, t.source))
    yield r.words("rule_word.covers", share=share(r, t.areas, t.percent))
    yield _age(r, "ahead", t.within) or r.words("rule_word.begun")


def _cells(t: CellsTest, r: Region) -> Iterator[str]:
    sectors = _sectors(r, t.sectors, "any_sector")
    yield r.words(
        "rule_test.cells", sectors=sectors, impact=r.words.impact_short(t.impact), share=share(r, t.areas, t.percent)
    )


def _owners(t: OwnersTest, r: Region) -> Iterator[str]:
    owners = either(r, [r.owner(owner) for owner in t.owners])
    yield r.words("rule_test.owners", owners=owners, impact=r.words.impact_short(t.impact))
    yield _sectors(r, t.sectors, "any_sector")
    yield share(r, t.areas, t.percent)


def _many_sectors(t: SectorsTest, r: Region) -> Iterator[str]:
    words = r.words
    yield words("rule_test.sectors", n=words.count("sectors", t.sectors), impact=words.impact_short(t.impact))
    reach = share(r, t.areas, t.percent)
    yield words("rule_word.reaching", share=reach) if reach else ""
    yield words("rule_word.parties", n=words.count("parties", t.parties)) if t.parties > 1 else ""
    yield _age(r, "reported", t.within)
    yield words("rule_word.neighbours") if t.near == "neighbours" else ""
    yield _age(r, "lasting", t.lasting)


def _matter(t: MatterTest, r: Region) -> Iterator[str]:
    words = r.words
    sources = either(r, [_source(r, source) for source in t.sources])
    yield words("rule_test.matter", n=words.count("items", t.items), sources=sources)
    yield either(r, [words(f"kind.{kind}").lower() for kind in t.kinds])
    severities = either(r, [words(f"severity.{severity}") for severity in t.severities])
    yield words("rule_word.severity", severities=severities) if severities else ""
    yield from _native(r, t.native)
    yield _age(r, "sent", t.within)
    yield words("rule_word.touching", share=share(r, t.areas, None)) if t.areas else ""
    yield words("rule_word.apart", field=t.apart) if t.apart else ""


def _counts(t: CountsTest, r: Region) -> Iterator[str]:
    words = r.words
    kinds = (words(key) if words.known(key := f"number.{kind}") else kind for kind in t.kinds)
    yield words("rule_test.counts", kinds=either(r, kinds))
    county = "" if t.at_least is None else words("rule_word.at_least", n=words.number(t.at_least))
    part = "" if t.percent is None else words("rule_word.households", percent=t.percent)
    yield words("rule_word.either", one=county, other=part) if county and part else county or part
    yield _age(r, "outage", t.lasting)


def _overdue(t: OverdueTest, r: Region) -> Iterator[str]:
    words = r.words
    parties = words.count("parties", t.parties)
    yield words("rule_test.overdue", n=parties, percent=t.percent, impact=words.impact_short(t.impact))
    if t.beside:
        yield words(
            "rule_word.beside",
            sectors=_sectors(r, t.beside, "any_sector"),
            impact=words.impact_short(t.beside_impact),
        )


def _planned(t: PlannedTest, r: Region) -> Iterator[str]:
    words = r.words
    yield words("rule_test.planned", age=words.age(t.within), n=words.count("parties", t.parties))
    if t.attendance is not None:
        yield words("rule_word.attendance", n=words.number(t.attendance))
    names = [value for values in t.native.values() for value in values]
    yield words("rule_word.named", names=either(r, names)) if names else ""
    yield words("rule_word.unmet") if t.unmet else ""


def _drift(t: DriftTest, r: Region) -> Iterator[str]:
    yield r.words("rule_test.drift", impact=r.words.impact_short(t.impact))
    yield r.words("rule_word.under", level=r.words(f"level.{t.under}")) if t.under else ""


def _hours(t: HoursTest, r: Region) -> Iterator[str]:
    begin, until = t.begin.replace(":", "."), t.until.replace(":", ".")
    yield r.words("rule_test.hours", begin=begin, until=until)
    yield r.words("rule_word.weekdays") if t.days == "weekdays" else ""


def _forum(t: ForumTest, r: Region) -> Iterator[str]:
    yield r.words("rule_test.forum", forum=r.words(f"forum.{t.level}"))
    yield r.words("rule_word.need_direction") if t.need_direction else ""
    yield r.words("rule_word.asks", group=r.words(f"group.{t.asks}")) if t.asks else ""
    yield r.words("rule_word.over") if t.over else ""


def _request(t: RequestTest, r: Region) -> Iterator[str]:
    yield r.words("rule_test.request", forum=r.words(f"forum.{t.forum or 'bevaka'}"))


def _plain(key: str, **counts: str) -> Callable[[Any, Region], Iterator[str]]:
    """A test that is told by one text, with numbers of parties."""

    def tell(test: Any, region: Region) -> Iterator[str]:
        words = region.words
        yield words(key, **{name: words.count("parties", getattr(test, field)) for name, field in counts.items()})

    return tell


_SAID: Mapping[type[Leaf], Callable[[Any, Region], Iterator[str]]] = {
    WarningTest: _warning,
    CellsTest: _cells,
    OwnersTest: _owners,
    SectorsTest: _many_sectors,
    MatterTest: _matter,
    CountsTest: _counts,
    ContradictionTest: _plain("rule_test.contradiction"),
    SilentTest: lambda t, r: iter([r.words("rule_test.silent", sources=either(r, [_source(r, s) for s in t.sources]))]),
    OverdueTest: _overdue,
    PlannedTest: _planned,
    SharedTest: _plain("rule_test.shared", n="parties"),
    ScarceTest: _plain("rule_test.scarce", n="parties"),
    DriftTest: _drift,
    HoursTest: _hours,
    ForumTest: _forum,
    RequestTest: _request,
    WorsenedTest: lambda t, r: iter([r.words("rule_test.worsened", age=r.words.age(t.within))]),
}
"""Test -> its pieces, joined by commas; every test of the language has its own."""
