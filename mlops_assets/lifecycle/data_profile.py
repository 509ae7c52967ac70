"""data_profile: summary statistics of the training data, with warnings about its quality."""

import dagster as dg

from mlops_assets.data.checks.training_checks import warning_descriptions
from mlops_assets.data.input_digest import input_digest, rows_digest
from mlops_assets.data.profile_result import TAG, earlier_profile, profile_rows
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
        The metadata links to the full Evidently report. What an earlier run has recorded of the
        same rows with the same defs.yaml and code is taken over, and `measured_in_run` says from
        where.
        """
        with recorded(context, mlflow, spec, "profile") as run:
            inputs = input_digest(spec.without_places(), rows_digest(raw_data.content.batches()))
            run.tags(**{TAG: inputs})
            found = mlflow.find_finished(spec.experiment, "data_profile", **{TAG: inputs})
            result = (found and earlier_profile(run.client, found)) or profile_rows(
                raw_data, spec, spec.personal_data, spec.units, bounds
            )
            run.record(result)
            run.page("profile", result.html or profile_renderer.collect(spec, result.rows))
            if result.run_id:
                run.taken_from(result.run_id)
            record = result.record
            checks = warnings(record.claims, context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [data_profile]
