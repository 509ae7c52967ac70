"""features: the typed feature table, split into training and holdout rows."""

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.data.checks.training_checks import SPLIT, split_claims
from mlops_assets.data.feature_result import FeaturesResult
from mlops_assets.data.training_tables import FeatureTable, RawData
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.raw_data import claims_about
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table


def build(spec: LifecycleSpec) -> list:
    """The asset `features` and its blocking checks."""

    @lifecycle_asset(spec, reads=["raw_data"], kinds={"pandas"})
    def features(context: dg.AssetExecutionContext, mlflow: MlflowResource, raw_data: RawData):
        """Feature table with one row per raw row: typed features, target, and holdout flag.

        The split depends on a row's identity (or its timestamp), so a holdout row never becomes a
        training row when the model is retrained. Rows that share a value with the holdout in a
        column that `split.apart` names are left out. Imputation, scaling and encoding are part of
        the model and are not applied here. A good split has enough rows, and every class, on both
        sides; the checks verify it.
        """
        with recorded(context, mlflow, spec, "features") as run:
            # Materialized alone, it may read rows whose checks failed in an earlier run.
            require(claims_about(raw_data.table, spec))
            rows = raw_data.table
            record = FeatureTable(
                table=build_feature_table(rows, spec.dataset(rows), spec),
                dataset_version=raw_data.dataset_version,
                seen_through=raw_data.seen_through,
            )
            left_out = len(rows) - len(record.table)
            run.record(FeaturesResult(record, spec, spec.units, left_out))
            return dg.MaterializeResult(value=record, metadata=run.metadata)

    def judge(features: FeatureTable):
        return split_claims(features.table, spec)

    return [features, blocking_checks(spec, "features", FeatureTable, SPLIT, judge)]
