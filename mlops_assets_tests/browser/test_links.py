"""A new user trains a model, serves on other ports, and follows all that the panels show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.running_up import up

pytestmark = [pytest.mark.browser, pytest.mark.process]

MODEL, TRAINED, DAY = "quick", "2026-01-05", "2026-01-07"
DEFS = f"""
type: mlops_assets.component.ModelLifecycle
attributes:
  name: {MODEL}
  experiment: Quick
  source: {{type: simulator, name: heart_disease, rows: 400, days: 2,
           shift: {{chol: 2, age: 1.5}}, shift_since: {DAY}}}
  identity: [patient_id]
  target: target
  columns: {{numeric: [age, chol, thalach, oldpeak]}}
  model: {{type: sklearn, estimator: sklearn.linear_model.LogisticRegression}}
  gates: {{roc_auc: {{min: 0.6}}}}
  schedule: {{status: off}}
"""
PATIENCE = 60_000  # milliseconds
SIZES = "images => images.map(image => [image.getAttribute('src'), image.naturalWidth])"
LOADED = "() => [...document.images].every(image => image.complete)"
HREFS = "links => links.map(link => link.href)"


@dataclass(frozen=True)
class Served:
    """A checkout whose model was trained before `up` served it, and where."""

    checkout: Checkout
    url: str
    mlflow: str


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    checkout = make_checkout(tmp_path_factory.mktemp("links"))
    checkout.model(MODEL, DEFS)
    checkout.play((MODEL, "retrain", TRAINED), (MODEL, "monitor", DAY))
    with up(checkout) as pages:
        yield Served(checkout, pages.dagster, pages.mlflow)


def open_panel(page: Page, asset: str) -> None:
    """Open the page with the asset's metadata, and wait for the link to its MLflow run."""
    day = f"?view=partitions&partition={DAY}" if asset in MONITOR else ""
    page.goto(f"/assets/{MODEL}/{asset}{day}")
    expect(page.locator("table a[href*='mlflow_run=']").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(LOADED, timeout=PATIENCE)


def test_every_link_answers_and_every_picture_is_shown(page, server):
    pictures, links = [], set()
    for asset in (*RETRAIN, *MONITOR):
        open_panel(page, asset)
        pictures += page.locator("table img").evaluate_all(SIZES)
        links |= set(page.locator("table a[href]").evaluate_all(HREFS))
    assert len(pictures) >= 10
    assert [src for src, width in pictures if not (src.startswith("/") and width > 300)] == []
    assert len(links) >= len([*RETRAIN, *MONITOR])
    answers = [page.request.get(link) for link in links]
    assert {answer.status for answer in answers} == {200}
    assert any(answer.url.startswith(server.mlflow) for answer in answers)


def test_the_links_lead_to_the_run_and_the_report_in_mlflow(page, server):
    open_panel(page, "drift_report")
    report = page.get_by_role("link", name="drift.html")
    run = page.locator("table a[href*='mlflow_run=']").first.inner_text()
    report.click()
    page.wait_for_url(f"{server.mlflow}/#/experiments/**", timeout=PATIENCE)
    shown = page.frame_locator("iframe").get_by_text(f"{MODEL} version 1 on {DAY}")
    expect(shown).to_be_visible(timeout=PATIENCE)
    page.go_back()
    page.get_by_role("link", name=run).click()
    expect(page.get_by_text(run, exact=True)).to_be_visible(timeout=PATIENCE)


def test_mlflow_starts_with_models_and_without_its_assistant(page, server):
    page.goto(server.mlflow)  # its home page is skipped
    page.get_by_role("link", name="Quick", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_role("link", name=re.compile(r" retrain [0-9a-f]{8}")).first).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_placeholder("Ask a question")).to_have_count(0)
    expect(page.get_by_text("Detect Issues")).to_have_count(0)
    expect(page.locator("button[data-assistant-ui]")).to_be_hidden()
    page.evaluate("location.hash = '#/'")
    expect(page.get_by_text("Welcome to MLflow")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Information about UI telemetry")).to_have_count(0)


def test_commands_link_to_where_it_was_served(server):
    settings = server.checkout.settings
    assert (settings.dagster_ui, settings.mlflow_ui) == (server.url, server.mlflow)
