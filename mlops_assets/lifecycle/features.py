"""features: the typed feature table, split into training and holdout rows."""

from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.data.checks.training_checks import SPLIT, split_claims
from mlops_assets.data.feature_result import FeaturesResult
from mlops_assets.data.sample import rows_to_fit
from mlops_assets.data.training_tables import FeatureTable, RawData, in_batches
from mlops_assets.data.typed_rows import typed_in_batches
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.raw_data import raw_data_claims
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.freed_memory import give_back
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table

if TYPE_CHECKING:
    import pandas as pd


def build(spec: LifecycleSpec) -> list:
    """The asset `features` and its blocking checks."""

    @lifecycle_asset(spec, reads=["raw_data"], kinds={"pandas"})
    def features(context: dg.AssetExecutionContext, mlflow: MlflowResource, raw_data: RawData):
        """Feature table with one row per raw row: typed features, target, and holdout flag.

        The split depends on a row's identity (or its timestamp), so a holdout row never becomes a
        training row when the model is retrained. Rows that share a value with the holdout in a
        column that `split.apart` names are left out. With `sample`, the table has that many rows,
        chosen by identity: a row stays in it as the raw table grows, unless a new row takes its
        place. Imputation, scaling and encoding are part of the model and are not applied here. A
        good split has enough rows, and every class, on both sides; the checks verify it.
        """
        with recorded(context, mlflow, spec, "features") as run:
            # Materialized alone, it may read rows whose checks failed in an earlier run.
            require(raw_data_claims(raw_data, spec))
            table, left_out = _feature_table(raw_data, spec, mlflow.settings.batch_rows)
            record = FeatureTable(
                table=table,
                dataset_version=raw_data.dataset_version,
                seen_through=raw_data.seen_through,
                claims=tuple(split_claims(table, spec)),
                judged_by=spec.checks_digest(),
            )
            sampled_of = raw_data.rows if spec.sample else None
            run.record(FeaturesResult(record, spec, spec.units, left_out, sampled_of))
            value = in_batches(record, mlflow.settings.batch_rows)
            return dg.MaterializeResult(value=value, metadata=run.metadata)

    def judge(features: FeatureTable):
        if features.judged_by == spec.checks_digest():
            return features.claims
        return split_claims(features.table, spec)

    return [features, blocking_checks(spec, "features", FeatureTable, SPLIT, judge)]


def _feature_table(
    raw: RawData, spec: LifecycleSpec, batch_rows: int
) -> tuple["pd.DataFrame", int]:
    """The feature table of all rows, or of the sample, and how many rows it leaves out."""
    rows = rows_to_fit(raw.content, spec.sample_size, spec)
    give_back()
    dataset = typed_in_batches(rows, spec, spec.personal_data, batch_rows)
    table = build_feature_table(rows, dataset, spec)
    return table, len(rows) - len(table)
