"""What a type of police event weighs: this project's table, for the police grade nothing. Pure.

In: `type` of an event, an open set of about a hundred. Out: a severity, never above moderate without another source.
"""

from schemas.sectors import Severity

_MODERATE = (
    *("explosion", "detonation", "skottlossning", "mord/dråp", "farligt föremål", "bombhot"),
    *("spridning smitta/kemikalier", "naturkatastrof", "terror"),
)
_MINOR = (
    *("mordbrand", "räddningsinsats", "polisinsats/kommendering", "varningslarm/haveri", "trafikhinder", "brand, stor"),
    *("smällar", "trafikolycka, personskada", "olaga frihetsberövande", "våldsamt upplopp", "upplopp", "gisslan"),
)
_WEAKER = ("misstänkt", "försök")
"""Said after a type: it is suspected, or did not come off. One step lower."""

_OTHERS = frozenset(
    """
    alkohollagen;anträffad död;anträffat gods;arbetsplatsolycka;bedrägeri;brand;brand automatlarm;bråk;djur
    djur skadat/omhändertaget;ekobrott;fjällräddning;fylleri;fylleri/lob;förfalskningsbrott;försvunnen person
    gränskontroll;hemfridsbrott;häleri;inbrott;inbrott, försök;information;knivlagen;kontroll;kontroll person/fordon
    lagen om hundar och katter;larm inbrott;larm överfall;miljöbrott;missbruk av urkund;misshandel;misshandel, grov
    motorfordon, anträffat stulet;motorfordon, stöld;narkotikabrott;ofog barn/ungdom;ofredande/förargelse;olaga hot
    olaga intrång;olaga intrång/hemfridsbrott;olovlig körning;ordningslagen;rattfylleri;rån;rån väpnat;rån övrigt
    rån, försök;sedlighetsbrott;sexualbrott;sjukdom/olycksfall;sjölagen;skadegörelse;skyddslagen;stöld;stöld, försök
    stöld, ringa;stöld/inbrott;tillfälligt obemannat;trafikbrott;trafikkontroll;trafikolycka;trafikolycka, singel
    trafikolycka, smitning från;trafikolycka, vilt;uppdatering;utlänningslagen;vapenlagen;våld/hot mot tjänsteman
    våldtäkt;våldtäkt, försök;vållande till kroppsskada;övrigt
    """.replace("\n", ";")
    .replace("    ", "")
    .split(";")
)
"""Types that are known and weigh nothing beyond information."""


def is_collection(kind: str) -> bool:
    """A summary of a night or an evening: many events in one, not an event."""
    return kind.casefold().startswith("sammanfattning")


def severity(kind: str) -> Severity | None:
    """Severity of a type; None for one that is not known, which is information too, but counted."""
    word = " ".join(kind.casefold().split())
    if word.startswith(_MODERATE):
        return Severity.MINOR if word.endswith(_WEAKER) else Severity.MODERATE
    if word.startswith(_MINOR):
        return Severity.INFORMATION if word.endswith(_WEAKER) else Severity.MINOR
    return Severity.INFORMATION if word in _OTHERS or is_collection(kind) else None
