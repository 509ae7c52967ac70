"""features: the typed, model-ready table with its split into training and holdout rows."""

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.data.checks.training_checks import SPLIT, raw_claims, split_claims
from mlops_assets.features.feature_table import HOLDOUT, build_feature_table, target_balance
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `features` and its blocking checks."""

    @lifecycle_asset(spec, reads=["raw_data"], kinds={"pandas"})
    def features(context: dg.AssetExecutionContext, mlflow: MlflowResource, raw_data):
        """One row for each raw row: typed feature columns, the target, and the side of the split.

        A row's side is decided by its identity (or its time), so it never moves from holdout to
        training when the model is retrained. Imputing, scaling and encoding are not done here:
        they are fitted inside the model.
        """
        with recorded(context, mlflow, spec, "features") as run:
            # A run of its own may start here, on rows whose checks failed in another run.
            require(raw_claims(raw_data, spec, minimum_rows=spec.minimum_rows))
            table = build_feature_table(raw_data, spec)
            held = int(table[HOLDOUT].sum())
            run.tags(dataset_version=table.attrs["dataset_version"])
            run.params({"holdout": spec.split.holdout, "features": len(spec.columns.names)})
            run.metrics({"training_rows": len(table) - held, "holdout_rows": held})
            run.document("features.json", dict(spec.columns.roles()))
            if target := spec.training_target:
                balance = target_balance(table, target, spec.task)
                run.document("target_balance.json", balance.to_dict())
                run.show(target_balance=dg.MetadataValue.md(balance.to_markdown()))
            run.show(
                training_rows=len(table) - held,
                holdout_rows=held,
                features=dg.MetadataValue.md(_role_table(spec)),
            )
            return dg.MaterializeResult(value=table, metadata=run.metadata)

    def judge(table):
        return split_claims(table, spec)

    return [features, blocking_checks(spec, "features", SPLIT, judge)]


def _role_table(spec: LifecycleSpec) -> str:
    rows = [f"| {name} | {role} |" for name, role in spec.columns.roles()]
    return "\n".join(["| feature | role |", "| --- | --- |", *rows])
