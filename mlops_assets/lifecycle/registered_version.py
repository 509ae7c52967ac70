"""registered_version: the evaluated model in the registry, staged if its gates passed."""

from functools import partial

import dagster as dg

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.lifecycle.asset import data_day, lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.run_actor import run_actor
from mlops_assets.platform.git_commit import Commit, commit_of
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registration import register_evaluated
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.model_names import folder_of


def build(spec: LifecycleSpec) -> list:
    """The asset `registered_version`."""

    @lifecycle_asset(spec, reads=["evaluation"], kinds={"mlflow"})
    def registered_version(
        context: dg.AssetExecutionContext, mlflow: MlflowResource, evaluation: Evaluation
    ):
        """The evaluated model as a version in the MLflow registry, with its verdict.

        A version that passed all gates is in `staging`. One that failed a gate is `rejected`: it
        stays registered with the reasons, and the run still succeeds. A model that is already
        registered, because data, code and parameters are unchanged, is not registered again. The
        Git commit of its defs.yaml is recorded with it, if there is one.
        """
        with recorded(context, mlflow, spec, "registration") as run:
            registry = registry_of(mlflow.settings, spec, run_actor(context))
            model = registry.of(spec.registered_name)
            commit = partial(_commit, spec, mlflow.settings)
            result = register_evaluated(model, spec, evaluation, data_day(context, spec), commit)
            run.record(result)
            return dg.MaterializeResult(value=result.record, metadata=run.metadata)

    return [registered_version]


def _commit(spec: LifecycleSpec, settings: Settings) -> Commit:
    """What the model's defs.yaml is at."""
    return commit_of(folder_of(spec.name, settings.defs))
