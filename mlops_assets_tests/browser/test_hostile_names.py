"""Columns, classes and values that try to run something, on every page that the product makes."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets_tests.browser.hostile import (
    DAY,
    MODEL,
    SCRIPT,
    Pages,
    both_servers,
    hostile_checkout,
)

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Pages]:
    checkout = hostile_checkout(tmp_path_factory.mktemp("hostile"))
    with both_servers(checkout) as pages:
        yield pages


@pytest.fixture
def watched(page, server) -> Iterator[Page]:
    """A page that is left with nothing run, no dialog, and no request to another host."""
    elsewhere: list[str] = []
    ours = ("", *(urlsplit(url).netloc for url in (server.dagster, server.mlflow)))

    def note(request) -> None:
        if urlsplit(request.url).netloc not in ours:
            elsewhere.append(request.url)

    page.on("request", note)
    page.on("dialog", lambda dialog: elsewhere.append(dialog.message))
    yield page
    assert page.evaluate("window.ran") is None
    assert page.locator("[onerror], [onload], [href*='evil.invalid'], iframe").count() == 0
    assert elsewhere == []


def html_pages(server: Pages, name: str) -> list[Path]:
    folder = server.checkout.folder
    return [*folder.glob(name), *(server.checkout.settings.mlflow_artifacts).rglob(name)]


@pytest.mark.parametrize("name", ["profile.html", "drift.html", "compared.html"])
def test_a_page_shows_the_names_and_runs_nothing(watched, server, name):
    found = html_pages(server, name)
    assert found
    for path in found:
        watched.goto(path.as_uri())
        expect(watched.locator("body")).to_contain_text(SCRIPT, timeout=PATIENCE)
        assert watched.evaluate("window.ran") is None


@pytest.mark.parametrize("asset", [*RETRAIN, *MONITOR])
def test_a_panel_of_dagster_runs_nothing(watched, asset):
    days = f"?view=partitions&partition={DAY}" if asset in MONITOR else ""
    watched.goto(f"/assets/{MODEL}/{asset}{days}")
    expect(watched.get_by_text("dataset_version").first).to_be_attached(timeout=PATIENCE)
    for shown in watched.get_by_text("[Show Markdown]").all():
        shown.click()
        watched.keyboard.press("Escape")


def test_the_model_card_in_mlflow_runs_nothing(watched, server):
    watched.goto(f"{server.mlflow}/#/models/{MODEL}/versions/1")
    expect(watched.get_by_text("Worst slices").first).to_be_attached(timeout=PATIENCE)
