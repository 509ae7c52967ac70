"""A page is rendered whatever became of the process that rendered the one before."""

import subprocess
import sys

import pytest

from mlops_assets.platform import page_process
from mlops_assets.platform.page_process import PageProcess

pytestmark = pytest.mark.process
# In place of the real server, which imports Evidently for seconds.
SERVER = """
import json, pathlib, sys
for line in sys.stdin:
    page = json.loads(line)
    if page["module"] == "fails":
        pathlib.Path(page["errors"]).write_text("KeyError: 'x'")
        print(1, flush=True)
    else:
        pathlib.Path(page["arguments"][0], "page.html").write_text(page["module"])
        print(0, flush=True)
"""
DEAF = "import os, time; os.close(0); print('deaf', flush=True); time.sleep(60)"
ENDS = "input()"


@pytest.fixture(autouse=True)
def idle(tmp_path, monkeypatch):
    """The idle servers of this test; they are ended with it."""
    (tmp_path / "some_server.py").write_text(SERVER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(page_process, "SERVER", "some_server")
    servers: list[subprocess.Popen[str]] = []
    monkeypatch.setattr(page_process, "IDLE", servers)
    yield servers
    for server in servers:
        server.kill()
        server.communicate()


def program(code: str) -> "subprocess.Popen[str]":
    """What looks like an idle server."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", code], text=True, process_group=0, **pipes)


def rendered(module: str = "some words") -> tuple[str, PageProcess]:
    with PageProcess("page") as page:
        page.start(module, page="page.html")
        return page.html(), page


def test_one_server_renders_page_after_page(idle):
    html, first = rendered("one")
    assert html == "one"
    with pytest.raises(RuntimeError, match=r"the page could not be rendered:\nKeyError: 'x'"):
        rendered("fails")
    html, last = rendered("another")
    assert (html, idle) == ("another", [last.process])
    assert first.process is last.process


def test_a_killed_server_is_replaced(idle):
    _, first = rendered()
    first.process.kill()
    first.process.wait()
    html, after = rendered("after it")
    assert html == "after it"
    assert idle == [after.process]
    assert after.process is not first.process


def test_a_server_that_no_longer_listens_is_ended_and_replaced(idle):
    deaf = program(DEAF)
    assert deaf.stdout is not None
    deaf.stdout.readline()
    idle.append(deaf)
    html, _ = rendered("heard")
    assert html == "heard"
    assert deaf.poll() is not None


def test_a_server_that_ends_without_an_answer_is_told(idle):
    idle.append(program(ENDS))
    with pytest.raises(RuntimeError, match="could not be rendered:\nits process has ended"):
        rendered()
    assert idle == []
    assert rendered("the next")[0] == "the next"


def test_the_file_of_errors_is_not_kept_open(monkeypatch):
    opened = []
    popen = subprocess.Popen

    def watched(*arguments, stderr, **options):
        opened.append(stderr)
        return popen(*arguments, stderr=stderr, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    rendered()
    assert [file.closed for file in opened] == [True]
