"""A new user's walk: clone, demo, up on other ports; then every link and picture that is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pytest
from playwright.sync_api import Page, expect

from mlops_assets.lifecycle.jobs import MONITOR, RETRAIN
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.demo_days import demo_days
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.clone import clone_project
from mlops_assets_tests.running_up import Up, up

pytestmark = [pytest.mark.browser, pytest.mark.process]

MODEL, REGISTERED, EXPERIMENT = "heart_disease", "heart-disease-model", "Heart Disease Prediction"
PATIENCE = 60_000  # milliseconds
ADDRESS = re.compile(r"\]\((/[^)]+)\)")
LOADED = "() => [...document.images].every(image => image.complete)"
# Of each picture of a panel: its address, its own width, and how much of it is cut off.
PICTURES = """images => images.map(image => [image.getAttribute('src'), image.naturalWidth,
  image.getBoundingClientRect().right
  - image.closest('table').parentElement.getBoundingClientRect().right])"""
HREFS = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"


@dataclass(frozen=True)
class Walk:
    """The clone after its demo, while `up` serves it."""

    checkout: Checkout
    up: Up

    @property
    def url(self) -> str:
        """Where a page begins."""
        return self.up.dagster


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Walk]:
    checkout = clone_project(tmp_path_factory.mktemp("walk") / "project")
    done = checkout.run("demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "retrained: version 1 → 2 in production" in done.stdout
    with up(checkout) as pages:
        yield Walk(checkout, pages)


@pytest.fixture
def page(page) -> Page:
    """A window as most people have it."""
    page.set_viewport_size({"width": 1500, "height": 1000})
    return page


def open_panel(page: Page, asset: str, day: str = "") -> None:
    """Open the page with the asset's metadata, and wait for the link to its MLflow run."""
    page.goto(f"/assets/{MODEL}/{asset}" + (f"?view=partitions&partition={day}" if day else ""))
    expect(page.locator("table a[href*='mlflow_run=']").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(LOADED, timeout=PATIENCE)


def drifted(server: Walk) -> str:
    """The first day of the demo that drifted."""
    days = demo_days(server.checkout.settings)
    assert days
    return f"{days.drift_since}"


def test_every_panel_shows_whole_pictures_and_links_that_answer(page, server):
    panels = [
        *((it, "") for it in (*RETRAIN, *MONITOR)),
        *((it, drifted(server)) for it in MONITOR),
    ]
    pictures, links = [], set()
    for asset, day in panels:
        open_panel(page, asset, day)
        pictures += page.locator("table img").evaluate_all(PICTURES)
        links |= set(page.locator("table a[href]").evaluate_all(HREFS))
    assert len(pictures) >= 15
    assert [src for src, width, _ in pictures if not (src.startswith("/") and width > 300)] == []
    assert [src for src, _, cut in pictures if cut > 0] == []
    assert len(links) >= len(panels)
    assert {page.request.get(link).status for link in links} == {200}


def test_links_and_pictures_of_every_day_answer(page, server):
    found = set()
    with open_instance(server.checkout.settings) as instance:
        for asset in (*RETRAIN, *MONITOR):
            key = dg.AssetKey([MODEL, asset])
            for record in instance.fetch_materializations(key, limit=100).records:
                shown = record.asset_materialization.metadata.values()
                found |= {it for text in shown for it in ADDRESS.findall(str(text.value))}
    assert len(found) >= 100
    answers = {it: page.request.get(it) for it in found}
    assert [it for it, answer in answers.items() if answer.status != 200] == []
    kinds = {it: answer.headers["content-type"] for it, answer in answers.items()}
    pictures = [it for it in found if it.startswith("/pictures/")]
    assert {kinds[it] for it in pictures} == {"image/png"}
    assert all(answers[it].url.startswith(server.up.mlflow) for it in found - {*pictures})


def test_the_links_of_our_own_pages_answer(page, server):
    links = set()
    for path in ("/overview", f"/overview/{REGISTERED}"):
        page.goto(path)
        links |= set(page.locator("a[href]").evaluate_all(HREFS))
    page.goto(f"{server.up.api}/docs")
    links |= set(page.locator("a[href]").evaluate_all(HREFS))
    assert len(links) > 10
    assert {page.request.get(link).status for link in links} == {200}


def test_the_links_lead_to_the_run_and_the_report_in_mlflow(page, server):
    day = drifted(server)
    open_panel(page, "drift_report", day)
    run = page.locator("table a[href*='mlflow_run=']").first.inner_text()
    page.get_by_role("link", name="drift.html").click()
    page.wait_for_url(f"{server.up.mlflow}/#/experiments/**", timeout=PATIENCE)
    shown = page.frame_locator("iframe").get_by_text(f"{MODEL} version 1 on {day}")
    expect(shown).to_be_visible(timeout=PATIENCE)
    page.go_back()
    page.get_by_role("link", name=run).click()
    expect(page.get_by_text(run, exact=True)).to_be_visible(timeout=PATIENCE)


def test_mlflow_starts_with_models_and_without_its_assistant(page, server):
    page.goto(f"{server.up.mlflow}/#/experiments")
    page.get_by_role("link", name=EXPERIMENT, exact=True).click(timeout=PATIENCE)
    run = page.get_by_role(
        "link", name=re.compile(r"^\d{4}-\d\d-\d\d (retrain|monitor) [0-9a-f]{8}")
    )
    expect(run.first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_placeholder("Ask a question")).to_have_count(0)
    expect(page.get_by_text("Detect Issues")).to_have_count(0)
    count = run.count()
    assert count == 12  # ten days and two retrains
    data = page.get_by_role("button", name=re.compile(rf"{MODEL} \([0-9a-f]{{16}}\)"))
    expect(data).to_have_count(count)
    expect(page.get_by_text(re.compile(f"^{MODEL}_(retrain|monitor)$"))).to_have_count(count)


def test_a_version_in_mlflow_has_few_tags_and_a_description_with_tables(page, server):
    page.goto(f"{server.up.mlflow}/#/models/{REGISTERED}")
    expect(page.get_by_text("Whether a patient has coronary heart disease").first).to_be_visible(
        timeout=PATIENCE
    )
    page.get_by_role("link", name="Version 2").click()
    sentence = re.compile(
        r"^Version 2: roc_auc 0\.\d{3} \[.*\], passed 3 gates, in production since"
    )
    expect(page.get_by_text(sentence).first).to_be_visible(timeout=PATIENCE)
    row = page.get_by_role("row").filter(has_text="average_precision")
    expect(row.get_by_role("cell")).to_have_count(3)
    version = open_store(server.checkout.settings).get_model_version(REGISTERED, "2")
    shown = [name for name in version.tags if not name.startswith("mlflow.")]
    assert 1 < len(shown) <= 6
    for tag in shown:
        expect(page.get_by_text(tag, exact=True).first).to_be_attached()
    assert not [*server.checkout.settings.mlflow_artifacts.rglob("small")]


def test_commands_link_to_where_it_was_served(server):
    settings = server.checkout.settings
    assert (settings.dagster_ui, settings.mlflow_ui) == (server.up.dagster, server.up.mlflow)
