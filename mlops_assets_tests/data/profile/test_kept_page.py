"""The profile report is rendered again only if the rows, the columns or its code changed."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.profile import renderer
from mlops_assets.data.profile.kept_page import KeptPage
from mlops_assets.data.profile.renderer import Rendering
from mlops_assets.features.columns import Columns

COLUMNS = Columns(numeric=["x"], categorical=["label"])


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"x": rng.normal(size=60), "label": rng.choice(["a", "b"], 60)})


@pytest.fixture
def started(monkeypatch) -> list[str]:
    """The modules that were started; a page of theirs is not needed to see that."""
    found: list[str] = []
    monkeypatch.setattr(Rendering, "start", lambda _, module, *__, **___: found.append(module))
    return found


def report(table, folder, columns=COLUMNS) -> Rendering:
    return Rendering(table, columns, None, folder)


@pytest.mark.process
def test_the_same_rows_are_rendered_once_and_give_the_same_page(table, tmp_path, monkeypatch):
    with report(table, tmp_path) as first:
        page = first.html()
    monkeypatch.setattr(renderer, "MODULE", "nothing.to.start")
    with report(table.copy(), tmp_path) as second:
        assert second.html() == page
    assert len(page) > 1_000_000
    assert len(list(tmp_path.iterdir())) == 1


def test_other_rows_or_columns_are_rendered_and_replace_the_page(table, tmp_path, started):
    for given in (table, table.head(59)):
        report(given, tmp_path)._kept.keep("page")
    report(table.head(59), tmp_path)
    assert len(started) == 2
    report(table, tmp_path)
    report(table.head(59), tmp_path, Columns(numeric=["x"]))
    assert len(started) == 4
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_page_is_rendered_again(tmp_path):
    kept = KeptPage.of(tmp_path, [b"rows"])
    kept.keep("page" * 1000)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert kept.read() is None
