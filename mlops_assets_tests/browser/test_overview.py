"""The overview as a person sees it: rows, pictures, two colour schemes, paper and a phone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import uvicorn
from playwright.sync_api import Page, expect
from starlette.responses import PlainTextResponse

from mlops_assets.overview.app import Overview
from mlops_assets.overview.links import Links
from mlops_assets.overview.pages import overview_page
from mlops_assets_tests.overview.conftest import fleet, known  # noqa: F401 - fixtures
from mlops_assets_tests.server import free_port, wait_until

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Server:
    """Where the pages are."""

    url: str


@pytest.fixture(scope="module")
def server(known) -> Iterator[Server]:  # noqa: F811
    """The middleware in front of an app that knows no page."""
    app = Overview(PlainTextResponse("Dagster's own"), known.settings)
    port = free_port()
    serving = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    wait_until(lambda: serving.started, 30)
    yield Server(f"http://127.0.0.1:{port}")
    serving.should_exit = True
    thread.join(10)


@pytest.fixture
def quiet(page) -> Iterator[Page]:
    """A page without an error in its console, such as a refused style."""
    seen: list[str] = []
    page.on("console", lambda it: seen.append(it.text) if it.type == "error" else None)
    yield page
    assert [it for it in seen if "favicon" not in it and "404" not in it] == []


def test_a_row_per_model_and_the_figures_at_the_top(quiet):
    quiet.goto("/overview")
    names = quiet.get_by_role("rowheader")
    expect(names).to_have_count(5)
    expect(names.nth(0)).to_contain_text("people")
    expect(names.filter(has_text="gone")).to_contain_text("no defs.yaml any more")
    row = quiet.get_by_role("row").filter(has_text="risk-model")
    expect(row).to_contain_text(f"version 1 since {datetime.now(UTC).date()}")
    expect(row).to_contain_text("roc_auc 0.900 [0.882, 0.917]")
    expect(row).to_contain_text("version 2 is staged")
    expect(row.get_by_role("img", name="Drift on 30 days")).to_be_visible()
    expect(row.get_by_role("img", name="roc_auc on 30 days")).to_be_visible()
    expect(quiet.locator(".counts .attention")).to_have_text("2wait for a person")


def test_a_row_leads_to_the_life_of_its_model(quiet, server):
    quiet.goto("/overview")
    quiet.get_by_role("link", name="risk-model").click()
    expect(quiet).to_have_url(f"{server.url}/overview/risk-model")
    picture = quiet.get_by_role("img", name="The life of risk-model")
    expect(picture).to_be_visible()
    for lane in ("in production", "changes", "retrains", "alerts", "drift", "roc_auc"):
        expect(picture.locator(".lane", has_text=lane)).to_be_visible()
    expect(picture.locator("rect.drift")).to_have_count(2)
    expect(picture.locator("rect.outage")).to_have_count(1)
    expect(picture.locator("path.drop")).to_have_count(1)
    expect(quiet.get_by_role("link", name="Assets in Dagster")).to_have_attribute(
        "href", "/locations/mlops_assets/asset-groups/risk/lineage"
    )
    expect(quiet.get_by_role("row").filter(has_text="promote 1")).to_contain_text("2026-06-01")


def test_a_model_that_is_not_there_and_pages_of_dagster(page):
    answer = page.goto("/overview/%3Cscript%3Ewindow.ran=1%3C%2Fscript%3E")
    assert answer.status == 404
    expect(page.locator("main")).to_contain_text("There is no model <script>")
    assert page.evaluate("window.ran") is None
    page.goto("/runs")
    expect(page.locator("body")).to_have_text("Dagster's own")


def test_dark_is_dark_and_light_is_light(quiet):
    shown = []
    for scheme in ("light", "dark"):
        quiet.emulate_media(color_scheme=scheme)
        quiet.goto("/overview")
        shown.append(quiet.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert shown == ["rgb(246, 247, 249)", "rgb(16, 21, 28)"]


@pytest.mark.parametrize("width", [1500, 1200, 1000, 390])
@pytest.mark.parametrize("path", ["/overview", "/overview/risk-model"])
def test_nothing_is_cut_off(quiet, width, path):
    quiet.set_viewport_size({"width": width, "height": 900})
    quiet.goto(path)
    assert quiet.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_is_no_navigation(quiet):
    quiet.goto("/overview")
    quiet.emulate_media(media="print")
    expect(quiet.get_by_role("navigation")).to_be_hidden()
    expect(quiet.get_by_role("img", name="Drift on 30 days")).to_be_visible()


def test_a_written_page_opens_alone(page, fleet, known, tmp_path):  # noqa: F811
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url))
    path = tmp_path / "overview.html"
    path.write_text(
        overview_page(fleet.rows(known.instance), Links.of_file(known.settings)), encoding="utf-8"
    )
    page.goto(path.as_uri())
    expect(page.get_by_role("rowheader")).to_have_count(5)
    assert asked == [path.as_uri()]
