"""A forum's page, made of a real fold: what waits, whose no it is, who may do what, the agenda in words."""

from support.desk import scene_of
from support.forums import called, do, newest
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from dashboards.drawing.paint import Paint
from dashboards.forum.ahead import forums_page
from dashboards.forum.draw import PARTS, draw
from dashboards.forum.meeting import meeting_page
from dashboards.forum.page import ForumPage, forum_page
from schemas.times import DAY, MINUTE, z
from streams.words import load_words

BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=True)
OPERATOR = Viewer(Role.OPERATOR, "operator", exercise=True)


def reporter(actor: str, *, exercise: bool = True) -> Viewer:
    return Viewer(Role.REPORTER, actor, exercise)


def at(minute: float) -> int:
    return T0 + int(minute * MINUTE)


def meeting() -> World:
    """A forum with an open meeting, an agreement that three of four have answered, a late task, a question."""
    world = World()
    world.report(0, "kommun-0188", "lage", {"care 0188": 4})
    called(world, 5, members=["KOM"])
    do(world, 25, "roll_call", present=["kommun-0188", "kommun-0120"], absent=["kommun-0140"])
    world.report(28, "kommun-0120", "lage", {"school 0120": 4})
    asks = ["kommun-0188", "kommun-0120", "kommun-0140", "kommun-0187"]
    do(world, 30, "agree", texts="what", asks=asks, decide_by=at(240))
    agreement = newest(world)
    for minute, actor in enumerate(("kommun-0188", "kommun-0120")):
        do(world, 31 + minute, "own_decision", on=agreement, who=actor, decision="yes")
    do(world, 34, "own_decision", on=agreement, who="kommun-0140", texts="reason", decision="no")
    do(world, 35, "task", texts="what", owner="kommun-0188", due=at(40))
    do(world, 36, "note", texts="what", asks=["kommun-0120"])
    do(world, 37, "set_next_meeting", at=at(400))
    world.tick(50)
    return world


def page(world: World, viewer: Viewer = BOARD, minute: float = 50) -> ForumPage:
    made = forum_page(scene_of(world, minute, viewer), "f")
    assert made is not None
    return made


def test_a_no_stays_in_sight_with_its_reason_and_the_silent_are_named():
    [agreed] = page(meeting()).open["agreement"]

    assert (agreed.yes, agreed.no, agreed.silent) == (2, 1, 1)
    assert [(said.name, said.text) for said in agreed.refusals] == [("Nykvarn", "key-reason")]
    assert agreed.silents == "Vaxholm"
    assert agreed.yeses == ["Norrtälje", "Värmdö"]


def test_what_waits_stands_the_late_first_and_each_actor_sees_what_waits_for_it():
    world = meeting()
    [task] = page(world).open["task"]

    assert (task.overdue, task.waits) == (True, "Norrtälje")
    assert [line.what for line in page(world, reporter("kommun-0187")).yours] == ["agreement"]
    assert [line.what for line in page(world, reporter("kommun-0120")).yours] == ["question"]
    assert page(world, reporter("kommun-0188")).yours == [page(world, reporter("kommun-0188")).open["task"][0]]


def test_each_may_do_only_its_own():
    world = meeting()
    board, actor = page(world), page(world, reporter("kommun-0187"))

    assert {"agree", "task", "roll_call", "close", "set_chair"} <= board.acts
    assert actor.acts == {"own_decision"}
    assert actor.open["agreement"][0].mine == "decide"
    assert board.open["agreement"][0].mine == ""
    assert page(world, anyone(exercise=True)).acts == frozenset()
    assert [c.name for c in page(world, OPERATOR).open["agreement"][0].others] == ["Vaxholm"]


def test_the_chair_of_the_day_may_lead_whatever_its_role():
    world = meeting()
    do(world, 51, "set_chair", actor="polisen-sthlm")

    assert "agree" in page(world, reporter("polisen-sthlm"), 52).acts
    assert page(world, reporter("polisen-sthlm"), 52).head.leads
    assert "agree" not in page(world, reporter("kommun-0188"), 52).acts


def test_a_roll_call_can_be_taken_from_a_quarter_before_the_meeting():
    world = World()
    called(world, 0)

    assert page(world, minute=10).roll == "Upprop kan göras från 15 minuter före mötet."
    assert "roll_call" not in page(world, minute=10).acts
    assert "roll_call" in page(world, minute=15).acts


def test_members_have_reasons_worst_state_and_attendance():
    groups = {group.how: group for group in page(meeting()).groups}
    towns = {member.name: member for member in groups["called_in"].members}

    assert groups["direct"].members[0].chair
    assert (towns["Norrtälje"].reason, towns["Norrtälje"].impact, towns["Norrtälje"].present) == (
        "kallad",
        4,
        "present",
    )
    assert towns["Nykvarn"].present == "absent"
    assert towns["Solna"].report == "not_reported"


def test_the_agenda_is_told_in_words_with_what_stands_behind():
    told = {point.point: point for point in page(meeting()).agenda}

    assert [p.number for p in told.values()] == list(range(1, 11))
    assert [p.text for p in told["news"].pieces] == ["forumets första möte: gå igenom hela lägesbilden"]
    assert told["decisions"].pieces[0].text == "key-what: Norrtälje (försenad)"
    assert told["weather"].pieces == []
    assert "Nästa möte: 13.40, telefon" in [p.text for p in told["ending"].pieces]


def test_what_is_new_is_counted_from_the_last_meeting_and_calm_news_are_not_told():
    world = meeting()
    world.report(60, "kommun-0182", "lage", {"school 0182": 4, "care 0182": 1})
    do(world, 390, "roll_call", present=["kommun-0182"])
    news = page(world, minute=391).news

    assert news is not None
    assert news.since == "Sedan mötet 07.35"
    assert [(row.sector, row.areas, row.told) for row in news.rows] == [("Förskola, skola", "Nacka", "ny")]


