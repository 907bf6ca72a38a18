"""The joint picture: what is proposed for it, what is chosen, how it is read and corrected; requests for reports."""

import pytest
from starlette.datastructures import FormData
from support.desk import scene_of
from support.world import T0, World

from dashboards.access import anyone
from dashboards.activation.command_forms import Posted, args_of
from dashboards.joint.asked import asked, hit
from dashboards.joint.compose import draft, sentences
from dashboards.joint.told import events_of, one, published
from schemas.picture_commands import PublishPicture
from schemas.times import MINUTE
from streams.words import load_words


@pytest.fixture
def world() -> World:
    world = World()
    world.warning(1, "RED", 1)
    world.report(2, "region-sthlm-trafik", "lage", {"transit 0180 0120": 4})
    world.report(3, "kommun-0188", "lage", {"school 0188": 2}, next_report=T0 + 5 * MINUTE)
    world.tick(10)
    return world


def test_a_draft_proposes_what_is_grave_and_names_what_is_not_known(world: World):
    told = draft(scene_of(world, 10))

    assert (told.lines[0].text, told.lines[0].taken) == (
        "Kollektivtrafik: allvarlig i Stockholm och Värmdö, sedan 07.02.",
        True,
    )
    assert [c.place for c in told.events] == ["with"]
    assert any("Norrtälje" in line.text and line.taken for line in told.gaps)
    assert told.name == "Samlad lägesbild kl. 07.10"


def test_sentences_are_about_sectors_that_are_hit_the_worst_first(world: World):
    world.report(11, "trafikverket-vag", "lage", {"road 0180": 2, "railair 0180": 1})

    assert [step for _, step in sentences(scene_of(world, 12))] == [4, 2]


def test_the_form_is_read_back_as_it_was_and_the_text_takes_each_line_once(world: World):
    scene = scene_of(world, 10)
    first = draft(scene)
    line, event, gap = first.lines[0].text, first.events[0].row.key, first.gaps[0].text
    form = FormData(
        [
            ("name", "Läget"),
            ("summary", f"Snö.\n{line}"),
            ("line", line),
            ("line", "hittepå"),
            ("gap", gap),
            (f"place:{event}", "left_out"),
            (f"why:{event}", "känt av alla"),
        ]
    )
    told = draft(scene, form)

    assert told.text() == f"Snö.\n{line}"
    assert told.keys("with", "top") == []
    assert told.left_out("utan skäl", "inte känt") == [(event, "känt av alla"), (gap, "inte känt")]


def test_a_published_form_becomes_the_command_with_what_was_left_out():
    form = FormData(
        [
            ("name", "Läget"),
            ("summary", "Snö."),
            ("events", "smhi/1-1"),
            ("pinned", "smhi/1-1"),
            ("left_out", "Skolorna"),
            ("left_out_why", "inte känt"),
            ("left_out", "smhi/2"),
            ("left_out_why", "gammalt"),
        ]
    )
    args = args_of("publish_picture", Posted(form, T0, load_words()))

    told = PublishPicture.model_validate(args)
    assert [(row.what, row.why) for row in told.left_out] == [("Skolorna", "inte känt"), ("smhi/2", "gammalt")]
    assert told.pinned == ["smhi/1-1"]


def test_a_correction_stands_beside_with_what_stood_before(world: World):
    args = {
        "name": "Läget 07.12",
        "events": ["smhi/1-1"],
        "left_out": [{"what": "smhi/1-1", "why": "prov"}, {"what": "Skolor", "why": "inte känt"}],
    }
    world.command(12, "publish_picture", args=args, texts={"summary": "som det var"})
    texts = {"summary": "nytt", "reason": "fel"}
    world.command(20, "correct_published", on="joint-1", args={"events": []}, texts=texts)
    scene = scene_of(world, 30)
    found = one(scene, "joint-1")

    assert found is not None
    assert (found.summary, found.revision, found.when, found.by) == ("nytt", 2, "07.12", "Länsstyrelsen Stockholm")
    assert [(c.reason, c.before, c.when, c.fields) for c in found.corrections] == [
        ("fel", "som det var", "07.20", ["händelser"])
    ]
    assert found.left_out[1] == ("Skolor", "inte känt")
    assert found.left_out[0][0] != "smhi/1-1"
    assert [row.key for row in events_of(scene, ["smhi/1-1"])] == ["smhi/1-1"]
    assert [row.key for row in published(scene)] == ["joint-1"]


def test_what_a_correction_sent_along_unchanged_is_not_told_as_changed(world: World):
    world.command(12, "publish_picture", args={"events": ["smhi/1-1"]}, texts={"summary": "a"})
    for minute, events in ((20, ["smhi/1-1"]), (30, []), (40, [])):
        texts = {"summary": "b", "reason": "fel"}
        world.command(minute, "correct_published", on="joint-1", args={"events": events}, texts=texts)
    found = one(scene_of(world, 50), "joint-1")

    assert found is not None
    assert [(c.revision, c.fields) for c in found.corrections] == [(4, []), (3, ["händelser"]), (2, [])]


def test_who_is_not_logged_in_sees_no_joint_picture(world: World):
    world.command(12, "publish_picture", args={}, texts={"summary": "s"})
    scene = scene_of(world, 30, anyone(exercise=False))

    assert published(scene) == []
    assert one(scene, "joint-1") is None


def test_a_request_says_who_has_answered_since_and_who_has_not(world: World):
    whom = ["kommun-0188", "kommun-0120"]
    args = {"sectors": ["school"], "areas": ["0188", "0120"], "by": T0 + 60 * MINUTE, "whom": whom}
    world.command(12, "request_reports", args=args)
    world.report(20, "kommun-0120", "lage", {"school 0120": 1})
    row = asked(scene_of(world, 30))[0]

    assert (row.answered, row.missing) == (["Värmdö kommun"], ["Norrtälje kommun"])
    assert (row.known, row.cells) == (1, 2)
    assert row.by == "08.00, om 30 min"
    assert not row.due
    world.tick(61)
    assert asked(scene_of(world, 62))[0].due


def test_municipalities_that_are_hit_are_proposed(world: World):
    assert hit(scene_of(world, 10)) == ["0180", "0120"]
