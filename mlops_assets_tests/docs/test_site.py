"""The built site: a broken link stops the build, and no page asks another host for anything."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_assets_tests.docs.pages import ROOT

pytestmark = pytest.mark.process

LOADED = re.compile(r"""<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=["']?(https?:)?//""")
FETCHED = re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""")


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the pages, with a site of its own."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    return tmp_path


def build(project: Path) -> subprocess.CompletedProcess:
    zensical = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(zensical, cwd=project, capture_output=True, text=True, check=False)


def test_the_site_asks_no_other_host_for_anything(project):
    assert build(project).returncode == 0
    pages, styles = ((project / "site").rglob(it) for it in ("*.html", "*.css"))
    assert not [it for it in pages if LOADED.search(it.read_text(encoding="utf-8"))]
    assert not [it for it in styles if FETCHED.search(it.read_text(encoding="utf-8"))]


def test_a_broken_link_stops_the_build(project):
    with (project / "docs/loop.md").open("a") as page:
        page.write("\n[nowhere](versions.md#nowhere)\n")
    assert build(project).returncode != 0
