"""What every stage of the graph shares: how its asset is declared, recorded and checked."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import dagster as dg

from mlops_assets.core.claim import Claim
from mlops_assets.core.code_version import code_version
from mlops_assets.core.live import AS_OF_TAG, newest_complete_day
from mlops_assets.resources.interrupts import insist_on_interrupts
from mlops_assets.resources.mlflow import MlflowResource
from mlops_assets.resources.mlflow_runs import DagsterRun
from mlops_assets.resources.overlap import refuse_overlap
from mlops_assets.resources.recording import Recording
from mlops_assets.resources.settings import Settings
from mlops_assets.spec import LifecycleSpec

NO_WARNINGS: Mapping[str, str] = MappingProxyType({})


def lifecycle_asset(
    spec: LifecycleSpec,
    *,
    reads: Iterable[str] = (),
    after: Iterable[str] = (),
    kinds: set[str],
    warns: Mapping[str, str] = NO_WARNINGS,
    daily: bool = False,
    priority: int = 0,
) -> Callable[[Callable], dg.AssetsDefinition]:
    """Declare an asset of `spec`'s model that reads the assets named in `reads`.

    `after` names assets that it follows without reading what they left; `daily` gives it a
    partition a day; `warns` are checks (name → description) that it judges itself and that stop
    nothing. The function's name is the asset's name and its docstring what the UI says about it.
    """

    def declare(function: Callable) -> dg.AssetsDefinition:
        key = dg.AssetKey([spec.name, function.__name__])
        about, function.__doc__ = inspect.getdoc(function), None  # Dagster would parse it at length
        return dg.asset(
            description=about,
            key_prefix=spec.name,
            group_name=spec.name,
            ins={name: dg.AssetIn(key=[spec.name, name]) for name in reads},
            deps=[dg.AssetKey([spec.name, name]) for name in after],
            owners=[spec.owner],
            kinds=kinds,
            code_version=code_version(),
            partitions_def=days(spec) if daily else None,
            check_specs=check_specs(spec, key, warns, blocking=False, daily=daily),
            pool=pool(spec, daily=daily),
            io_manager_key="lake",
            op_tags={"dagster/priority": str(priority)},
            metadata={"dagster/code_references": written_at(function)},
        )(_with_signature(function))

    return declare


def days(spec: LifecycleSpec) -> dg.DailyPartitionsDefinition:
    """A partition for every day since `live.start` that has ended in the model's time zone."""
    return _days(spec.live.start, spec.schedule.timezone)


@lru_cache
def _days(start: date, timezone: str) -> dg.DailyPartitionsDefinition:
    return dg.DailyPartitionsDefinition(start_date=str(start), timezone=timezone)


def pool(spec: LifecycleSpec, *, daily: bool) -> str:
    """One retrain of a model at a time and one day at a time; neither waits for the other."""
    return f"{spec.name}_monitor" if daily else spec.name


def data_day(context: dg.AssetExecutionContext, spec: LifecycleSpec) -> date:
    """The newest day whose data this run may know: the one that ended last, or its tag's."""
    if given := context.run.tags.get(AS_OF_TAG):
        return date.fromisoformat(given)
    return newest_complete_day(spec.schedule.timezone, datetime.now(UTC))


def written_at(function: Callable) -> dg.CodeReferencesMetadataValue:
    """The line of the file that `function` begins at, for the link in the UI."""
    # What `with_source_code_references` finds by reading the whole file again for every asset.
    code = function.__code__
    place = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)
    return dg.CodeReferencesMetadataValue(code_references=[place])


def _with_signature(function: Callable) -> Callable:
    # Dagster asks for the signature a dozen times, and finding it out is slow.
    function.__signature__ = inspect.signature(function)  # pyright: ignore[reportFunctionMemberAccess]
    return function


