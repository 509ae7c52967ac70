"""A real Chromium beside a real `dagster dev`; without one the tests are skipped, and say so."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
# The last five keep a browser without a network from looking for one.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def page(server) -> Iterator[Page]:
    """A page on the module's `server`, wide enough for a whole graph."""
    if not CHROMIUM:
        pytest.skip("no Chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser.new_page(viewport={"width": 3200, "height": 1000}, base_url=server.url)
        browser.close()
