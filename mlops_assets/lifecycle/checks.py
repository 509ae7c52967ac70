"""Turn claims about data into Dagster asset checks, blocking or warning."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.lifecycle.partitions import days, pool, with_signature
from mlops_assets.lifecycle.recorded import dagster_run
from mlops_assets.platform.markdown import plain
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


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
    """Results of an asset's non-blocking checks (see `warns` of `lifecycle_asset`)."""
    return [check_result(claim, asset, dg.AssetCheckSeverity.WARN) for claim in claims]


def blocking_checks(
    spec: LifecycleSpec,
    asset: str,
    type_: type,
    claims: Mapping[str, str],
    judge: Callable[[Any], Iterable[Claim]],
    *,
    daily: bool = False,
) -> dg.AssetChecksDefinition:
    """One blocking check for each of `claims` on `asset`, all evaluated in a single step.

    `judge` gets the asset's value, a `type_`. A single step reads it once instead of once per
    claim. A failed check is recorded in MLflow as a FAILED run with the reason.
    """
    key = dg.AssetKey([spec.name, asset])

    def checks(
        context: dg.AssetCheckExecutionContext,
        mlflow: MlflowResource,
        value: type_,  # pyright: ignore[reportInvalidTypeForm]
    ):
        for claim in judge(value):
            if not claim.passed:
                _record_failure(context, mlflow, spec, asset, claim)
            yield check_result(claim, key, dg.AssetCheckSeverity.ERROR)

    return dg.multi_asset_check(
        name=f"{spec.name}_{asset}_checks",
        specs=check_specs(spec, key, claims, blocking=True, daily=daily),
        ins={"value": dg.AssetIn(key=key)},
        pool=pool(spec, daily=daily),
    )(with_signature(checks))


def check_result(
    claim: Claim, key: dg.AssetKey, severity: dg.AssetCheckSeverity
) -> dg.AssetCheckResult:
    """A claim as an asset check result, with the observed value and its bound as metadata.

    The Dagster UI renders the description as Markdown.
    """
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=claim.name,
        passed=bool(claim.passed),
        severity=severity,
        description=None if claim.passed else plain(f"{claim.observed}. To do: {claim.todo}"),
        metadata={"observed": claim.observed, "bound": claim.bound},
    )


def _record_failure(context, mlflow: MlflowResource, spec, asset: str, claim: Claim) -> None:
    reason = f"{claim.name}: {claim.observed} (bound: {claim.bound}). To do: {claim.todo}"
    context.log.error(reason)
    tags = {
        "asset_key": f"{spec.name}/{asset}",
        "check": claim.name,
        "code_version": spec.code_version,
        "task": spec.task.name,
        "stage": "check",
    }
    mlflow.record_failure(claim.name, dagster_run(context, spec), tags, reason)
