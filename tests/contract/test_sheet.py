"""The sheet from outside: the standard library and an address."""

import json
import urllib.error
import urllib.request
from email.message import Message

import pytest

pytestmark = pytest.mark.broker


def ask(running: dict, path: str) -> tuple[int, Message, bytes]:
    """Status, headers, body."""
    try:
        with urllib.request.urlopen(running["address"] + path, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def test_it_cites_its_version_and_comes_as_content_page_and_pdf(running: dict):
    told = json.loads(ask(running, "/api/v1/sheet")[2])
    status, headers, page = ask(running, "/sheet")
    paper = ask(running, "/sheet.pdf")

    assert told["hash"] == json.loads(ask(running, f"/api/v1/picture?version={told['version']}")[2])["hash"]
    assert {"headline", "grid", "changed", "suggestions", "gaps", "decisions", "tasks"} <= set(told)
    assert told["exercise"] is True
    assert status == 200
    assert b"<script" not in page
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (paper[0], paper[1]["Content-Type"], paper[2][:4]) == (200, "application/pdf", b"%PDF")


def test_the_same_version_and_minute_give_the_same_bytes(running: dict):
    first, again = ask(running, "/sheet.pdf"), ask(running, "/sheet.pdf")

    assert first[1]["Lagesbild-Version"] == again[1]["Lagesbild-Version"]
    assert first[2] == again[2]


@pytest.mark.parametrize(
    ("query", "status", "name"), [("forum=none", 404, "not-found"), ("forum=a&meeting=a/1", 400, "bad-query")]
)
def test_a_sheet_of_nothing_is_a_problem(running: dict, query: str, status: int, name: str):
    code, _, body = ask(running, f"/api/v1/sheet?{query}")

    assert (code, json.loads(body)["type"].rpartition("/")[2]) == (status, name)
