"""`lagesbild sheet`: lines, JSON, a PDF in a file; and where the newest sheet lies when nothing runs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.sheets import storm
from typer.testing import CliRunner, Result

from schemas.codec import canon
from streams.cli import build
from streams.cli.sheet_text import lines
from streams.errors import LagesbildError

pytestmark = pytest.mark.usefixtures("bare_environment")


def run(*argv: str) -> Result:
    return CliRunner().invoke(build(["sheet", *argv]), ["sheet", *argv])


@contextmanager
def answering(folder: Path, asked: list[str]) -> Iterator[None]:
    """A server that has one sheet."""

    class Sheet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"%PDF-1.7" if self.path.startswith("/sheet.pdf") else canon(storm())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Sheet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = {"address": f"http://127.0.0.1:{server.server_port}", "operator_key": "k"}
        (folder / "run.json").write_text(json.dumps(told))
        yield
        server.shutdown()


def test_it_prints_the_sheet_as_lines(tmp_path: Path):
    asked: list[str] = []
    with answering(tmp_path, asked):
        said = run("--meeting", "sam/4").output

    assert asked == ["/api/v1/sheet?meeting=sam%2F4"]
    assert said.startswith("ÖVNING")
    for wanted in (
        "Bilden som den var kl. 16.55, ons 20 jan 2027",
        "Vaxholm (direkt): ej rapporterat",
        "Stockholm: Vägtrafik 4≠",
    ):
        assert wanted in said


def test_json_is_the_content_as_it_came(tmp_path: Path):
    with answering(tmp_path, []):
        assert json.loads(run("--json").output) == storm()


def test_a_pdf_goes_to_the_file_that_is_named(tmp_path: Path):
    asked: list[str] = []
    with answering(tmp_path, asked):
        done = run("--forum", "sam", "--pdf", str(tmp_path / "sam.pdf"))

    assert (done.exit_code, asked) == (0, ["/sheet.pdf?forum=sam"])
    assert (tmp_path / "sam.pdf").read_bytes() == b"%PDF-1.7"


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path):
    with answering(tmp_path, []):
        error = run("--pdf", str(tmp_path / "none" / "x.pdf")).exception

    assert isinstance(error, LagesbildError)
    assert "name another file" in str(error)


def test_a_forum_and_a_meeting_at_once_are_wrong_usage():
    assert run("--forum", "sam", "--meeting", "sam/1").exit_code == 2


def test_while_nothing_runs_the_newest_sheet_on_disk_is_named(tmp_path: Path):
    assert "newest" not in str(run().exception)
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "latest.pdf").touch()

    assert str(run().exception).endswith(f"; the newest sheet is {tmp_path / 'sheets' / 'latest.pdf'}")


def test_a_server_that_is_gone_names_it_too(tmp_path: Path):
    (tmp_path / "run.json").write_text(json.dumps({"address": "http://127.0.0.1:9", "operator_key": "k"}))
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "latest.pdf").touch()

    assert "the newest sheet is" in str(run().exception)


def test_no_line_is_empty_of_words():
    assert all(line.strip() or line == "" for line in lines(storm()))
