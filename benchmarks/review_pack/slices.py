"""The pack `slices` with one and with two columns, beside a loop over pandas' groupby."""

from functools import partial
from itertools import combinations

import pandas as pd

from benchmarks.report import Report, table
from benchmarks.review_pack.holdout import SIZES, Holdout, holdout, run_pack
from benchmarks.review_pack.sides import compare, row
from mlops_assets.evaluation.confirmed_slices import find_slices
from mlops_assets.evaluation.packs.slices import Slices

ABOUT = (
    "Slices by one and two of 32 columns, found on one half and confirmed on the other by a\n"
    "permutation test. pandas: the error rate and rows of each slice, by a loop over groupby,\n"
    "sorted, without tests."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    rows = [("holdout", "pack", "pandas", "ratio")]
    for size in SIZES:
        given = holdout(size)
        for columns in (1, 2):
            theirs = partial(by_groupby, given, columns)
            measured = compare(partial(pack, given, columns), theirs, rounds)
            rows.append(row(f"{size:,} rows, {columns} column{'s' * (columns > 1)}", *measured))
    given = holdout(SIZES[-1])
    looked_at = find_slices(
        given.dataset.with_context(given.spec.context_columns),
        given.predictions,
        given.spec.task,
        seed=0,
    ).looked_at
    last = f"looked at, at {SIZES[-1]:,} rows: {looked_at:,} slices"
    report.section("Slices", ABOUT, [*table(rows), "", last])


def pack(given: Holdout, columns: int = 2) -> None:
    """All that is stored of it."""
    run_pack(Slices.model_validate({"columns": columns}), given)


def by_groupby(given: Holdout, columns: int) -> pd.DataFrame:
    """The ten slices with the highest error rate."""
    rows = given.dataset.with_context(given.spec.context_columns)
    features = rows.features.copy()
    for name in rows.columns.numeric:
        features[name] = pd.qcut(features[name], 4, labels=False, duplicates="drop")
    wrong = given.predictions["prediction"].ne(given.dataset.known_target()).astype(float)
    names = [it for count in range(1, columns + 1) for it in combinations(features, count)]
    found = []
    for chosen in names:
        rates = wrong.groupby([features[it] for it in chosen]).agg(["mean", "size"])
        found.append(rates[rates["size"] >= 30].reset_index(drop=True))
    return pd.concat(found).sort_values("mean", ascending=False)[:10]
