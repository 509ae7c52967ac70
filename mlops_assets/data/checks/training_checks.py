"""The data checks of a retrain: on raw rows, on the split, and warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mlops_assets.claims import Claim
from mlops_assets.data.checks import checks, warnings
from mlops_assets.data.checks.row_counts import RowCounts
from mlops_assets.data.profile.counted_table import CountedTable
from mlops_assets.data.profile.quality import BOUNDS, percent
from mlops_assets.tasks.feature_table import GROUP, HOLDOUT

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.data.personal_data import PersonalData
    from mlops_assets.features.dataset import Dataset
    from mlops_assets.tasks.training_spec import TrainingSpec

RAW_ROWS = {
    "has_expected_columns": "The target and every feature and context column are present.",
    "has_enough_rows": "There are at least `minimum_rows` rows.",
    "no_missing_target": "Every row has a target.",
    "target_varies": "The target has at least two repeated classes, or a number that varies.",
    "no_empty_column": "No feature or context column is entirely null.",
    "columns_fit_their_roles": "Numeric columns contain numbers, dates contain dates, and so on.",
    "no_repeated_identity": "No two rows have the same identity.",
}
SPLIT = {
    "holdout_has_its_share": "The share of holdout rows is within a third of `split.holdout`.",
    "both_sides_have_every_class": "Training and holdout rows have the same classes.",
}


def warning_descriptions(bounds: Mapping[str, float]) -> dict[str, str]:
    """What `warning_claims` checks, by name; `bounds` are those of defs.yaml."""
    most = {**BOUNDS, **bounds}
    return {
        "few_missing_values": f"At most {percent(most['missing_rate'])} of the feature values are "
        "missing.",
        "few_outliers": f"At most {percent(most['outlier_rate'])} of the numbers are outliers, far "
        "outside the usual range of a column.",
        "features_not_redundant": "No two numeric features have a correlation above "
        f"{most['feature_correlation']:g}.",
        "no_feature_repeats_target": "No feature is the target under another name, or nearly "
        "tells it alone or added to others.",
    }


def raw_claims(
    table: pd.DataFrame,
    spec: TrainingSpec,
    *,
    minimum_rows: int,
    personal: PersonalData,
    require: Callable[[Dataset], None] | None = None,
) -> list[Claim]:
    """Checks that raw rows must pass before a model is fitted on them.

    `require` raises `InputError` for context that the task or the kind of model cannot use; by
    default the task is asked.
    """
    counts = RowCounts(spec, personal, require or spec.task.require_context)
    counts.add(table)
    return counted_claims(counts, lambda names: table[names], minimum_rows)


def counted_claims(
    counts: RowCounts, frame: Callable[[list[str]], pd.DataFrame], minimum_rows: int
) -> list[Claim]:
    """The same of rows that were counted in batches; `frame` gives all rows with some columns."""
    spec, rows, columns = counts.spec, counts.rows, counts.columns
    present = checks.has_expected_columns(columns, spec)
    enough = checks.has_enough_rows(rows, minimum_rows)
    if not present.passed:
        return [present, enough, *checks.not_judged(list(RAW_ROWS)[2:], present.name)]
    return [
        present,
        enough,
        *_target_claims(counts),
        checks.no_empty_column(counts.empty),
        checks.columns_fit_their_roles(counts, frame),
        checks.no_repeated_identity(counts.repeated.count(), rows, counts.identity, columns),
    ]


def _target_claims(counts: RowCounts) -> list[Claim]:
    spec, rows = counts.spec, counts.rows
    if (target := spec.training_target) is None:
        names = ("no_missing_target", "target_varies")
        return checks.not_needed(names, f"{spec.task} is unsupervised")
    return [
        checks.no_missing_target(counts.target.gaps, rows, target),
        checks.target_varies(counts.target, rows, target, spec.task),
    ]


def split_claims(table: pd.DataFrame, spec: TrainingSpec) -> list[Claim]:
    """Checks that the split allows a reliable evaluation."""
    if not spec.is_supervised:
        return checks.not_needed(SPLIT, f"{spec.task} is unsupervised")
    what = spec.split.apart[0] if spec.split.apart else "rows"
    held = table.groupby(GROUP)[HOLDOUT].first() if spec.split.apart else table[HOLDOUT]
    share, expected = float(held.mean()), spec.split.holdout
    sides = [spec.task.classes(side[spec.training_target]) for _, side in table.groupby(HOLDOUT)]
    missing = sorted(sides[0].symmetric_difference(sides[-1]))
    return [
        Claim(
            name="holdout_has_its_share",
            passed=abs(share - expected) <= expected / 3,
            observed=f"{share:.3f} of the {what} are held out",
            bound=f"{expected:.3f} ± {expected / 3:.3f}",
            todo="name columns in `identity` that differ between rows, or provide more rows",
        ),
        Claim(
            name="both_sides_have_every_class",
            passed=not missing,
            observed=_one_sided(missing) if missing else "same on both sides",
            bound="the same classes on both sides",
            todo="provide more rows of these classes, merge them, or increase split.holdout",
        ),
    ]


def warning_claims(
    counted: CountedTable, spec: TrainingSpec, bounds: Mapping[str, float]
) -> list[Claim]:
    """Checks that warn, but do not prevent a fit; `bounds` are those of defs.yaml."""
    most, rows = {**BOUNDS, **bounds}, counted.spaced
    outlying = most["outlier_rate"]
    return [
        warnings.few_missing_values(counted.missing_shares, most["missing_rate"]),
        warnings.few_outliers(rows, spec.columns, outlying, is_whole=counted.is_whole),
        warnings.features_not_redundant(rows, spec.columns, most["feature_correlation"]),
        *_leak_claims(rows, spec),
    ]


def _leak_claims(table: pd.DataFrame, spec: TrainingSpec) -> list[Claim]:
    if (target := spec.training_target) is None:
        why = f"{spec.task} is unsupervised"
        return checks.not_needed(["no_feature_repeats_target"], why)
    classes = bool(spec.task.classes(table[target].head(1)))
    return [warnings.no_feature_repeats_target(table, spec.columns, target, classes=classes)]


def _one_sided(classes: list[str]) -> str:
    shown = f", such as {classes[:5]}" if len(classes) > 5 else f": {classes}"
    return f"{len(classes)} classes on one side only{shown}"
