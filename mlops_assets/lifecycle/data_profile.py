"""data_profile: summary statistics of the training data, with warnings about its quality."""

import dagster as dg

from mlops_assets.data.checks.training_checks import warning_descriptions
from mlops_assets.data.profile_result import profile_rows
from mlops_assets.data.training_tables import RawData
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `data_profile` and its warnings."""
    bounds = spec.gates.data_bounds

    # Nothing depends on it, so it gets low priority: its report renders while training runs.
    @lifecycle_asset(
        spec,
        reads=["raw_data"],
        kinds={"evidently"},
        warns=warning_descriptions(bounds),
        priority=-1,
    )
    def data_profile(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        profile_renderer: ProfileRenderer,
        raw_data: RawData,
    ):
        """Profile of the training data: distributions, correlations, missing values and outliers.

        Good data has few missing values, few outliers and no pair of redundant features. `gates:
        {data: …}` in defs.yaml sets the bounds, and makes gates of them. Counts, means and ranges
        are of all rows; figures, outliers and correlations of at most 200,000 evenly spaced ones.
        The metadata links to the full Evidently report.
        """
        with recorded(context, mlflow, spec, "profile") as run:
            result = profile_rows(raw_data, spec, spec.personal_data, spec.units, bounds)
            run.record(result)
            run.page("profile", profile_renderer.collect(spec, result.rows))
            record = result.record
            checks = warnings(record.claims, context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [data_profile]
