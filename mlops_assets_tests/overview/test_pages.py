"""The pages as text: what they hold, and what they escape."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mlops_assets.overview.app import Overview
from mlops_assets.overview.collect import find
from mlops_assets.overview.life import Life, life_of
from mlops_assets.overview.links import Links
from mlops_assets.overview.pages import error_page, model_page, overview_page
from mlops_assets.overview.records import LoopStatus, ModelRow
from mlops_assets.registry.overview import ModelSummary

LINKS = Links("http://dagster.example:3000", "http://mlflow.example:5000")
EVIL = '"><script>window.ran=1</script><img src=x onerror="window.ran=1">'


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def rows(known, fleet):
    return fleet.rows(known.instance)


@pytest.fixture(scope="module")
def life(fleet, rows):
    return life_of(fleet, find(rows, "risk"))


def test_a_page_needs_nothing_else_and_runs_nothing(rows, life):
    for page in (overview_page(rows, LINKS), model_page(life, LINKS)):
        tags = Tags(page).found
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
        assert not [it for _, given in tags for it in given if it.startswith("on")]
        assert "@import" not in page
        assert "url(" not in page


def test_a_model_links_to_its_schedules_and_sensors_alone(life):
    hrefs = [it["href"] for tag, it in Tags(model_page(life, LINKS)).found if tag == "a"]
    assert f"{LINKS.dagster}/automation?selection=tag%3Amodel%3Drisk" in hrefs


def test_links_of_a_file_are_whole_and_those_of_the_server_relative(rows):
    whole = {it["href"] for tag, it in Tags(overview_page(rows, LINKS)).found if tag == "a"}
    assert all(it and it.startswith((LINKS.dagster, LINKS.mlflow)) for it in whole)
    page = overview_page(rows, replace(LINKS, dagster=""))
    own = {it["href"] for tag, it in Tags(page).found if tag == "a"}
    assert {
        "/overview/risk-model",
        "/",
        "http://mlflow.example:5000/#/models/calm/versions/1",
    } <= own


def test_mlflow_is_linked_by_the_name_that_the_browser_uses(known):
    pages = TestClient(Overview(Starlette(), known.settings), "http://models.example:3000")
    port = urlsplit(known.settings.mlflow_ui).port
    for path in ("/overview", "/overview/calm"):
        found = {it["href"] or "" for tag, it in Tags(pages.get(path).text).found if tag == "a"}
        to_mlflow = {it for it in found if not it.startswith("/")}
        assert to_mlflow
        assert all(it.startswith(f"http://models.example:{port}") for it in to_mlflow)


def test_every_picture_has_a_text(rows, life):
    for page in (overview_page(rows, LINKS), model_page(life, LINKS)):
        pictures = [given for tag, given in Tags(page).found if tag == "svg"]
        shown = [it for it in pictures if it.get("role") == "img"]
        assert shown
        assert all(it.get("aria-label") or it.get("aria-labelledby") for it in shown)
        # The others are signs of a legend, whose words follow.
        assert page.count("aria-hidden") >= 1
    described = re.search(r'<desc id="life-text">(.*?)</desc>', model_page(life, LINKS))
    assert described
    assert "version 1 since 2026-06-01" in described[1]
    assert "Performance dropped: 2026-06-30." in described[1]
    assert "2026-06-30 rejected 2" in described[1]


def test_names_and_texts_are_escaped():
    loop = LoopStatus("suspect", EVIL, alert=EVIL)
    summary = ModelSummary(EVIL, EVIL, "1", None, None, problem=EVIL)
    row = ModelRow(name=EVIL, registered=summary, loop=loop, waiting=(EVIL,))
    pages = [
        overview_page([row], LINKS),
        model_page(Life(row, [], []), LINKS),
        error_page(EVIL, LINKS),
    ]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


def test_an_empty_home_says_how_to_begin():
    assert "mlops-assets new" in overview_page([], LINKS)


def test_a_life_without_anything_says_so(fleet, rows):
    page = model_page(life_of(fleet, find(rows, "new")), LINKS)
    assert "Nothing has happened yet." in page
    assert "Never retrained." in page
