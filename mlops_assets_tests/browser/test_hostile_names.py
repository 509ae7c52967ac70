"""Columns, classes and values that try to run something, on every page that the product makes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets_tests.browser.hostile import (
    COLUMNS,
    DAY,
    MODEL,
    Servers,
    both_servers,
    hostile_checkout,
)

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds
MARKUP = "[onerror], [onload], [src*='evil'], [href^='javascript']"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Servers]:
    checkout = hostile_checkout(tmp_path_factory.mktemp("hostile"))
    with both_servers(checkout) as servers:
        yield servers


@pytest.fixture
def watched(page) -> Iterator[Page]:
    """A page that shows no dialog and asks no other host for anything."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("request", lambda request: seen.append(request.url))
    yield page
    assert [it for it in seen if urlsplit(it).hostname not in (None, "127.0.0.1")] == []


def require_nothing_ran(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator(MARKUP).count() == 0


@pytest.mark.parametrize("name", ["profile.html", "drift.html", "compared.html"])
def test_a_page_shows_the_names_and_runs_nothing(watched, server, name):
    found = server.checkout.folder / name
    if not found.exists():
        found = next(server.checkout.settings.mlflow_artifacts.rglob(name))
    watched.goto(found.as_uri())
    shown = MODEL if name == "compared.html" else COLUMNS["numeric"][0]
    expect(watched.locator("body")).to_contain_text(shown, timeout=PATIENCE)
    for panel in watched.get_by_label("Detail panel visibility toggle").all():
        panel.dispatch_event("click")
    if name != "compared.html":
        expect(watched.locator("svg.main-svg").first).to_be_attached(timeout=PATIENCE)
    require_nothing_ran(watched)


def test_the_panels_and_checks_of_dagster_run_nothing(watched):
    for asset in (*RETRAIN, *MONITOR):
        day = f"?view=partitions&partition={DAY}" if asset in MONITOR else ""
        watched.goto(f"/assets/{MODEL}/{asset}{day}")
        run = watched.locator("a[href*='mlflow_run=']").first
        expect(run).to_be_attached(timeout=PATIENCE)
        for at in range(watched.get_by_text("[Show Markdown]").count()):
            watched.get_by_text("[Show Markdown]").nth(at).click()
            dialog = watched.get_by_role("dialog")
            expect(dialog).to_be_visible()
            require_nothing_ran(watched)
            dialog.get_by_role("button", name="Close").click()
            expect(dialog).to_have_count(0)
        require_nothing_ran(watched)
    for asset, check in (("data_profile", "not_redundant"), ("drift_report", "data_drift")):
        watched.goto(f"/assets/{MODEL}/{asset}?view=checks")
        watched.get_by_text(check).first.click(timeout=PATIENCE)
        expect(watched.get_by_text("To do:")).to_be_attached(timeout=PATIENCE)
        require_nothing_ran(watched)


def test_the_model_card_in_mlflow_runs_nothing(watched, server):
    watched.goto(f"{server.mlflow}/#/models/{MODEL}/versions/1")
    expect(watched.get_by_text("Worst slices").first).to_be_attached(timeout=PATIENCE)
    expect(watched.get_by_text(COLUMNS["numeric"][1]).first).to_be_attached()
    require_nothing_ran(watched)
