"""A person looks at a day that drifted, at the sensor that saw it, and at what runs by itself."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import expect

from mlops_assets.platform.demo_days import choose_days
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.server import Server, dagster_dev

pytestmark = pytest.mark.browser

MODEL = "heart_disease"
# Cholesterol rises on the last of these days, when the cool-down is over.
TRAINED, CLEAN, DRIFTED = "2026-01-07", "2026-01-09", "2026-01-10"
AUTOMATION = (f"{MODEL}_nightly_retrain", f"{MODEL}_daily_monitor", f"{MODEL}_drift_sensor")
PATIENCE = 120_000  # milliseconds


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    checkout = make_checkout(tmp_path_factory.mktemp("monitor"), models=(MODEL,))
    choose_days(checkout.settings, date(2026, 1, 15))  # cholesterol rises on the fifth
    checkout.play(
        (MODEL, "retrain", TRAINED), (MODEL, "monitor", CLEAN), (MODEL, "monitor", DRIFTED)
    )
    with dagster_dev(checkout) as server:
        yield server


def test_the_panel_of_a_drifted_day_shows_verdict_columns_and_picture(page):
    page.goto(f"/assets/{MODEL}/drift_report?view=partitions&partition={DRIFTED}")
    expect(page.get_by_text(re.compile(r"^drift in 1 of 13 columns .*chol mean"))).to_be_visible(
        timeout=PATIENCE
    )
    rows = page.locator("table table tr")
    expect(rows.filter(has_text="chol")).to_contain_text("drift")
    expect(rows.filter(has_text="trestbps")).to_contain_text("clean")
    page.get_by_text("[Show Markdown]").last.click()
    picture = page.locator("img[src^='data:image/png;base64,']").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 300


def test_without_up_no_picture_is_broken_and_the_run_opens_in_dagster(page):
    page.goto(f"/assets/{MODEL}/drift_report?view=partitions&partition={DRIFTED}")
    run = page.locator("table a[href*='mlflow_run=']").first
    expect(run).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("() => [...document.images].every(image => image.complete)")
    assert (boxes := [picture.bounding_box() for picture in page.locator("table img").all()])
    assert all(box is None or box["width"] * box["height"] == 0 for box in boxes)
    run.click()
    expect(page.get_by_text("Run of").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(f"{MODEL}_monitor").first).to_be_visible()


def test_each_day_is_a_partition_that_was_judged_by_itself(page):
    page.goto(f"/assets/{MODEL}/drift_report?view=partitions&partition={CLEAN}")
    expect(page.get_by_text(re.compile("^clean: 13 of 13 columns judged"))).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_text("Materialized (2)")).to_be_visible()


@pytest.mark.parametrize("name", AUTOMATION)
def test_what_runs_by_itself_is_on(page, name):
    page.goto("/automation")
    row = page.locator("[data-index]").filter(has_text=name)
    expect(row.get_by_role("checkbox").last).to_be_checked(timeout=PATIENCE)


def test_a_tick_says_in_words_why_it_did_not_fire(page):
    page.goto(f"/locations/mlops_assets/sensors/{MODEL}_drift_sensor")
    page.get_by_role("button", name="0 runs requested").last.click(timeout=PATIENCE)
    expect(page.get_by_role("dialog")).to_contain_text("suspect 1 of 2", timeout=PATIENCE)
