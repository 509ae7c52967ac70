"""raw_data: the training rows as read, validated before anything is fitted."""

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.data.checks.training_checks import RAW_ROWS, raw_claims
from mlops_assets.data.training_tables import RawData
from mlops_assets.data.training_window import newest, seen_through, time_range
from mlops_assets.features.splitting import dataset_version
from mlops_assets.lifecycle.asset import data_day, in_this_run, lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

PREVIEW_ROWS = 10


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
            table = spec.source.read(mlflow.settings, until=day)
            table = newest(table, spec.timestamp, spec.window)
            table = table.reset_index(drop=True)
            if in_this_run(context, spec, "data_profile"):
                profile_renderer.start(table, spec.shown_columns, spec.training_target)
            version = dataset_version(table)
            record = RawData(
                table=table,
                dataset_version=version,
                seen_through=seen_through(table, spec.timestamp, zone, day),
            )
            run.params({"source": spec.source.type, "origin": spec.source.origin})
            run.metrics({"rows": len(table), "columns": table.shape[1]})
            run.tags(dataset_version=version)
            run.show(
                rows=len(table),
                columns=table.shape[1],
                dataset_version=version,
                time_range=time_range(table, spec.timestamp),
                preview=dg.MetadataValue.md(preview(table, spec)),
            )
            run.document("schema.json", {str(k): str(v) for k, v in table.dtypes.items()})
            return dg.MaterializeResult(
                value=record, metadata=run.metadata, data_version=dg.DataVersion(version)
            )

    def judge(raw: RawData):
        return claims_about(raw.table, spec)

    return [raw_data, blocking_checks(spec, "raw_data", RawData, RAW_ROWS, judge)]


def claims_about(table, spec: LifecycleSpec) -> list[Claim]:
    """Check the raw rows before a model is fitted on them."""
    bounds = {"minimum_rows": spec.minimum_rows, "personal": spec.personal_data}
    return raw_claims(table, spec, **bounds)


def preview(table, spec: LifecycleSpec) -> str:
    """The first rows as Markdown, with identifying and personal columns masked."""
    rows = table.head(PREVIEW_ROWS)
    return spec.personal_data.mask(rows).to_markdown(index=False) or ""
