"""Record a materialization as an MLflow run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dagster as dg

from mlops_assets.platform.dagster.interrupts import insist_on_interrupts
from mlops_assets.platform.dagster.overlap import PARTITION_TAG, refuse_overlap
from mlops_assets.platform.freed_memory import give_back
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG, newest_complete_day


@contextmanager
def recorded(
    context: dg.AssetExecutionContext,
    mlflow: MlflowResource,
    spec: LifecycleSpec,
    stage: str,
    *,
    asset: dg.AssetKey | None = None,
) -> Iterator[Recording]:
    """Open the MLflow child run of this materialization; `stage` names the lifecycle phase.

    A step that materializes several assets opens one run per asset and names the `asset`.
    """
    # skops looks for each function of SciPy in all modules, in the order of their import: half a
    # second less if MLflow's three thousand come after it.
    import scipy.special  # noqa: F401

    give_back()  # what the steps before it had in memory
    asset = asset or context.asset_key
    tags = {
        **spec.record.tags,
        "asset_key": asset.to_user_string(),
        "partition": context.partition_key if context.has_partition_key else "none",
        "code_version": spec.code_version,
        "task": spec.task.name,
        "stage": stage,
        "attempt": str(context.retry_number + 1),
    }
    with mlflow.record(asset.path[-1], dagster_run(context, spec), tags) as recording:
        if not context.has_partition_key:
            refuse_overlap(context.instance, spec.name, context.run.run_id)
        with insist_on_interrupts():
            yield recording


def dagster_run(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, spec: LifecycleSpec
) -> DagsterRun:
    """The Dagster run of `context`, as MLflow runs refer to it."""
    run = context.run
    return DagsterRun(
        run_id=run.run_id,
        root_run_id=run.root_run_id or run.run_id,
        job_name=run.job_name if not run.job_name.startswith("__") else spec.name,
        model=spec.name,
        experiment=spec.experiment,
        day=run.tags.get(PARTITION_TAG) or run.tags.get(AS_OF_TAG) or _last_day(spec),
        source=spec.source.origin,
    )


def _last_day(spec: LifecycleSpec) -> str:
    return str(newest_complete_day(spec.schedule.timezone, datetime.now(UTC)))
