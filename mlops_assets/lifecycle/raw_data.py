"""raw_data: the training rows as read, validated before anything is fitted."""

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.data.checks.training_checks import RAW_ROWS, raw_claims
from mlops_assets.data.training_tables import RawData, RawDataResult
from mlops_assets.data.training_window import newest, seen_through
from mlops_assets.features.dataset_version import dataset_version
from mlops_assets.lifecycle.asset import data_day, in_this_run, lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.asked_rows import with_asked_rows
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.retraining.training_source import SourceRead, mark_of
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `raw_data` and its blocking checks."""

    @lifecycle_asset(spec, kinds={"pandas", spec.source.type})
    def raw_data(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        profile_renderer: ProfileRenderer,
    ):
        """The training rows exactly as read from the source, with a content hash.

        A good table has all columns named in defs.yaml, no duplicate rows and no missing target;
        the checks verify it. The hash (`dataset_version`) depends only on the rows, not on their
        order.
        """
        with recorded(context, mlflow, spec, "data") as run:
            day, zone = data_day(context, spec), spec.schedule.timezone
            mark = mark_of(spec, mlflow.settings)  # before the rows, which may come meanwhile
            rows = spec.source.read(mlflow.settings, until=day)
            rows = with_asked_rows(rows, spec, mlflow.settings, day)
            rows = newest(rows, spec.timestamp, spec.window).reset_index(drop=True)
            if in_this_run(context, spec, "data_profile"):
                profile_renderer.start(rows, spec.shown_columns, spec.training_target)
            raw = RawData(
                table=rows,
                dataset_version=dataset_version(rows),
                seen_through=seen_through(rows, spec.timestamp, zone, day),
            )
            shown = RawDataResult(raw, spec.source, spec.personal_data, spec.timestamp, zone)
            run.record(shown)
            run.keep(SourceRead(dataset_version=raw.dataset_version, mark=mark))
            version = dg.DataVersion(raw.dataset_version)
            return dg.MaterializeResult(value=raw, metadata=run.metadata, data_version=version)

    def judge(raw: RawData):
        return claims_about(raw.table, spec)

    return [raw_data, blocking_checks(spec, "raw_data", RawData, RAW_ROWS, judge)]


def claims_about(table, spec: LifecycleSpec) -> list[Claim]:
    """Check the raw rows before a model is fitted on them."""
    return raw_claims(
        table,
        spec,
        minimum_rows=spec.minimum_rows,
        personal=spec.personal_data,
        require=spec.require_context,
    )
