"""A person opens the group of a model, clicks *Materialize all* and sees the assets go green."""

import re

import pytest
from playwright.sync_api import expect

from mlops_assets.lifecycle.jobs import RETRAIN
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.server import Server, dagster_dev

pytestmark = pytest.mark.browser

LAUNCH = re.compile("^Launch (backfill|1 run)")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Server:
    checkout = make_checkout(tmp_path_factory.mktemp("browser"), models=("heart_disease",))
    open_store(checkout.settings)
    with dagster_dev(checkout) as server:
        yield server


def test_materialize_all_turns_every_asset_green_and_fills_its_panel(page):
    page.goto("/locations/mlops_assets/asset-groups/heart_disease/lineage")
    page.get_by_role("button", name="Materialize all").click(timeout=60_000)
    page.get_by_role("button", name="Latest", exact=True).click()  # yesterday
    page.get_by_role("button", name=LAUNCH).click()
    green = page.get_by_text("Materialized", exact=True)
    expect(green).to_have_count(len(RETRAIN), timeout=300_000)
    # The daily assets show their partitions instead, and their checks.
    expect(page.get_by_text("7 / 7 Passed")).to_have_count(2, timeout=300_000)
    expect(page.get_by_text("2 / 2 Passed")).to_have_count(3, timeout=300_000)
    expect(page.get_by_text("Failed", exact=True)).to_have_count(0)

    page.goto("/assets/heart_disease/evaluation")
    for shown in ("verdict", "metrics", "pictures", "confusion_matrix", "roc_curve", "importances"):
        expect(page.get_by_text(shown, exact=True).first).to_be_attached(timeout=30_000)
    expect(page.get_by_role("link", name="defs.yaml")).to_be_visible()
    expect(page.get_by_role("link", name="evaluation.py")).to_be_visible()
    expect(page.locator("a[href*='mlflow_run=']").first).to_be_attached()
    page.get_by_text("[Show Markdown]").last.click()
    picture = page.locator("img[src^='data:image/png;base64,']").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 300
