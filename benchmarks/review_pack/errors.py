"""The pack `errors` beside tables by pandas."""

from functools import partial

import pandas as pd

from benchmarks.report import Report, table
from benchmarks.review_pack.holdout import SIZES, Holdout, holdout, stored
from benchmarks.review_pack.sides import compare, row
from benchmarks.review_pack.slices import by_groupby
from mlops_assets.evaluation.packs.errors import Errors

ABOUT = (
    "The page: error patterns, the slices of two columns with their test, and the 50 worst rows,\n"
    "masked. pandas: a crosstab, the slices by groupby without a test and the 50 worst rows, as\n"
    "HTML."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    rows = [("holdout", "pack", "pandas", "ratio")]
    for size in SIZES:
        given = holdout(size)
        measured = compare(partial(_pack, given), partial(_by_hand, given), rounds)
        rows.append(row(f"{size:,} rows", *measured))
    report.section("Mistakes", ABOUT, table(rows))


def _pack(given: Holdout) -> None:
    stored(Errors().judge(given.dataset, given.predictions, given.spec))


def _by_hand(given: Holdout) -> str:
    true, found = given.dataset.known_target(), given.predictions
    sure = found[["probability_0", "probability_1"]].max(axis=1)
    worst = sure[found["prediction"] != true].nlargest(50).index
    counted = pd.crosstab(true, found["prediction"]).to_html()
    slices = by_groupby(given, 2).to_html()
    return counted + slices + given.dataset.features.loc[worst].join(found).to_html()
