"""The drift page comes from a process of its own that leaves nothing behind."""

import pandas as pd
import pytest

from mlops_assets.monitoring.drift_page.page import DAY, drift_page
from mlops_assets.monitoring.drift_page.renderer import DriftPage
from mlops_assets_tests.monitoring.drift_page.test_page import DAYS, page_rows, reported

pytestmark = pytest.mark.process


def test_the_page_is_the_one_that_this_process_would_draw():
    report, *samples = reported(*DAYS["drifted"])
    with DriftPage(report, *samples) as page:
        html, folder = page.html(), page.folder
    assert page_rows(html) == page_rows(drift_page(report, *samples))
    assert not folder.exists()


def test_a_renderer_that_fails_says_why():
    report, reference, _ = reported(*DAYS["drifted"])
    with DriftPage(report, reference, pd.DataFrame({"other": [1.0]})) as page:
        assert (page.folder / DAY).exists()
        with pytest.raises(RuntimeError, match=r"could not be rendered[\s\S]*KeyError"):
            page.html()


def test_leaving_early_ends_the_process():
    report, *samples = reported(*DAYS["quiet"])
    with DriftPage(report, *samples) as page:
        pass
    assert page.process.poll() is not None
    assert not page.folder.exists()


def test_one_process_renders_page_after_page_and_another_goes_on_once_it_is_gone():
    report, reference, day = reported(*DAYS["quiet"])
    with DriftPage(report, reference, day) as first:
        assert first.html()
    with (
        DriftPage(report, reference, pd.DataFrame({"other": [1.0]})) as wrong,
        pytest.raises(RuntimeError, match="could not be rendered"),
    ):
        wrong.html()
    with DriftPage(report, reference, day) as after:
        assert page_rows(after.html()) == page_rows(drift_page(report, reference, day))
    assert first.process is wrong.process is after.process
    after.process.kill()
    after.process.wait()
    with DriftPage(report, reference, day) as another:
        assert another.html()
    assert another.process is not after.process
