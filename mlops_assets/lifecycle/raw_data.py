"""raw_data: the training rows as read, validated before anything is fitted."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.data.checks.row_counts import RowCounts
from mlops_assets.data.checks.training_checks import RAW_ROWS, counted_claims
from mlops_assets.data.table_parts import TableParts, read_table_parts
from mlops_assets.data.training_rows import record_rows
from mlops_assets.data.training_tables import RawData, RawDataResult
from mlops_assets.data.training_window import newest_parts, seen_through
from mlops_assets.features.columns import require_columns
from mlops_assets.lifecycle.asset import data_day, in_this_run, lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.asked_rows import with_asked_rows
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.table_content import column_frame
from mlops_assets.retraining.training_source import SourceRead, mark_of
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd


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
            day = data_day(context, spec)
            mark = mark_of(spec, mlflow.settings)  # before the rows, which may come meanwhile
            raw, shown_rows = _recorded_rows(spec, mlflow.settings, day)
            if in_this_run(context, spec, "data_profile"):
                profile_renderer.start(spec, shown_rows)
            of_whom, zone = spec.personal_data, spec.schedule.timezone
            run.record(RawDataResult(raw, spec.source, of_whom, spec.timestamp, zone))
            run.keep(SourceRead(dataset_version=raw.dataset_version, mark=mark))
            version = dg.DataVersion(raw.dataset_version)
            return dg.MaterializeResult(value=raw, metadata=run.metadata, data_version=version)

    def judge(raw: RawData):
        return raw_data_claims(raw, spec)

    return [raw_data, blocking_checks(spec, "raw_data", RawData, RAW_ROWS, judge)]


def _recorded_rows(
    spec: LifecycleSpec, settings: Settings, day: date
) -> tuple[RawData, "pd.DataFrame"]:
    """The training rows as of a day with their checks, and some of them to show."""
    zone = spec.schedule.timezone
    parts = read_table_parts(spec.source, settings, day, spec.read_columns.date)
    if spec.serving.learn:
        table = with_asked_rows(parts.frame(parts.columns), spec, settings, day)
        parts = TableParts(table.reset_index(drop=True))
    parts = newest_parts(parts, spec.timestamp, spec.window)
    timestamp = [it for it in [spec.timestamp] if it]
    require_columns(parts.first, timestamp)
    return record_rows(
        parts,
        _counts(spec),
        minimum_rows=spec.minimum_rows,
        judged_by=spec.checks_digest(),
        seen_through=seen_through(parts.frame(timestamp), spec.timestamp, zone, day),
    )


def raw_data_claims(raw: RawData, spec: LifecycleSpec) -> list[Claim]:
    """The checks of raw rows by today's defs.yaml: as recorded, unless that was another one's."""
    if raw.judged_by == spec.checks_digest():
        return [*raw.claims]
    counts = _counts(spec)
    for batch in raw.content.batches():
        counts.add(batch)
    return counted_claims(counts, partial(column_frame, raw.content), spec.minimum_rows)


def _counts(spec: LifecycleSpec) -> RowCounts:
    return RowCounts(spec, spec.personal_data, spec.require_context)
