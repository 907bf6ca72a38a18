"""A page's own files, from outside: of one making, fetched once, telling nothing of the picture."""

import http.client
import re
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.broker


def get(running: dict, path: str) -> tuple[http.client.HTTPResponse, str]:
    """Headers and text, as a browser would have them."""
    link = http.client.HTTPConnection(urlsplit(running["address"]).netloc, timeout=70)
    link.request("GET", path, headers={"Accept": "text/html"})
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer, text


def named_files(running: dict) -> list[str]:
    """Style sheets and scripts that the desk names."""
    _, page = get(running, "/")
    return re.findall(r'"(/static/[^"]+\.(?:css|js))"', page)


def test_a_page_s_own_files_tell_nothing_of_the_picture_and_may_load_nothing(running: dict):
    named = named_files(running)
    assert {path.rpartition("/")[2] for path in named} > {"page.css", "keys.js"}
    for path in named:
        headers = get(running, path)[0].headers
        assert "Lagesbild-Version" not in headers, path
        assert headers["Content-Security-Policy"] == "default-src 'none'", path


def test_a_page_s_own_files_are_of_one_making_and_fetched_once(running: dict):
    """What a module names by a relative path lies below its own digest; below another a file is asked for again."""
    named = named_files(running)
    [making] = {path.rpartition("/")[0] for path in named}
    within = f"{making}/alive.js"
    assert "immutable" in get(running, within)[0].headers["Cache-Control"]
    assert get(running, "/static/0123456789/alive.js")[0].headers["Cache-Control"] == "no-cache"
    assert get(running, f"{making}/nothing.js")[0].status == 404
