"""The picture of a day shows the worst columns of every role, on both sides."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mlops_assets.features.columns import Columns
from mlops_assets.figures.style import png
from mlops_assets.monitoring.drift.drift_verdict import profile_verdict
from mlops_assets.monitoring.drift.figures import worst_columns
from mlops_assets.monitoring.drift.table_profile import build_profile, profile_day
from mlops_assets_tests.pictures import collisions

COLUMNS = Columns(
    numeric=["x", "whole", "gappy", "constant", "empty"],
    categorical=["city", "many"],
    boolean=["flag"],
    date=["joined"],
    text=["note"],
)


def table(rows: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    day = pd.DataFrame(
        {
            "x": rng.normal(shift, 1, rows),
            "whole": rng.integers(20, 80, rows),
            "gappy": np.where(rng.random(rows) < shift / 10, np.nan, rng.gamma(2, 5, rows)),
            "constant": 1.0,
            "empty": np.nan,
            "city": rng.choice(["Berlin", "Paris", "Rome"], rows),
            "many": rng.choice([f"label number {n}" for n in range(200)], rows),
            "flag": rng.random(rows) < 0.5,
            "joined": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 700, rows) + 300 * shift, unit="D"),
            "note": ["word " * length for length in rng.integers(1, 9, rows)],
        }
    )
    return day if not shift else day.assign(city=day["city"].replace("Rome", "Oslo"))


def drawn(day: pd.DataFrame, columns: Columns = COLUMNS) -> Any:
    reference = build_profile(table(3_000, 0), columns)
    profile = profile_day(reference, day)
    verdict = profile_verdict(reference, profile)
    return worst_columns(reference, profile, verdict), verdict


def titles(figure) -> list[str]:
    return [axes.get_title("left") for axes in figure.axes if axes.get_visible()]


def heights(axes: Any) -> list[np.ndarray]:
    return [patch.get_data().values for patch in axes.patches]


@pytest.mark.parametrize(("rows", "shift"), [(1_000, 0), (1_000, 2), (5, 2), (1, 0)])
def test_every_role_draws_at_every_size(rows, shift):
    figure, verdict = drawn(table(rows, 1, shift))
    picture = png(figure)
    assert len(picture) <= 40_000
    assert Image.open(io.BytesIO(picture)).size[0] == 702
    worst = [column for column in verdict.columns if column.statistics][:6]
    assert [title.split(":")[0] for title in titles(figure)] == [it.column for it in worst]


def test_a_title_has_the_score_with_its_threshold_and_what_changed():
    figure, verdict = drawn(table(1_000, 1, 2))
    worst = verdict.columns[0]
    assert worst.score is not None
    score = f"{worst.score:.3g} > {worst.threshold:.3g}"
    assert titles(figure)[0].startswith(f"{worst.column}: Wasserstein {score}\n{worst.what[:20]}")
    assert figure.get_suptitle() == "drift: the worst 6 of 10 columns, 1,000 rows"


def test_titles_do_not_collide_and_units_are_on_the_axes():
    names = {"x": "W" * 40, "whole": "M" * 40}
    columns = Columns(numeric=[*names.values()])
    reference = build_profile(table(3_000, 0).rename(columns=names), columns)
    profile = profile_day(reference, table(1_000, 1, 2).rename(columns=names))
    verdict = profile_verdict(reference, profile)
    figure = worst_columns(reference, profile, verdict, {"W" * 40: "mg/dl"})
    assert collisions(figure) == []
    assert figure.axes[0].get_xlabel() == "mg/dl"


def test_a_column_that_drifted_by_its_gaps_alone_has_them_in_its_title():
    rng = np.random.default_rng(0)
    day = table(1_000, 1)
    day["gappy"] = day["gappy"].mask(rng.random(1_000) < 0.4)
    figure, _ = drawn(day)
    assert titles(figure)[0].startswith("gappy: missing 0.")
    assert "missing 0.0% → " in titles(figure)[0]


def test_both_histograms_hold_all_rows_in_per_cent():
    figure, _ = drawn(table(2_000, 1), Columns(numeric=["whole"]))
    before, now = heights(figure.axes[0])
    whole = table(3_000, 0)["whole"]
    edges = figure.axes[0].patches[0].get_data().edges
    assert edges[:2].tolist() == [19.5, 21.5]
    assert before == pytest.approx(100 * np.histogram(whole, edges)[0] / 3_000)
    assert now.sum() == pytest.approx(100)


def test_what_lies_beyond_the_training_data_is_drawn_out_to_its_furthest_value():
    day = table(2_000, 1).assign(x=np.random.default_rng(1).uniform(10, 30, 2_000))
    figure, _ = drawn(day, Columns(numeric=["x"]))
    _, now = heights(figure.axes[0])
    edges = figure.axes[0].patches[1].get_data().edges
    assert edges[-1] == pytest.approx(30, abs=0.1)
    assert now.sum() == pytest.approx(100)
    assert now.max() < 10


def test_new_labels_and_missing_ones_have_bars_of_their_own():
    day = table(1_000, 1)
    day["city"] = day["city"].replace("Rome", "Oslo").mask(np.arange(1_000) < 100)
    figure, _ = drawn(day, Columns(categorical=["city"]))
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names[0] == "Rome"
    assert names[-2:] == ["new labels", "missing"]
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths[-1] == pytest.approx(10)
    assert widths[-2] == pytest.approx(100 * (day["city"] == "Oslo").mean())


def test_a_day_on_which_nothing_was_judged_still_draws():
    figure, _ = drawn(table(100, 1), Columns(numeric=["empty"]))
    assert len(png(figure)) > 1_000
    assert figure.get_suptitle().endswith(": no column was judged")
