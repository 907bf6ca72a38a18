"""What the command line says to actors and duty officers, in Swedish; everything else it says is for operators.

One sentence a key; fields in braces are filled in. What pages say too comes from streams/words.py.
"""

TEXTS: dict[str, str] = {
    "report.applied": "Rapporten finns i lägesbilden, version {version}.",
    "report.duplicate_of": "Rapporten finns i lägesbilden, samma rapport fanns redan: version {version}.",
    "report.superseded_by": "En nyare revision av rapporten fanns redan, version {version}.",
    "report.received": "rapporten är mottagen men inte i lägesbilden än; kvitto {receipt}. Vänta längre: --wait.",
    "report.unchanged": "Oförändrat läge",
    "report.cancel": "Läget är över",
    "dry.head": "Så här skulle rummet se rapporten. Inget är skickat.",
    "dry.cell": "{area} · {sector}: {now}{expected}{before}",
    "dry.expected": ", väntas bli {impact}",
    "dry.before": " (nu visas: {shown})",
    "dry.beside": "   står bredvid: {actor} sätter inte den rutan",
    "dry.none": "Rapporten sätter ingen ruta.",
    "ack.none": "Inget larm väntar på kvittens.",
    "ack.applied": "Larmet {notice} är kvitterat, version {version}.",
    "ack.duplicate_of": "Larmet {notice} var redan kvitterat, version {version}.",
    "ack.received": "kvittensen är mottagen men har inte verkat än. Kvitto {receipt}: fråga igen med lagesbild ack",
    "duty.applied": "{person} har nu uppgiften som {role}, version {version}.",
    "duty.duplicate_of": "{person} hade redan uppgiften som {role}, version {version}.",
    "duty.received": "överlämningen är mottagen men har inte verkat än. Kvitto {receipt}: se lagesbild duty",
    "duty.nobody": "ingen enligt planen",
    "duty.until": "till {when}",
    "duty.matters": "Öppna ärenden: {n}",
    "duty.no_matters": "Inga öppna ärenden.",
    "duty.notice": "larm",
    "duty.suggestion": "förslag",
    "duty.forum": "forum",
    "duty.entry": "uppföljning",
    "status.head": "{space} · version {version} · läget {when}",
    "status.exercise": "ÖVNING {space}",
    "status.real": "SKARPT LÄGE",
    "status.areas": "Kommuner, värst först",
    "status.calm": "Ingen kommun har rapporterad påverkan.",
    "status.rest": "{n} till utan rapporterad påverkan",
    "status.suggestions": "Aktiveringsförslag",
    "status.notices": "Larm",
    "status.forums": "Forum",
    "status.sources": "Källor",
    "status.delivered": "{n} öppna i länet",
    "status.nothing": "inga",
}


def say(key: str, /, **fields: object) -> str:
    """Sentence of a key with its fields; KeyError is a fault of ours."""
    return TEXTS[key].format_map(fields)