@contextmanager
def recorded(
    context: dg.AssetExecutionContext,
    mlflow: MlflowResource,
    spec: LifecycleSpec,
    stage: str,
    *,
    asset: dg.AssetKey | None = None,
) -> Iterator[Recording]:
    """The MLflow child run of this materialization; `stage` says which part of the life it is.

    A step that makes several assets names the `asset` and opens one for each.
    """
    asset = asset or context.asset_key
    tags = {
        "asset_key": asset.to_user_string(),
        "partition": context.partition_key if context.has_partition_key else "none",
        "code_version": code_version(),
        "task": spec.task,
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
    """The Dagster run of `context`, as MLflow's runs refer to it."""
    run = context.run
    return DagsterRun(
        run_id=run.run_id,
        root_run_id=run.root_run_id or run.run_id,
        job_name=run.job_name if not run.job_name.startswith("__") else spec.name,
        model=spec.name,
        experiment=spec.experiment,
    )


def in_this_run(context: dg.AssetExecutionContext, spec: LifecycleSpec, asset: str) -> bool:
    """Whether this process will materialize `asset` of the model later in this run."""
    selection = context.run.asset_selection  # empty for a job that is run as a whole
    chosen = not selection or dg.AssetKey([spec.name, asset]) in selection
    return chosen and Settings.from_environment().executor == "in_process"


def check_specs(
    spec: LifecycleSpec, key: dg.AssetKey, claims: Mapping[str, str], *, blocking: bool, daily: bool
) -> list[dg.AssetCheckSpec]:
    """One check for each of `claims` (name → description) on the asset `key`."""
    return [
        dg.AssetCheckSpec(
            name,
            asset=key,
            description=description,
            blocking=blocking,
            partitions_def=days(spec) if daily else None,
        )
        for name, description in claims.items()
    ]


def warnings(claims: Iterable[Claim], asset: dg.AssetKey) -> list[dg.AssetCheckResult]:
    """The results of the checks that an asset `warns` about."""
    return [check_result(claim, asset, dg.AssetCheckSeverity.WARN) for claim in claims]


def blocking_checks(
    spec: LifecycleSpec,
    asset: str,
    claims: Mapping[str, str],
    judge: Callable[[Any], Iterable[Claim]],
    *,
    daily: bool = False,
) -> dg.AssetChecksDefinition:
    """A check for each of `claims` on `asset`, judged together, which stop what comes after it.

    Together, because the value is then read once and one step runs instead of one a claim. A
    check that fails leaves a FAILED run with the reason in MLflow.
    """
    key = dg.AssetKey([spec.name, asset])

    def checks(context: dg.AssetCheckExecutionContext, mlflow: MlflowResource, value):
        for claim in judge(value):
            if not claim.passed:
                _record_failure(context, mlflow, spec, asset, claim)
            yield check_result(claim, key, dg.AssetCheckSeverity.ERROR)

    return dg.multi_asset_check(
        name=f"{spec.name}_{asset}_checks",
        specs=check_specs(spec, key, claims, blocking=True, daily=daily),
        ins={"value": dg.AssetIn(key=key)},
        pool=pool(spec, daily=daily),
    )(_with_signature(checks))


def check_result(
    claim: Claim, key: dg.AssetKey, severity: dg.AssetCheckSeverity
) -> dg.AssetCheckResult:
    """A claim as Dagster shows it: the observed value beside its bound."""
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=claim.name,
        passed=bool(claim.passed),
        severity=severity,
        description=None if claim.passed else f"{claim.observed}. To do: {claim.todo}",
        metadata={"observed": claim.observed, "bound": claim.bound},
    )


def _record_failure(context, mlflow: MlflowResource, spec, asset: str, claim: Claim) -> None:
    reason = f"{claim.name}: {claim.observed} (bound: {claim.bound}). To do: {claim.todo}"
    context.log.error(reason)
    tags = {
        "asset_key": f"{spec.name}/{asset}",
        "check": claim.name,
        "code_version": code_version(),
        "task": spec.task,
        "stage": "check",
    }
    mlflow.record_failure(claim.name, dagster_run(context, spec), tags, reason)