def test_without_a_login_one_learns_that_it_is_at_work_and_nothing_of_who_or_what():
    world = meeting()
    do(world, 51, "publish_message", texts="what")
    shown = page(world, anyone(exercise=False), 52)

    assert (shown.head.limited, shown.head.chair, shown.groups, shown.agenda, shown.matters) == (True, "", [], [], [])
    assert [line.what for line in shown.minutes] == ["message"]


def test_a_forum_that_is_not_there_has_no_page():
    assert forum_page(scene_of(World(), 0, BOARD), "f") is None
    assert draw(scene_of(World(), 0, BOARD), Paint(load_words()), "f", "") == {"p-version": "–", "f-head": ""}


def test_every_part_is_drawn_for_everybody_and_what_people_write_is_escaped():
    world, paint = meeting(), Paint(load_words())
    for viewer in (BOARD, OPERATOR, reporter("kommun-0187"), anyone(exercise=True), anyone(exercise=False)):
        parts = draw(scene_of(world, 50, viewer), paint, "f", "/rot")
        assert set(parts) == {"p-version", *(f"f-{name.replace('_', '-')}" for name in PARTS)}
    assert 'action="/rot/command"' in draw(scene_of(world, 50, BOARD), paint, "f", "/rot")["f-new-task"]


def test_a_meeting_that_has_been_is_shown_with_its_minutes_attendance_and_agenda():
    world = meeting()
    scene = scene_of(world, 50, BOARD)
    made = meeting_page(scene, scene, "f", 1)

    assert made is not None
    assert (made.present, made.absent) == (["Norrtälje", "Värmdö"], ["Nykvarn"])
    assert [line.what for line in made.lines] == ["agreement", "task", "question"]
    assert len(made.agenda) == 10
    assert (made.before, made.after, made.sheet) == ("", "", "/sheet?meeting=f/1")
    assert meeting_page(scene, None, "f", 2) is None
    assert meeting_page(scene_of(world, 50, anyone(exercise=False)), None, "f", 1) is None


# ---- ordinary mode -------------------------------------------------------------------------------------------------


def tuesday() -> World:
    """A weekly conference; an issue that is shared and recommended to the chiefs; a planned event ahead."""
    world = World()
    called(world, 0, "vecka", mode="ordinary", every_days=7, members=["ALLA"])
    called(world, 0, "chefsgruppen", "inriktande", mode="ordinary")
    world.report(1, "kommun-0138", "kraft", kind="issue")
    world.report(2, "polisen-sthlm", "demo", kind="planned_event", onset=T0 + 3 * DAY)
    do(world, 3, "share_issue", on="actor.kommun-0138/kraft", who="kommun-0182")
    do(world, 4, "mark_affected", on="actor.polisen-sthlm/demo", who="region-sthlm-trafik", how="direct")
    do(world, 35, "recommend", on="vecka", texts="what", to="chefsgruppen", about="actor.kommun-0138/kraft")
    return world


def test_a_quiet_tuesday_shows_meetings_issues_events_and_what_is_followed_up():
    shown = forums_page(scene_of(tuesday(), 40, BOARD))

    assert shown.working == []
    assert [row.head.name for row in shown.standing] == ["Vecka", "Chefsgruppen"]
    assert [(date.kind, date.at) for date in shown.dates] == [
        ("event", z(T0 + 3 * DAY)),
        ("meeting", z(at(30) + 7 * DAY)),
    ]
    [issue] = shown.issues
    assert (issue.owner, issue.state, issue.sharers) == ("Tyresö", "rekommenderat", "Nacka")
    assert shown.events[0].direct == "Region Stockholm, trafikförvaltningen (SL)"
    assert [row.line.what for row in shown.follow] == ["recommendation"]
    assert shown.may_convene


def test_what_was_recommended_can_be_what_an_agreement_is_about():
    world = tuesday()
    chiefs = forum_page(scene_of(world, 40, BOARD), "chefsgruppen")

    assert chiefs is not None
    assert [line.to for line in chiefs.open["recommendation"]] == [("Vecka", "/forum/vecka")]
    assert newest(world) in [choice.code for choice in chiefs.abouts]
    assert [row.key for row in chiefs.matters] == ["actor.polisen-sthlm/demo", "actor.kommun-0138/kraft"]


def test_an_attachment_can_point_to_what_is_happening_and_to_a_line_of_the_minutes():
    world = tuesday()
    world.warning(39, "RED", 1, ["0188"])
    shown = forums_page(scene_of(world, 40, reporter("kommun-0138")))

    things = {choice.code for choice in shown.things}
    assert "smhi/1-1" in things
    assert things & set(world.state.picture["entry"])


def test_an_author_is_not_asked_to_share_its_own_issue():
    [mine] = forums_page(scene_of(tuesday(), 40, reporter("kommun-0138"))).issues
    [theirs] = forums_page(scene_of(tuesday(), 40, reporter("kommun-0182"))).issues

    assert (mine.mine, mine.shares) == (True, False)
    assert (theirs.mine, theirs.shares) == (False, True)


def test_a_hidden_matter_is_not_told_of():
    world = World()
    called(world, 0, "vecka", mode="ordinary")
    world.report(1, "kommun-0138", "kraft", kind="issue", label="confidential")

    assert forums_page(scene_of(world, 5, reporter("kommun-0182", exercise=False))).issues == []
    assert [row.key for row in forums_page(scene_of(world, 5, BOARD._replace(exercise=False))).issues] != []
