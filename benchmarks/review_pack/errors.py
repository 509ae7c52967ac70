"""The pack `errors` beside tables by pandas."""

import pandas as pd

from benchmarks.report import Report
from benchmarks.review_pack.holdout import Holdout, run_pack
from benchmarks.review_pack.sides import by_size
from benchmarks.review_pack.slices import by_groupby
from mlops_assets.evaluation.packs.errors import Errors

ABOUT = (
    "The page: error patterns, the slices of two columns with their test, and the 50 worst rows,\n"
    "masked. pandas: a crosstab, the slices by groupby without a test and the 50 worst rows, as\n"
    "HTML."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    by_size(report, "Mistakes", ABOUT, {"pack": pack, "pandas": by_hand}, rounds)


def pack(given: Holdout) -> None:
    """All that is stored of it."""
    run_pack(Errors(), given)


def by_hand(given: Holdout) -> str:
    """Three tables."""
    true, found = given.dataset.known_target(), given.predictions
    sure = found[["probability_0", "probability_1"]].max(axis=1)
    worst = sure[found["prediction"] != true].nlargest(50).index
    counted = pd.crosstab(true, found["prediction"]).to_html()
    slices = by_groupby(given, 2).to_html()
    return counted + slices + given.dataset.features.loc[worst].join(found).to_html()
