"""policy_version: the registered version as a version of its policy, for experiments to name."""

import dagster as dg

from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.policies.naming import name_policy_version
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `policy_version` of a model with `policy` in its defs.yaml."""

    @lifecycle_asset(spec, reads=["registered_version"], kinds={"sql"})
    def policy_version(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        registered_version: RegisteredVersion,
    ):
        """The row of `exp.policy_versions` that makes the registered version a policy version.

        A version that passed its gates gets the next number of its policy; one that failed gets
        none. Rows are never changed, and the stage of a version stays in the registry. Variants of
        experiments name the `id`.
        """
        with recorded(context, mlflow, spec, "registration") as run:
            model = registry_of(mlflow.settings, spec).of(spec.registered_name)
            result = name_policy_version(model, spec, registered_version, mlflow.settings)
            run.record(result)
            return dg.MaterializeResult(value=result.record, metadata=run.metadata)

    return [policy_version]
