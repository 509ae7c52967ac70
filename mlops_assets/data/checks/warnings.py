"""Checks of the raw table that warn, but do not prevent a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.claims import Claim
from mlops_assets.data.profile import column_stats, quality
from mlops_assets.data.profile.exact_sum import exact_sum
from mlops_assets.data.profile.near_leak import NEARLY_ALONE, explained_alone, near_sum
from mlops_assets.features.columns import Columns, require_columns, to_categorical

if TYPE_CHECKING:
    import pandas as pd

REPEATS = 0.9999
"""A number with a higher correlation with the target is a copy of the target."""


def few_missing_values(shares: pd.Series, bound: float) -> Claim:
    """The share of missing values over all feature columns is low, given those of each."""
    found = quality.missing_of(shares)
    return Claim(
        name="few_missing_values",
        passed=found.value <= bound,
        observed=found.observed,
        bound=f"at most {quality.percent(bound)}",
        todo="find out why they are missing; leave out columns that are mostly empty",
    )


def few_outliers(
    table: pd.DataFrame, columns: Columns, bound: float, *, is_whole: bool = True
) -> Claim:
    """Few numbers are far outside the usual range of their column.

    Unless the table `is_whole`, the claim says that it has some evenly spaced rows of another.
    """
    found = quality.outlier_rate(table, columns)
    return Claim(
        name="few_outliers",
        passed=found.value <= bound,
        observed=found.observed + ("" if is_whole else f", in {len(table):,} evenly spaced rows"),
        bound=f"at most {quality.percent(bound)}",
        todo="check the histograms for wrong units, codes such as -999, or wrong rows",
    )


def features_not_redundant(table: pd.DataFrame, columns: Columns, bound: float) -> Claim:
    """No two numeric features have an absolute correlation above `bound`."""
    found = quality.feature_correlation(table, columns)
    return Claim(
        name="features_not_redundant",
        passed=found.value <= bound,
        observed=found.observed,
        bound=f"no pair above {bound:g} or below {-bound:g}",
        todo="leave one of the two out of `columns`, or keep in mind that they share importance",
    )


def no_feature_repeats_target(
    table: pd.DataFrame, columns: Columns, target: str, *, classes: bool
) -> Claim:
    """No feature gives the target away, and none add up to it, exactly or nearly: a leak.

    `classes` says whether the target is a class. What nearly gives the target is what
    `mlops-assets new` leaves out.
    """
    require_columns(table, [target])
    present = [name for name in columns.names if name in table]
    rows = column_stats.spaced(table)
    repeats = [name for name in present if _repeats(rows[name], rows[target])]
    others = [name for name in [*columns.numeric, *columns.boolean] if name not in repeats]
    parts = exact_sum(column_stats.numbers(rows, others), rows[target])
    found = [f"{repeats} determine {target!r} exactly"] if repeats else []
    found += [f"{parts} together add up to {target!r} exactly"] if parts else []
    left = columns.without([*repeats, *parts])
    found += _nearly(rows, left, target, classes=classes)
    return Claim(
        name="no_feature_repeats_target",
        passed=not found,
        observed="; ".join(found) or "none",
        bound=f"no feature that equals {target!r} or tells {NEARLY_ALONE:.0%} of it alone, and "
        "none that add up to it or nearly do",
        todo="leave these out of `columns`, unless they are really known at prediction time",
    )


def _nearly(rows: pd.DataFrame, columns: Columns, target: str, *, classes: bool) -> list[str]:
    """What nearly gives the target, in words: columns alone, and a sum of others."""
    typed, ground_truth = _typed(rows, columns), rows[target]
    if not classes:
        ground_truth = column_stats.numbers(rows, [target])[target]
    alone = {it: explained_alone(typed[it], ground_truth, classes=classes) for it in typed}
    found = [it for it, share in alone.items() if share >= NEARLY_ALONE]
    words = [f"{name!r} alone tells {alone[name]:.1%} of {target!r}" for name in found]
    summed = [it for it in [*columns.numeric, *columns.boolean] if it in typed and it not in found]
    leak = None if classes else near_sum(typed[summed], ground_truth)
    nearly = leak and f"{leak.words} is nearly {target!r} (R² {leak.share:.3f})"
    return [*words, *filter(None, [nearly])]


def _typed(rows: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The numeric, boolean and categorical columns that are there, as they are looked at."""
    present = [it for it in [*columns.numeric, *columns.boolean] if it in rows]
    labels = {it: to_categorical(rows[it]) for it in columns.categorical if it in rows}
    return column_stats.numbers(rows, present).assign(**labels)


def _repeats(feature: pd.Series, target: pd.Series) -> bool:
    """Whether the values map one to one, or one is a linear function of the other."""
    import pandas as pd

    present = ~(column_stats.missing(feature) | column_stats.missing(target))
    # Codes number values by first appearance, so they are equal if the values map one to one.
    codes, distinct = pd.factorize(feature[present].astype(str))
    target_codes, _ = pd.factorize(target[present].astype(str))
    if len(distinct) > 1 and 2 * len(distinct) <= len(codes) and (codes == target_codes).all():
        return True
    pair = pd.DataFrame({"feature": feature[present], "target": target[present]})
    correlation = column_stats.correlations(pair, ["feature", "target"]).iat[0, 1]
    return len(pair) > 2 and abs(float(correlation)) > REPEATS
